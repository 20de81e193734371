/**
 * Where the document describes the optional request headers: at the top what each is, in an operation
 * the names of those that it accepts. Postman and Bruno switch every one of `parameters` on. Then requests
 * would have contradictory conditions, invalid placeholders, and one Idempotency-Key for all.
 */
export const OPTIONAL_HEADERS = 'x-optional-headers';

/** Where the document describes, once, the headers of every response. */
export const COMMON_HEADERS = 'x-common-headers';

/** The parts of an OpenAPI document that this file reads. */
interface Document {
  paths: Record<string, Record<string, object>>;
}

/** Returns a copy of the document with the optional headers among the parameters of its operations. */
export function withOptionalHeaders<Described extends Document>(document: Described): Described {
  return withEach(document, (operation) => {
    const described = headersAt(document, OPTIONAL_HEADERS);
    const own = operation as { parameters: object[]; [OPTIONAL_HEADERS]?: string[] };
    for (const name of own[OPTIONAL_HEADERS] ?? []) own.parameters.push(described[name] ?? {});
    delete own[OPTIONAL_HEADERS];
  });
}

/** Returns a copy of the document with the headers of every response among those of each. */
export function withCommonHeaders<Described extends Document>(document: Described): Described {
  return withEach(document, (operation) => {
    const { responses } = operation as { responses: Record<string, { headers?: object }> };
    for (const response of Object.values(responses))
      response.headers = { ...response.headers, ...headersAt(document, COMMON_HEADERS) };
  });
}

function withEach<Described extends Document>(
  document: Described,
  change: (operation: object) => void,
): Described {
  const copy = structuredClone(document);
  for (const path of Object.values(copy.paths)) Object.values(path).forEach(change);
  return copy;
}

const headersAt = (document: Document, place: string): Record<string, object> =>
  ((document as Document & Record<string, unknown>)[place] ?? {}) as Record<string, object>;
