import { KEY_PREFIX, keyInWords } from '../src/auth/api-key.ts';
import { SESSION_SECONDS } from '../src/auth/session.ts';
import type { ErrorCode } from '../src/errors.ts';
import { BODY_TIMEOUT_MS, MAX_BODY_BYTES } from '../src/http/body.ts';
import { IDEMPOTENCY_HOURS } from '../src/http/idempotency.ts';
import { MAX_TIMEOUT_SECONDS } from '../src/http/request-headers.ts';
import { MAX_VIOLATIONS } from '../src/http/validation.ts';
import { MAX_ACTIVE_KEYS } from '../src/keys/requests.ts';

/** What the page of an error says beside what the catalogue has. In Markdown. */
export interface ErrorPage {
  meaning: string;
  causes: readonly string[];
  fix: string;
}

const CREATE_ANOTHER =
  'Create a new key on the Settings page, or ask the person who gave you this one.';
const READ_OUTCOME =
  'Read `outcome`. `not_applied`: nothing was changed; send the same request again after `Retry-After`. `unknown`: see [outcome_unknown](/docs/errors/outcome_unknown).';

/** One entry for each error of the catalogue; the pages and the descriptions of responses come from it. */
export const errorPages: Record<ErrorCode, ErrorPage> = {
  malformed_json: {
    meaning: 'The body is not one JSON text in UTF-8.',
    causes: [
      'An extra comma, a missing quotation mark, or `True` and `NaN`, which other languages write.',
      'A form or XML instead of JSON, or two JSON texts in one body.',
      'The body is empty. `{}` is the update that changes nothing.',
      'A byte order mark before the JSON.',
      'The body was cut off on its way.',
    ],
    fix: 'Let a JSON library write the body. `detail` gives the line and column of the fault, and what to send there.',
  },
  malformed_header: {
    meaning:
      'A request header cannot be understood. Ignoring it could do something that you did not want.',
    causes: [
      'An ETag without its quotation marks: `If-Match: 7` instead of `If-Match: "7"`.',
      'An `Idempotency-Key` that contains a space, a comma or a semicolon and has no quotation marks.',
      '`Prefer: validate-only=` with an empty value: it does not say whether to write.',
      `A \`Request-Timeout\` that is not a whole number from 1 to ${MAX_TIMEOUT_SECONDS}.`,
    ],
    fix: 'Send the header as `errors` says, or leave it out.',
  },
  conflicting_credentials: {
    meaning:
      'The request carries two different API keys. The API does not guess which one you mean.',
    causes: [
      'One key in the query and another in a header.',
      '`api_key` twice in the query.',
      `One of the two has a typing error. (A header value that does not begin with \`${KEY_PREFIX}\`, such as the JWT of a gateway, is ignored beside a key.)`,
    ],
    fix: 'Send one key, in one place; preferably in the header `Authorization: Bearer …`.',
  },
  missing_api_key: {
    meaning: 'The request carries no API key.',
    causes: [
      'The name is misspelled: the parameter is `api_key`, the header `X-API-Key`.',
      'The variable that should contain the key is empty.',
    ],
    fix: 'Send the key as `?api_key=…`, as `Authorization: Bearer …` or as `X-API-Key: …`.',
  },
  invalid_api_key: {
    meaning: 'This API key does not exist.',
    causes: [
      `A character was lost or changed when it was copied: a key is ${keyInWords(`\`${KEY_PREFIX}\``)}, and the last six are a checksum.`,
      'The key belongs to another deployment.',
    ],
    fix: `Compare it with the one that you were given. ${CREATE_ANOTHER}`,
  },
  expired_api_key: {
    meaning: 'The API key has expired.',
    causes: [
      'It was created with an expiry.',
      'It was rotated, and the new key was used or the grace period is over. The `Sunset` header announced the time.',
    ],
    fix: CREATE_ANOTHER,
  },
  revoked_api_key: {
    meaning: 'The API key was revoked.',
    causes: [
      'Its owner or the operator revoked it.',
      'Somebody found it in public and reported it.',
    ],
    fix: CREATE_ANOTHER,
  },
  not_signed_in: {
    meaning: 'The session of the Settings page has ended.',
    causes: [
      `${SESSION_SECONDS / 3600} hours have passed since the sign-in.`,
      'You have signed out in another tab.',
    ],
    fix: 'Sign in again on the Settings page.',
  },
  cross_origin_request: {
    meaning: 'A request with the session cookie came from another site.',
    causes: ['A form or a script on another origin.'],
    fix: 'Send it from the Settings page, or use an API key instead of the cookie.',
  },
  insufficient_scope: {
    meaning: 'The API key may not do this.',
    causes: [
      'It lacks the scope that the operation requires.',
      'It is a key for one user, and the path names another one. The response does not tell whether that user exists.',
      'The scope counts only while the owner of the key is a superuser, and they are not one now.',
    ],
    fix: '`GET /api/v1/keys/self` shows what the key may do now. Use a key that may do this, or ask the owner.',
  },
  field_not_writable: {
    meaning:
      'The update would change a field that the API key may not change. Nothing was changed.',
    causes: [
      'A field of the account or billing group, with a `profile` key.',
      'An outdated value. A field that would not change is never refused, so you can send the whole document back.',
    ],
    fix: 'Leave out the fields in `errors`, or send the values that they have.',
  },
  owner_inactive: {
    meaning: 'The user who owns the API key is inactive, and so are their keys.',
    causes: ['Their account was deactivated.'],
    fix: 'Nothing, until they are active again.',
  },
  route_not_found: {
    meaning: 'There is nothing at this path.',
    causes: [
      'A spelling mistake; paths are in lower case.',
      'A slash at the end of the path; `detail` says so.',
      'The id of the user is missing.',
    ],
    fix: 'Compare the path with the [reference](/docs).',
  },
  key_not_found: {
    meaning: 'You have no key with the id in the path.',
    causes: [
      'It is the key of another user. The response does not tell whether it exists.',
      'The id and the key were confused.',
    ],
    fix: '`GET /api/v1/keys` lists your keys with their ids.',
  },
  user_not_found: {
    meaning: 'There is no user with the id in the path.',
    causes: ['The user was deleted.', 'The id belongs to another deployment.'],
    fix: 'Check the id. Only keys that reach all users get this error; for others every other user is `insufficient_scope`.',
  },
  method_not_allowed: {
    meaning: 'The path exists, but not with this method.',
    causes: ['POST instead of PUT.'],
    fix: 'Use one of the methods in the `Allow` header.',
  },
  request_timeout: {
    meaning: `The body did not arrive in time: within \`Request-Timeout\`, or ${BODY_TIMEOUT_MS / 1000} seconds. Nothing was changed.`,
    causes: [
      'A slow or stalled connection.',
      'A `Content-Length` that is larger than the body.',
      'A stream as the body that is never closed.',
    ],
    fix: 'Send the whole body at once. The connection is closed; a retry needs a new one.',
  },
  email_taken: {
    meaning:
      'Another user has this e-mail address, perhaps in a different case. Nothing was changed.',
    causes: ['The same person has a second account.'],
    fix: 'Use another address, or change the address of the other user first.',
  },
  too_many_keys: {
    meaning: `A user has at most ${MAX_ACTIVE_KEYS} active keys.`,
    causes: ['Keys are created and not revoked.'],
    fix: 'Revoke one first.',
  },
  key_not_live: {
    meaning: 'The key to rotate is no longer active.',
    causes: ['It has expired or was revoked.'],
    fix: 'Create a new key instead.',
  },
  key_already_used: {
    meaning:
      'A key was created or rotated under this `Idempotency-Key` before. A repeat gives that key a new secret only while nobody has used it.',
    causes: [
      'The first response arrived after all, and somebody uses the key.',
      'The key has expired or was revoked since.',
    ],
    fix: 'Use the key that you have. If nobody has it, create or rotate again under a new `Idempotency-Key`, and revoke the old one.',
  },
  edit_conflict: {
    meaning:
      'Since the version in `Base-Version`, somebody else has changed a field that this update would change too. Nothing was changed.',
    causes: ['Two people, or two devices of one person, edited the same field.'],
    fix: 'For each of `conflicts`, show the values `base`, `sent` and `current` and let somebody choose. Send the choice with the `ETag` of this response as `Base-Version`, under a new `Idempotency-Key`.',
  },
  precondition_failed: {
    meaning: 'The user does not have the version that the request demands. Nothing was changed.',
    causes: [
      'Somebody else has changed the user since you read them.',
      '`If-Match` contains a weak ETag (`W/"7"`), which never matches: a proxy on your side weakens it.',
      '`If-None-Match: *`, since the user exists.',
      '`Base-Version` names a version that is too old for the change log, or that does not exist yet.',
    ],
    fix: 'Read the user again, apply your change to the current values, and send it with the new `ETag`. Or send `Base-Version` instead and let the server merge.',
  },
  body_too_large: {
    meaning: `The body is larger than ${MAX_BODY_BYTES / 1024} KiB.`,
    causes: ['Something other than a profile was sent.'],
    fix: 'Send only the fields to change.',
  },
  unsupported_media_type: {
    meaning: 'The body is not declared as JSON, or it is compressed.',
    causes: [
      'The header `Content-Type: application/json` is missing; curl sends another one by default.',
      'A `Content-Encoding`.',
    ],
    fix: 'Send `Content-Type: application/json`; with PATCH, `application/merge-patch+json` works too.',
  },
  validation_failed: {
    meaning: 'The body or a parameter has a value that is not allowed. Nothing was changed.',
    causes: [
      'An unknown name; `detail` gives the nearest known one, if there is one.',
      'A value of another type, too long, or `null` where it is not allowed.',
    ],
    fix: `Fix everything that \`errors\` lists; it has all that is wrong, up to ${MAX_VIOLATIONS} entries.`,
  },
  reference_not_found: {
    meaning: 'There is no role or billing plan with this id. Nothing was changed.',
    causes: [
      '`role_id`, `active_billing_plan_id` or `next_billing_plan_id` belongs to another deployment.',
    ],
    fix: 'Send an id that exists, or `null`.',
  },
  idempotency_key_reused: {
    meaning: `Another request was sent under this \`Idempotency-Key\` within the last ${IDEMPOTENCY_HOURS} hours: with another user, body, \`If-Match\`, \`If-None-Match\` or \`Base-Version\`. Nothing was changed now.`,
    causes: [
      'The key is made once and used for everything.',
      'After 412 or 409 the request was changed and sent under the same key.',
    ],
    fix: 'Make a new key for each new request, and keep it for the repeats of that request.',
  },
  precondition_required: {
    meaning:
      'The API key accepts only updates that name the version that they were made from, and this one does not.',
    causes: ['`If-Match` or `Base-Version` is missing.'],
    fix: 'Read the user, and send their `ETag` as `If-Match` or as `Base-Version`.',
  },
  rate_limited: {
    meaning: 'Too many requests with this key, or from this address with keys that were refused.',
    causes: [
      'A loop without a pause.',
      'Many processes with one key.',
      'A wrong key, over and over.',
      'Somebody else at your address who does that, while this key is new here.',
    ],
    fix: 'Wait for as many seconds as `Retry-After` says. `RateLimit-Policy` names the limit.',
  },
  internal_error: {
    meaning: 'The fault is ours.',
    causes: ['A mistake in our code or configuration.'],
    fix: 'Report the `request_id`. `outcome` says whether anything was changed; if it is `unknown`, read the user to find out.',
  },
  database_busy: {
    meaning:
      'Another request locked the user for too long, so this one was given up. Nothing was changed.',
    causes: ['Many requests change the same user at once.', 'The database is overloaded.'],
    fix: 'Wait for `Retry-After` and send the request again.',
  },
  database_unavailable: {
    meaning: 'The database cannot be reached, or its answer could not be understood.',
    causes: ['It restarts or wakes up.', 'It is overloaded.'],
    fix: READ_OUTCOME,
  },
  outcome_unknown: {
    meaning:
      'The database did not answer in time, or the connection broke after the update was sent: it may or may not have been applied.',
    causes: ['The network broke at the wrong moment.', 'A `Request-Timeout` that is too short.'],
    fix: 'If the request had an `Idempotency-Key`, send the same request with the same key again: it takes effect at most once, and you get its response. If not, read the user: if they have the values, the update was applied. Sending the same values again is safe in itself, but it can undo what somebody else has changed in between; `If-Match` prevents that.',
  },
};
