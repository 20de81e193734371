/** One kind of failure: RFC 9457's `status` and `title`, and whether sending the same again can help. */
interface ErrorKind {
  readonly status: number;
  readonly title: string;
  readonly retry: boolean;
  /** Whether it counts against the address of the client: a credential could have been guessed. */
  readonly countsAgainstAddress?: true;
}

/** Every error that the API answers. A code never changes its meaning; clients branch on it. */
export const errorCatalogue = {
  malformed_json: { status: 400, title: 'The body is not valid JSON', retry: false },
  malformed_header: { status: 400, title: 'A header is malformed', retry: false },
  conflicting_credentials: { status: 400, title: 'Two different API keys', retry: false },
  missing_api_key: { status: 401, title: 'No API key', retry: false, countsAgainstAddress: true },
  invalid_api_key: {
    status: 401,
    title: 'Invalid API key',
    retry: false,
    countsAgainstAddress: true,
  },
  expired_api_key: {
    status: 401,
    title: 'Expired API key',
    retry: false,
    countsAgainstAddress: true,
  },
  revoked_api_key: {
    status: 401,
    title: 'Revoked API key',
    retry: false,
    countsAgainstAddress: true,
  },
  not_signed_in: { status: 401, title: 'Not signed in', retry: false },
  cross_origin_request: { status: 403, title: 'A request from another site', retry: false },
  insufficient_scope: { status: 403, title: 'The API key may not do this', retry: false },
  field_not_writable: { status: 403, title: 'The API key may not change a field', retry: false },
  owner_inactive: { status: 403, title: 'The owner of the API key is inactive', retry: false },
  route_not_found: { status: 404, title: 'Nothing at this path', retry: false },
  key_not_found: { status: 404, title: 'No such key', retry: false },
  user_not_found: { status: 404, title: 'No such user', retry: false },
  method_not_allowed: { status: 405, title: 'Method not allowed', retry: false },
  request_timeout: { status: 408, title: 'Request timeout', retry: true },
  email_taken: { status: 409, title: 'E-mail address taken', retry: false },
  too_many_keys: { status: 409, title: 'Too many live keys', retry: false },
  key_not_live: { status: 409, title: 'The key has ended', retry: false },
  key_already_used: { status: 409, title: 'API key already used', retry: false },
  edit_conflict: { status: 409, title: 'Somebody else changed the same', retry: false },
  precondition_failed: { status: 412, title: 'The user is at another version', retry: false },
  body_too_large: { status: 413, title: 'The body is too large', retry: false },
  unsupported_media_type: { status: 415, title: 'Unsupported media type', retry: false },
  validation_failed: { status: 422, title: 'The request is not valid', retry: false },
  reference_not_found: { status: 422, title: 'A reference leads nowhere', retry: false },
  idempotency_key_reused: {
    status: 422,
    title: 'Another request had this Idempotency-Key',
    retry: false,
  },
  precondition_required: { status: 428, title: 'A precondition is required', retry: false },
  rate_limited: { status: 429, title: 'Too many requests', retry: true },
  internal_error: { status: 500, title: 'Internal error', retry: false },
  database_busy: { status: 503, title: 'The database is busy', retry: true },
  database_unavailable: { status: 503, title: 'The database is unavailable', retry: true },
  outcome_unknown: { status: 504, title: 'The outcome is unknown', retry: true },
} as const satisfies Record<string, ErrorKind>;

/** What the catalogue says of an error. */
export const kindOf = (code: ErrorCode): ErrorKind => errorCatalogue[code];

export type ErrorCode = keyof typeof errorCatalogue;

/** What is wrong with one part of a request; exactly one of `pointer` (RFC 6901, into the body),
 * `parameter` (of the path or the query) and `header` says where. */
export type Violation = { code: ViolationCode; detail: string } & (
  | { pointer: string }
  | { parameter: string }
  | { header: string }
);

/** A field that was changed since the version that an edit was made from (`edit_conflict`). */
export interface Conflict {
  pointer: string;
  /** The values: at that version, in the request, and now. */
  base: unknown;
  sent: unknown;
  current: unknown;
  /** When it was last changed: RFC 3339. */
  changed_at: string;
  /** The first characters of the API key that changed it. */
  changed_by: string | null;
}

/** Every code of a violation. */
export const violationCodes = [
  'unknown_field',
  'invalid_type',
  'not_nullable',
  'too_long',
  'invalid_format',
  'invalid_character',
  'id_mismatch',
  'not_writable',
  'not_grantable',
  'out_of_range',
  'required',
  'taken',
  'unknown_value',
  'not_found',
] as const;

export type ViolationCode = (typeof violationCodes)[number];

/** Whether a failed write took effect: surely not, or it cannot be told from here. */
export type Outcome = 'not_applied' | 'unknown';

interface ErrorExtras {
  errors?: readonly Violation[];
  conflicts?: readonly Conflict[];
  outcome?: Outcome;
  headers?: Record<string, string>;
}

/** A failure to be answered as a problem. `detail` says in a sentence how to mend it. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly extras: ErrorExtras;

  constructor(code: ErrorCode, detail: string, extras: ErrorExtras = {}) {
    super(detail);
    this.code = code;
    this.extras = extras;
  }
}

/** The only writer of error bodies: `application/problem+json` (RFC 9457, section 3). */
export function problem(error: ApiError, requestId: string, origin: string): Response {
  const { status, title } = errorCatalogue[error.code];
  const { headers, ...members } = error.extras;
  const body = {
    type: `${origin}/docs/errors/${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...members,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(status === 401 && { 'WWW-Authenticate': challenge(error.code) }),
      ...(status >= 503 && { 'Retry-After': '1' }),
      ...headers,
    },
  });
}

/** RFC 6750, section 3: no error attribute if the request carried no credentials of this scheme. */
const challenge = (code: ErrorCode): string =>
  code === 'missing_api_key' || code === 'not_signed_in'
    ? 'Bearer realm="edge-profile"'
    : 'Bearer realm="edge-profile", error="invalid_token"';
