import referenceResponse from '../docs/reference/response.json' with { type: 'json' };
import { mintApiKey } from '../src/auth/api-key.ts';
import { admit, authenticate, type Guarded } from '../src/auth/authenticate.ts';
import { notAccepted, unavailable, unknownIdentity } from '../src/auth/id-token.ts';
import { requireSameOrigin } from '../src/auth/session.ts';
import { cursorExpired } from '../src/changes/routes.ts';
import { ConstraintViolation, DatabaseFault } from '../src/db/faults.ts';
import { ApiError, describeError, type ErrorCode } from '../src/errors.ts';
import { asApiError } from '../src/failures.ts';
import {
  BODY_TIMEOUT_MS,
  bodyTooLarge,
  bodyTooSlow,
  malformedJson,
  readJson,
} from '../src/http/body.ts';
import { idempotencyKeyReused } from '../src/http/idempotency.ts';
import { jsonFault } from '../src/http/json-fault.ts';
import { parseConditions } from '../src/http/request.ts';
import { keyAlreadyUsed, keyNotFound, keyNotLive, tooManyKeys } from '../src/keys/problems.ts';
import { exchangeDisabled, parseTokenRequest } from '../src/keys/token-exchange.ts';
import { tooMany } from '../src/rate-limits.ts';
import { methodNotAllowed, notFound } from '../src/router.ts';
import { batchFailed } from '../src/users/batch.ts';
import { parseUserUpdate } from '../src/users/fields.ts';
import {
  editConflict,
  explainViolation,
  lastSuperuser,
  notWritable,
  preconditionFailed,
  userNotFound,
  versionNotFound,
} from '../src/users/problems.ts';
import { tooManyWebhooks, webhookNotFound } from '../src/webhooks/operations.ts';
import { ALLOW } from './openapi/headers.ts';
import { ORIGIN } from './openapi/operation.ts';

const NO_CHANGE = {
  id: '',
  conditions: {},
  idempotency: undefined,
  validateOnly: false,
  requestId: '',
} as const;

/** An example of each error, created by the code of the API itself. */
export const errorExamples: Record<ErrorCode, ApiError> = {
  malformed_json: malformedJson(jsonFault('{"is_trial": True}')),
  malformed_header: await errorOf(() => parseConditions(new Headers({ 'If-Match': '7' }))),
  invalid_token_request: await errorOf(() =>
    parseTokenRequest(new URLSearchParams({ grant_type: 'refresh_token' })),
  ),
  invalid_id_token: notAccepted('aud'),
  unknown_identity: unknownIdentity(),
  conflicting_credentials: await errorOf(() =>
    authenticate(
      requestWith({ Authorization: `Bearer ${mintApiKey()}`, 'X-API-Key': mintApiKey() }),
      [],
    ),
  ),
  missing_api_key: await errorOf(() => authenticate(requestWith({}), [])),
  invalid_api_key: await errorOf(() => authenticate(requestWith({ 'X-API-Key': 'mistyped' }), [])),
  expired_api_key: await refusalOf('expired_api_key'),
  revoked_api_key: await refusalOf('revoked_api_key'),
  not_signed_in: await errorOf(() => admit(undefined, { type: 'person', sessionId: '' }, {})),
  cross_origin_request: await errorOf(() =>
    requireSameOrigin(requestWith({ Origin: 'https://other.example' })),
  ),
  insufficient_scope: await refusalOf('insufficient_scope'),
  field_not_writable: notWritable({ update: { is_superuser: true } }, ['is_superuser']),
  address_not_allowed: await refusalOf('address_not_allowed'),
  owner_inactive: await refusalOf('owner_inactive'),
  route_not_found: notFound(),
  key_not_found: keyNotFound(),
  user_not_found: userNotFound(),
  version_not_found: versionNotFound(),
  cursor_expired: cursorExpired(),
  token_exchange_disabled: exchangeDisabled(),
  method_not_allowed: methodNotAllowed(ALLOW),
  request_timeout: bodyTooSlow(BODY_TIMEOUT_MS),
  email_taken: await errorOf(() => explainViolation(new ConstraintViolation('users_email_key'))),
  user_exists: await errorOf(() => explainViolation(new ConstraintViolation('users_pkey'))),
  user_erased: await errorOf(() => explainViolation(new ConstraintViolation('erased_users_pkey'))),
  last_superuser: lastSuperuser(),
  webhook_not_found: webhookNotFound(),
  too_many_webhooks: tooManyWebhooks(),
  too_many_keys: tooManyKeys(),
  key_not_live: keyNotLive('revoked'),
  key_already_used: keyAlreadyUsed(),
  edit_conflict: editConflict(
    {
      verdict: 'edit_conflict',
      user: {
        ...referenceResponse.data,
        phone: null,
        version: 9,
        created_at: '2026-11-20T09:12:04+00:00',
        updated_at: '2026-11-23T17:05:31.25+00:00',
      },
      update: {},
      conflicts: [
        {
          field: 'phone',
          base: '+44 20 7946 0000',
          changed_at: '2026-11-23T17:05:31.25+00:00',
          changed_by: 'in-4fQ9xZ',
        },
      ],
    },
    { ...NO_CHANGE, update: { phone: '+44 20 7946 0001' } },
  ),
  batch_failed: batchFailed([
    {
      index: 1,
      id: '5f0c8a52-6a5e-4a0c-9d57-0f4b1c0e7a11',
      status: 404,
      problem: describeError(userNotFound(), ORIGIN),
    },
  ]),
  precondition_failed: preconditionFailed(9),
  body_too_large: bodyTooLarge(),
  unsupported_media_type: await errorOf(() =>
    readJson(requestWith({ 'Content-Type': 'text/plain' })),
  ),
  validation_failed: await errorOf(() =>
    parseUserUpdate(referenceResponse.data.id, { emial: 'ada@example.com', is_trial: null }),
  ),
  reference_not_found: await errorOf(() =>
    explainViolation(new ConstraintViolation('users_role_id_fkey')),
  ),
  idempotency_key_reused: idempotencyKeyReused(),
  precondition_required: await refusalOf('precondition_required'),
  rate_limited: tooMany({ name: 'key', quota: 600, window: 60 }, 40_000),
  internal_error: asApiError(new TypeError(), 0),
  database_busy: asApiError(new DatabaseFault('busy', 'not_applied', ''), 1),
  database_unavailable: asApiError(new DatabaseFault('unavailable', 'not_applied', ''), 1),
  provider_unavailable: await errorOf(unavailable),
  outcome_unknown: asApiError(new DatabaseFault('interrupted', 'unknown', ''), 1),
};

/** Returns the ApiError that the code throws. Throws any other error, and if the code throws nothing. */
async function errorOf(code: () => unknown): Promise<ApiError> {
  try {
    await code();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('The code has thrown no error.');
}

/** Returns the error of a key that exists but is refused. */
function refusalOf(refusal: NonNullable<Guarded<object>['refusal']>): Promise<ApiError> {
  const guarded = { key_id: null, ends_at: null, refusal };
  return errorOf(() => admit(guarded, { type: 'key', hash: '' }, {}));
}

function requestWith(headers: Record<string, string>): Request {
  return new Request('https://api.example.com/', { method: 'PUT', headers });
}
