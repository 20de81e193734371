import { openApiToBruno } from '@usebruno/converters';
import { type ApiResponse, fetchResponse } from '../support/contract.ts';

// Imports the document as Bruno does, and sends the imported requests as Bruno would.

export interface BrunoRequest {
  method: string;
  url: string;
  params: { type: 'path' | 'query'; name: string; value: string; enabled: boolean }[];
  headers: { name: string; value: string; enabled: boolean }[];
  body: { mode: string; json: string | null };
}

interface Item {
  items?: Item[];
  request?: BrunoRequest;
}

/** Returns all requests that an import creates from the document. */
export async function brunoRequests(document: object): Promise<BrunoRequest[]> {
  const all = (items: Item[]): BrunoRequest[] =>
    items.flatMap((one) => (one.items ? all(one.items) : (one.request ?? [])));
  return all((await openApiToBruno(document)).items);
}

/** Sends a request with the values of its environment: `baseUrl`, `apiKey`. */
export function sendFromBruno(
  { method, url, params, headers, body }: BrunoRequest,
  variables: Readonly<Record<string, string>>,
): Promise<ApiResponse> {
  const filled = (text: string) =>
    text.replace(/\{\{(\w+)\}\}/g, (_, name) => variables[name] ?? '');
  const enabled = params.filter((parameter) => parameter.enabled);
  const target = new URL(
    enabled
      .filter(({ type }) => type === 'path')
      .reduce((path, { name, value }) => path.replace(`:${name}`, value), filled(url)),
  );
  for (const { type, name, value } of enabled)
    if (type === 'query') target.searchParams.set(name, filled(value));
  return fetchResponse(target.href, {
    method,
    headers: [
      ...headers.filter((header) => header.enabled).map(({ name, value }) => [name, filled(value)]),
      ...(body.mode === 'json' ? [['Content-Type', 'application/json']] : []),
    ] as [string, string][],
    ...(body.mode === 'json' && { body: body.json ?? '' }),
  });
}
