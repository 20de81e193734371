// The parts of modules without types that the tests use.

declare module '@usebruno/converters' {
  // biome-ignore lint/suspicious/noExplicitAny: a Bruno collection
  export function openApiToBruno(document: object): Promise<any>;
}
