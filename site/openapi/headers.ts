import { SUNSET_DAYS } from '../../src/auth/authenticate.ts';
import { FORM, ITEMS, MERGE_PATCH } from '../../src/http/body.ts';
import { IDEMPOTENCY_HOURS } from '../../src/http/idempotency.ts';
import { MAX_KEY_LENGTH, MAX_TIMEOUT_SECONDS } from '../../src/http/request.ts';
import { ALWAYS } from '../../src/http/response.ts';
import { allowed } from '../../src/router.ts';
import { routes } from '../../src/routes.ts';
import { putUser } from '../../src/users/routes.ts';
import { MERGEABLE_VERSIONS } from '../../src/users/statements.ts';
import { BASE_PATTERN, TAGS_PATTERN } from './patterns.ts';
import type { Schema } from './schemas.ts';

/** A header of requests or responses: what it is for, and what it may hold. */
export interface Header {
  description: string;
  schema: Schema;
  example: string | number;
  /** A response has the header wherever it is documented, unless that place says otherwise. */
  required?: true;
}

const text = (maxLength: number, more: Schema = {}): Schema => ({
  type: 'string',
  maxLength,
  ...more,
});
const tags = text(1000, { pattern: TAGS_PATTERN });

/** The request headers that operations name; all are optional. */
export const requestHeaders = {
  'If-Match': {
    description:
      'One or more ETags, or `*` for any version. If none is the current version, the response is 412 `precondition_failed`. A weak ETag never matches.',
    schema: tags,
    example: '"7"',
  },
  'If-None-Match': {
    description:
      'One or more ETags of versions that the client has. If one is the current version, a read returns 304 without a body, and an update is refused with 412 `precondition_failed`.',
    schema: tags,
    example: '"7"',
  },
  'Base-Version': {
    description: `The ETag of the version that was edited. If other fields have changed since, the update is merged (\`meta.merged_from\`). If the same fields have changed, the response is 409 \`edit_conflict\` with both values. An erasure is never merged: there it means the same as If-Match. Reaches ${MERGEABLE_VERSIONS} versions back.`,
    schema: text(18, { pattern: BASE_PATTERN }),
    example: '"7"',
  },
  'Idempotency-Key': {
    description: `A unique value for each new request, such as a UUID: 1 to ${MAX_KEY_LENGTH} ASCII characters. Quotation marks are required only if it contains a space, a comma, a semicolon or a quotation mark. A retry of the same request within ${IDEMPOTENCY_HOURS} hours returns the first response with \`Idempotency-Replayed: true\` and has no other effect. For a user, successes, 403 \`field_not_writable\`, 409 \`edit_conflict\` and 412 are kept; after other errors, use the same key again. When a user is created or erased, 404, 409 and 422 \`reference_not_found\` are kept too. For an API key, only 201 is kept: a retry returns the same key with a new secret while it is unused.`,
    schema: text(1000, {
      pattern: `^("[ !#-Z^-~]{1,${MAX_KEY_LENGTH}}"|[0-9A-Za-z][!#-+.-:<-Z^-~-]{0,${MAX_KEY_LENGTH - 1}})$`,
    }),
    example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
  },
  Prefer: {
    description:
      '`return=minimal`: the response is 204 without a body. `validate-only` (or `=true`): a dry run, which checks everything and writes nothing. `validate-only=false`: the update is applied. `atomic`, when many users are updated: if one update fails, none is made.',
    schema: text(1000, { pattern: '^[ -~]*$' }),
    example: 'return=minimal',
  },
  'Request-Timeout': {
    description:
      'The number of seconds after which the server gives up, including the time to receive the body. If the body has not arrived by then, the response is 408 `request_timeout`. It can shorten the deadline of the database, not extend it.',
    schema: { type: 'integer', format: 'int32', minimum: 1, maximum: MAX_TIMEOUT_SECONDS },
    example: 5,
  },
  'X-Request-Id': {
    description:
      'Your own id for the request. It appears in the response, in the server log and in the change log. A malformed id is replaced.',
    schema: text(128, { pattern: '^[A-Za-z0-9._-]{1,128}$' }),
    example: 'checkout-4711',
  },
} as const satisfies Record<string, Header>;

export type RequestHeader = keyof typeof requestHeaders;

/** The headers of some responses. */
export const responseHeaders = {
  ETag: {
    required: true,
    description: 'The version of the user, for If-Match, If-None-Match and Base-Version.',
    schema: text(18, { pattern: '^"[1-9][0-9]*"$' }),
    example: '"8"',
  },
  Location: {
    required: true,
    description: 'The path of the new user.',
    schema: text(100, { pattern: '^/api/v1/user/[0-9a-f-]{36}$' }),
    example: '/api/v1/user/3c90c3cc-0d44-4b50-8888-8dd25736052a',
  },
  'Idempotency-Replayed': {
    description:
      'This is the result of an earlier request with the same Idempotency-Key; nothing was changed now.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  'Preference-Applied': {
    description: 'What was applied of `Prefer`.',
    schema: {
      type: 'string',
      enum: ['return=minimal', 'validate-only', 'atomic', 'atomic, validate-only'],
    },
    example: 'return=minimal',
  },
  Sunset: {
    description: `When the API key expires, if that is within ${SUNSET_DAYS} days (RFC 8594). After a rotation, the old key has it at once.`,
    schema: text(40, {
      pattern: '^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}(:[0-9]{2}){2} GMT$',
    }),
    example: 'Sat, 05 Dec 2026 12:00:00 GMT',
  },
  'Retry-After': {
    required: true,
    description: 'The number of seconds to wait before trying again.',
    schema: { type: 'integer', format: 'int32', minimum: 1, maximum: 3600 },
    example: 1,
  },
  'RateLimit-Policy': {
    required: true,
    description:
      'The limit of the operation, or with 429 the limit that was exceeded: requests (q) per window of seconds (w).',
    schema: text(100, { pattern: '^"(key|address)";q=[0-9]+;w=[0-9]+$' }),
    example: '"key";q=600;w=60',
  },
  'WWW-Authenticate': {
    required: true,
    description: 'How to authenticate (RFC 6750).',
    schema: text(200, { pattern: '^Bearer realm="edge-profile"(, error="invalid_token")?$' }),
    example: 'Bearer realm="edge-profile"',
  },
  Accept: {
    description: 'The media types that are accepted.',
    schema: { type: 'string', enum: ['application/json', FORM] },
    example: 'application/json',
  },
  'Accept-Patch': {
    description: 'The media types that PATCH accepts (RFC 5789).',
    schema: {
      type: 'string',
      enum: [MERGE_PATCH.join(', '), ITEMS.join(', '), 'application/json'],
    },
    example: 'application/merge-patch+json, application/json',
  },
  'Accept-Encoding': {
    description: 'The content encodings that are accepted.',
    schema: { type: 'string', const: 'identity' },
    example: 'identity',
  },
} as const satisfies Record<string, Header>;

export type ResponseHeader = keyof typeof responseHeaders;

/** The headers of every response: the document describes them once. */
export const commonHeaders: Readonly<Record<string, Header>> = {
  'X-Request-Id': {
    required: true,
    description: 'The id of the request.',
    schema: text(128, { pattern: '^[A-Za-z0-9._-]+$' }),
    example: 'checkout-4711',
  },
  'Server-Timing': {
    required: true,
    description: 'Milliseconds in the database and in total, and the number of database requests.',
    schema: text(200, { pattern: '^db;dur=[0-9]+, total;dur=[0-9]+, db_requests;desc="[0-9]"$' }),
    example: 'db;dur=12, total;dur=13, db_requests;desc="1"',
  },
  'Worker-Version': {
    description: 'The id of the deployed version that responded.',
    schema: text(64, { pattern: '^[0-9A-Za-z-]+$' }),
    example: '7ac7f1c0-3b0a-4d3c-a4d2-1a0f2c9d3b11',
  },
  ...Object.fromEntries(
    Object.entries(ALWAYS).map(([name, value]) => [
      name,
      {
        required: true,
        description: 'The same on every response.',
        schema: { type: 'string', const: value },
        example: value,
      },
    ]),
  ),
};

/** The methods of a path, as in Allow. */
export const ALLOW = allowed(routes.filter(({ path }) => path === putUser.path));

/** The headers that only responses to OPTIONS and to unknown methods have. */
export const unlistedHeaders: Record<string, Header> = {
  Allow: {
    description: 'The methods that the path supports.',
    schema: text(100, { pattern: '^[A-Z]+(, [A-Z]+)*$' }),
    example: ALLOW,
  },
  'Access-Control-Allow-Methods': {
    description: 'Same as Allow (Fetch standard, section 3.3).',
    schema: text(100, { pattern: '^[A-Z]+(, [A-Z]+)*$' }),
    example: ALLOW,
  },
  'Access-Control-Allow-Headers': {
    description:
      'The request headers that a page of another origin may set: those that it requests, or any.',
    schema: text(4000, { pattern: "^[0-9A-Za-z_!#$%&'*+.^`|~, -]+$" }),
    example: 'authorization,content-type,traceparent',
  },
  Vary: {
    description: 'The request header that the response depends on.',
    schema: { type: 'string', const: 'Access-Control-Request-Headers' },
    example: 'Access-Control-Request-Headers',
  },
  'Access-Control-Max-Age': {
    description: 'The number of seconds for which a browser may cache this.',
    schema: { type: 'integer', format: 'int32', minimum: 0, maximum: 86_400 },
    example: 86_400,
  },
};
