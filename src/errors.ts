/** One kind of failure: RFC 9457's `status` and `title`, and whether sending the same again can help. */
interface ErrorKind {
  readonly status: number;
  readonly title: string;
  readonly retry: boolean;
  /** Whether it counts against the address of the client: a credential could have been guessed. */
  readonly countsAgainstAddress?: true;
}

/** Every error that the API returns. A code never changes its meaning; clients branch on it. */
export const errorCatalogue = {
  malformed_json: { status: 400, title: 'Malformed JSON body', retry: false },
  malformed_header: { status: 400, title: 'Malformed header', retry: false },
  invalid_token_request: { status: 400, title: 'Invalid token request', retry: false },
  invalid_id_token: { status: 400, title: 'Invalid ID token', retry: false },
  unknown_identity: { status: 400, title: 'No user has this identity', retry: false },
  conflicting_credentials: { status: 400, title: 'Conflicting API keys', retry: false },
  missing_api_key: {
    status: 401,
    title: 'Missing API key',
    retry: false,
    countsAgainstAddress: true,
  },
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
  cross_origin_request: { status: 403, title: 'Cross-origin request refused', retry: false },
  insufficient_scope: { status: 403, title: 'Insufficient scope', retry: false },
  field_not_writable: { status: 403, title: 'Field not writable', retry: false },
  address_not_allowed: { status: 403, title: 'Address not allowed', retry: false },
  owner_inactive: { status: 403, title: 'Key owner is inactive', retry: false },
  route_not_found: { status: 404, title: 'Route not found', retry: false },
  key_not_found: { status: 404, title: 'Key not found', retry: false },
  user_not_found: { status: 404, title: 'User not found', retry: false },
  version_not_found: { status: 404, title: 'Version not found', retry: false },
  webhook_not_found: { status: 404, title: 'Webhook not found', retry: false },
  token_exchange_disabled: { status: 404, title: 'Token exchange is disabled', retry: false },
  method_not_allowed: { status: 405, title: 'Method not allowed', retry: false },
  request_timeout: { status: 408, title: 'Request timeout', retry: true },
  email_taken: { status: 409, title: 'E-mail address already in use', retry: false },
  user_exists: { status: 409, title: 'User already exists', retry: false },
  user_erased: { status: 409, title: 'User has been erased', retry: false },
  last_superuser: { status: 409, title: 'Last active superuser', retry: false },
  too_many_keys: { status: 409, title: 'Active key limit reached', retry: false },
  too_many_webhooks: { status: 409, title: 'Webhook limit reached', retry: false },
  key_not_live: { status: 409, title: 'Key is no longer active', retry: false },
  key_already_used: { status: 409, title: 'New key already used', retry: false },
  edit_conflict: { status: 409, title: 'Conflicting edit', retry: false },
  batch_failed: { status: 409, title: 'Batch failed', retry: false },
  cursor_expired: { status: 410, title: 'Cursor has expired', retry: false },
  precondition_failed: { status: 412, title: 'The user has been modified', retry: false },
  body_too_large: { status: 413, title: 'Request body too large', retry: false },
  unsupported_media_type: { status: 415, title: 'Unsupported media type', retry: false },
  validation_failed: { status: 422, title: 'Validation failed', retry: false },
  reference_not_found: { status: 422, title: 'Referenced record not found', retry: false },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency-Key already used',
    retry: false,
  },
  precondition_required: { status: 428, title: 'Precondition required', retry: false },
  rate_limited: { status: 429, title: 'Too many requests', retry: true },
  internal_error: { status: 500, title: 'Internal server error', retry: false },
  database_busy: { status: 503, title: 'Database busy', retry: true },
  database_unavailable: { status: 503, title: 'Database unavailable', retry: true },
  provider_unavailable: { status: 503, title: 'OpenID provider unavailable', retry: true },
  outcome_unknown: { status: 504, title: 'Outcome unknown', retry: true },
} as const satisfies Record<string, ErrorKind>;

/** Returns the entry of an error in the catalogue. */
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
  'not_public',
] as const;

export type ViolationCode = (typeof violationCodes)[number];

/** The members of a problem that follow from its error. */
export interface Problem extends Omit<ErrorExtras, 'headers'> {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
}

/** An item of a batch that failed (`batch_failed`). */
export interface FailedItem {
  /** Its place in the request, from 0. */
  index: number;
  /** The user; null if the item names none. */
  id: string | null;
  status: number;
  /** The version of the user, if that is why. */
  etag?: string | undefined;
  problem: Problem;
}

/** Whether a failed write took effect: it did not, or this is unknown. */
export type Outcome = 'not_applied' | 'unknown';

/** What OAuth clients know of an error (RFC 6749, section 5.2). */
export const oauthErrors = ['invalid_request', 'invalid_scope', 'unsupported_grant_type'] as const;

interface ErrorExtras {
  /** The `error` of a response to a request for a token (RFC 6749, section 5.2). */
  error?: (typeof oauthErrors)[number];
  errors?: readonly Violation[];
  conflicts?: readonly Conflict[];
  items?: readonly FailedItem[];
  outcome?: Outcome;
  headers?: Record<string, string>;
}

/** A failure that is returned as a problem. `detail` says in one sentence what to do next. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly extras: ErrorExtras;

  constructor(code: ErrorCode, detail: string, extras: ErrorExtras = {}) {
    super(detail);
    this.code = code;
    this.extras = extras;
  }
}

/** Describes an error (RFC 9457, section 3), without the id of the request. */
export function describeError({ code, message, extras }: ApiError, origin: string): Problem {
  const { status, title } = errorCatalogue[code];
  const { headers: _, ...members } = extras;
  const type = `${origin}/docs/errors/${code}`;
  return { type, title, status, detail: message, code, ...members };
}

/** The only writer of error bodies: `application/problem+json`. */
export function problem(error: ApiError, requestId: string, origin: string): Response {
  const { type, title, status, detail, code, ...members } = describeError(error, origin);
  const body = { type, title, status, detail, code, request_id: requestId, ...members };
  const { headers } = error.extras;
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
