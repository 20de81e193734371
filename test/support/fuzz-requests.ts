import fc from 'fast-check';
import { type DocumentedOperation, type Json, resolve } from './document.ts';
import { anyOf } from './from-schema.ts';

// Requests of an operation, generated from openapi.json alone, and ways to make them invalid.

/** A request that does not belong to a user or key yet. */
export interface Draft {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** JSON, or text that is sent as it is. */
  body?: { json: Json } | { raw: string | Uint8Array<ArrayBuffer> };
  /** The name of a security scheme, or of a wrong way to authenticate. */
  by: string;
  /** Replaces the id in the path. */
  id?: string;
  /** What was made invalid. */
  spoilt: string[];
}

type Spoil = fc.Arbitrary<(draft: Draft) => Partial<Draft>>;

/** Returns requests that are valid according to the document. */
export function validDraft({ method, path, operation }: DocumentedOperation): fc.Arbitrary<Draft> {
  const parameters: Json[] = operation.parameters.map(resolve);
  const ways = operation.security.flatMap(Object.keys);
  const types = Object.keys(operation.requestBody?.content ?? {});
  return fc.record({
    method: fc.constant(method),
    path: pathOf(path, parameters),
    query: someOf(parameters.filter((parameter) => parameter.in === 'query')),
    headers: fc
      .tuple(
        someOf(parameters.filter((parameter) => parameter.in === 'header')),
        types.length > 0 ? fc.constantFrom(...types) : fc.constant(undefined),
      )
      .map(([headers, type]) => ({ ...headers, ...(type && { 'Content-Type': type }) })),
    ...(types.length > 0 && {
      body: anyOf(operation.requestBody.content[types[0] as string].schema).map((json) => ({
        json,
      })),
    }),
    by: ways.length > 0 ? fc.constantFrom(...ways) : fc.constant('nobody'),
    spoilt: fc.constant([]),
  }) as fc.Arbitrary<Draft>;
}

/** Returns the path with values for its numbers. Its ids are not filled in yet. */
const pathOf = (path: string, parameters: Json[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...parameters
        .filter(({ in: place, schema }) => place === 'path' && schema.type === 'integer')
        .map(({ name, schema }) =>
          anyOf(schema).map((value) => [`{${name}}`, `${value}`] as const),
        ),
    )
    .map((values) => values.reduce((at, [name, value]) => at.replace(name, value), path));

/**
 * Returns each parameter only sometimes, because most conditions do not match and would hide later
 * checks.
 */
const someOf = (parameters: Json[]): fc.Arbitrary<Record<string, string>> =>
  fc
    .tuple(
      ...parameters.map(({ name, schema }) =>
        fc.oneof(
          { weight: 5, arbitrary: fc.constant([]) },
          { weight: 1, arbitrary: anyOf(schema).map((value) => [[name, `${value}`]]) },
        ),
      ),
    )
    .map((entries) => Object.fromEntries(entries.flat()));

/** Returns the same requests with one or two changes. They may still be valid. */
export const spoiltDraft = (at: DocumentedOperation): fc.Arbitrary<Draft> =>
  fc
    .tuple(validDraft(at), fc.array(spoil(at), { minLength: 1, maxLength: 2 }))
    .map(([draft, spoils]) => {
      for (const [what, apply] of spoils)
        Object.assign(draft, apply(draft), { spoilt: [...draft.spoilt, what] });
      return draft;
    });

const spoil = ({ operation }: DocumentedOperation) =>
  fc.oneof(
    ...Object.entries<Spoil>({ ...ofAnyRequest, ...(operation.requestBody && ofBody) }).map(
      ([what, arbitrary]) => arbitrary.map((apply) => [what, apply] as const),
    ),
  );

/** Characters that a header can have. */
const headerText = fc.stringMatching(/^[!-~\u00a0-\u00ff][ -~\u0080-\u00ff]{0,40}$/);
const inHeaders = (headers: Record<string, string>) => (draft: Draft) => ({
  headers: { ...draft.headers, ...headers },
});
const headerNames = [
  'If-Match',
  'If-None-Match',
  'Base-Version',
  'Idempotency-Key',
  'Prefer',
  'Request-Timeout',
  'X-Request-Id',
  'Authorization',
  'X-API-Key',
  'Accept',
  'Cookie',
  'Origin',
];

const ofAnyRequest: Record<string, Spoil> = {
  'a header': fc
    .tuple(fc.constantFrom(...headerNames), headerText)
    .map(([name, value]) => inHeaders({ [name]: value })),
  'the method': fc
    .constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')
    .map((method) => () => ({ method })),
  'the path': fc
    .oneof(
      fc.constantFrom('/', '//', '/x', '%00', '%2F', '%ff', '%', ';v=1', '.json'),
      fc.string().map((text) => `/${encodeURIComponent(text.toWellFormed())}`),
    )
    .map((end) => ({ path }: Draft) => ({ path: path + end })),
  'the id': fc
    .oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('0', 'null', '%00', "'"))
    .map((id) => () => ({ id: encodeURIComponent(id.toWellFormed()) })),
  'the query': fc
    .dictionary(
      fc.constantFrom(
        ...[
          'limit',
          'cursor',
          'email',
          'updated_since',
          'after',
          'types',
          'fields',
          'api_key',
          'x',
        ],
      ),
      fc.string({ unit: 'grapheme' }),
      { minKeys: 1 },
    )
    .map((query) => () => ({ query })),
  'who sends it': fc
    .constantFrom('nobody', 'two', 'malformed', 'unknown', 'revoked', 'weak', 'session')
    .map((by) => () => ({ by })),
};

const asJson = (change: (json: Json) => Json) => (draft: Draft) =>
  draft.body && 'json' in draft.body ? { body: { json: change(draft.body.json) } } : {};
const asText = (change: (text: string) => string | Uint8Array<ArrayBuffer>) => (draft: Draft) =>
  draft.body && 'json' in draft.body
    ? { body: { raw: change(JSON.stringify(draft.body.json)) } }
    : {};

const ofBody: Record<string, Spoil> = {
  'a member': fc.tuple(fc.nat(), fc.jsonValue()).map(([which, value]) =>
    asJson((json) => {
      const names = Object.keys(json ?? {});
      return names.length > 0 ? { ...json, [names[which % names.length] as string]: value } : value;
    }),
  ),
  'an unknown member': fc
    .tuple(fc.string({ unit: 'grapheme', maxLength: 2000 }), fc.jsonValue())
    .map(([name, value]) => asJson((json) => ({ ...json, [name]: value }))),
  'many unknown members': fc
    .integer({ min: 90, max: 300 })
    .map((count) =>
      asJson(() => Object.fromEntries(Array.from({ length: count }, (_, i) => [`/~${i}`, i]))),
    ),
  'too long a text': fc
    .integer({ min: 250, max: 66_000 })
    .map((length) => asJson((json) => mapTexts(json, () => 'x'.repeat(length)))),
  'the characters': fc
    .constantFrom('\u0000', '\ud800', '\u001f', '\u2028', '\ufeff')
    .map((character) => asJson((json) => mapTexts(json, (text) => text + character))),
  'the kind of JSON': fc.jsonValue().map((value) => asJson(() => value)),
  'the end of the body': fc.nat(200).map((length) => asText((text) => text.slice(0, length))),
  'the bytes': fc.uint8Array({ maxLength: 50 }).map((bytes) => asText(() => new Uint8Array(bytes))),
  'the byte order mark': fc.constant(asText((text) => `\ufeff${text}`)),
  'the media type': fc
    .oneof(
      fc.constantFrom('text/plain', 'application/json; charset=latin1', 'application/xml', ''),
      headerText,
    )
    .map((type) => inHeaders({ 'Content-Type': type })),
  'the encoding': fc
    .constantFrom('gzip', 'br', 'identity', 'Identity', 'x')
    .map((coding) => inHeaders({ 'Content-Encoding': coding })),
};

const mapTexts = (json: Json, map: (text: string) => string): Json =>
  json && typeof json === 'object' && !Array.isArray(json)
    ? Object.fromEntries(
        Object.entries(json).map(([name, value]) => [
          name,
          typeof value === 'string' ? map(value) : value,
        ]),
      )
    : json;
