import { type ErrorCode, errorCatalogue, oauthErrors } from '../../src/errors.ts';
import { NDJSON } from '../../src/http/body.ts';
import { errorPages } from '../errors.ts';
import { type Header, type ResponseHeader, responseHeaders, unlistedHeaders } from './headers.ts';
import type { Success } from './operation.ts';
import type { Schema } from './schemas.ts';

const listed: Readonly<Record<string, Header>> = responseHeaders;

/** The headers that a response always has, and those that it may have, beside those of all. */
function headersOf(always: readonly string[], sometimes: readonly string[]): Schema {
  const headers: Schema = {};
  for (const name of always) headers[name] = headerOf(name, true);
  for (const name of sometimes) headers[name] = headerOf(name, false);
  return headers;
}

/**
 * A reference cannot say whether a header must be there; where that is otherwise than in the
 * component, the header is written out.
 */
function headerOf(name: string, required: boolean): Schema {
  const header = listed[name];
  if (header && (header.required ?? false) === required)
    return { $ref: `#/components/headers/${name}` };
  const { required: _, ...rest } = header ?? unlistedHeaders[name] ?? {};
  return { ...rest, ...(required && { required }) };
}

/** A response without an error. */
export function responseOf(success: Success): Schema {
  const { description, headers = [], sometimes = [], data, meta, bare, line, example } = success;
  const { orMessages = [] } = success;
  const messages = () => [(example as { message: string }).message, ...orMessages];
  const schema = bare ?? (data && envelopeOf(data, meta ?? {}, messages()));
  return {
    description,
    headers: headersOf(headers, sometimes),
    ...(schema && {
      content: {
        'application/json': { schema, example },
        ...(line && { [NDJSON]: { schema: line } }),
      },
    }),
  };
}

const envelopeOf = (data: Schema, meta: Schema, messages: readonly string[]): Schema => ({
  type: 'object',
  properties: { message: { type: 'string', enum: messages }, meta, data },
  required: ['message', 'meta', 'data'],
});

/** Which headers the responses of an error have beside those of all. */
const headersOfError: Partial<
  Record<
    ErrorCode,
    { always?: readonly (ResponseHeader | 'Allow')[]; sometimes?: readonly ResponseHeader[] }
  >
> = {
  precondition_failed: { always: ['ETag'], sometimes: ['Idempotency-Replayed'] },
  edit_conflict: { always: ['ETag'], sometimes: ['Idempotency-Replayed'] },
  ...Object.fromEntries(
    (
      [
        'field_not_writable',
        'user_not_found',
        'email_taken',
        'user_exists',
        'user_erased',
        'last_superuser',
        'reference_not_found',
      ] as const
    ).map((code) => [code, { sometimes: ['Idempotency-Replayed'] as const }]),
  ),
  rate_limited: { always: ['Retry-After'] },
  unsupported_media_type: { sometimes: ['Accept', 'Accept-Patch', 'Accept-Encoding'] },
  method_not_allowed: { always: ['Allow'] },
};

/** The headers of a response that can have these errors: what not all of them have, it may have. */
function headersOfErrors(status: number, codes: readonly ErrorCode[], keyed: boolean): Schema {
  const known = codes.map((code) => headersOfError[code] ?? {});
  const all = new Set(
    known.flatMap(({ always, sometimes }) => [...(always ?? []), ...(sometimes ?? [])]),
  );
  const always = [...all].filter((name) => known.every((of) => of.always?.includes(name)));
  const sometimes = [...all].filter((name) => !always.includes(name));
  if (status === 401) always.push('WWW-Authenticate');
  if (status >= 503) always.push('Retry-After');
  if (keyed && status >= 400 && status < 500) sometimes.push('Sunset');
  return headersOf(always, sometimes);
}

/** The responses of these errors by their status; `keyed`: to requests that can carry a key. */
export function problemsOf(codes: readonly ErrorCode[], keyed: boolean): Record<string, Schema> {
  const responses: Record<string, Schema> = {};
  for (const [status, group] of Map.groupBy(codes, (code) => errorCatalogue[code].status)) {
    responses[status] = {
      description: group.map((code) => `\`${code}\`: ${errorPages[code].meaning}`).join('\n\n'),
      headers: headersOfErrors(status, group, keyed),
      content: {
        'application/problem+json': {
          schema: problemSchema(status, group),
          ...(!unlistedErrors.includes(group[0] as ErrorCode) && {
            examples: mapEntries(group, ([, code]) => [
              code,
              { $ref: `#/components/examples/${code}` },
            ]),
          }),
        },
      },
    };
  }
  return responses;
}

/**
 * The same responses, those of an operation with a limit, which each of them names. The Worker that cannot
 * read its configuration does not know it.
 */
export const limited = (responses: Record<string, Schema>): Schema =>
  mapEntries(responses, ([status, response]) => {
    const policy = headerOf('RateLimit-Policy', status !== '500');
    const headers = { ...(response['headers'] as Schema), 'RateLimit-Policy': policy };
    return [status, { ...response, headers }];
  });

/** What is more of a problem with one of these codes. */
const problemSchema = (status: number, codes: readonly ErrorCode[]): Schema => ({
  allOf: [
    { $ref: '#/components/schemas/Problem' },
    {
      type: 'object',
      properties: {
        code: { type: 'string', enum: codes },
        ...(codes.includes('invalid_token_request') && {
          error: {
            type: 'string',
            enum: [...oauthErrors],
            description: 'For OAuth clients (RFC 6749, section 5.2), which read no `code`.',
          },
        }),
        ...(status >= 500 && { outcome: { type: 'string', enum: ['not_applied', 'unknown'] } }),
      },
      ...(status >= 500 && { required: ['outcome'] }),
    },
  ],
});

/** The errors of no operation: of paths and methods that are not there. */
export const unlistedErrors: readonly ErrorCode[] = ['route_not_found', 'method_not_allowed'];

/** The responses that belong to none of the operations, in the same form as theirs. */
export const unlistedResponses = (): Schema => ({
  unknown_path: problemsOf(['route_not_found'], false),
  unknown_method: problemsOf(['method_not_allowed'], false),
  options: {
    204: {
      description: 'The methods that the path supports, and what a page of any origin may send.',
      headers: headersOf(Object.keys(unlistedHeaders), ['Accept-Patch']),
    },
  },
});

/** The same entries, each as `map` makes it. */
export const mapEntries = <Value, Mapped = unknown>(
  of: Readonly<Record<string, Value>> | readonly Value[],
  map: (entry: [string, Value]) => [string | number, Mapped],
): Record<string, Mapped> => Object.fromEntries(Object.entries(of).map(map));
