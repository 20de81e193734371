/**
 * Where the document describes the optional request headers: at the top what each is, in an operation
 * the names of those that it accepts. As `parameters` they would be sent by everybody who imports the
 * document into Postman or Bruno, which switch every parameter on: conditions that do not hold together,
 * placeholders that are no number of seconds, one Idempotency-Key for all requests.
 */
export const OPTIONAL_HEADERS = 'x-optional-headers';

/** The parts of an OpenAPI document that this file needs. */
interface Document {
  paths: Record<string, Record<string, object>>;
}

/** Returns a copy of the document with the optional headers among the parameters of its operations. */
export function withOptionalHeaders<Described extends Document>(document: Described): Described {
  const copy = structuredClone(document);
  const described = (copy as Described & { [OPTIONAL_HEADERS]?: Record<string, object> })[
    OPTIONAL_HEADERS
  ];
  for (const operation of Object.values(copy.paths).flatMap((path) => Object.values(path))) {
    const own = operation as { parameters: object[]; [OPTIONAL_HEADERS]?: string[] };
    for (const name of own[OPTIONAL_HEADERS] ?? []) own.parameters.push(described?.[name] ?? {});
    delete own[OPTIONAL_HEADERS];
  }
  return copy;
}
