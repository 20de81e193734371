import { KEY_PREFIX, keyInWords } from '../src/auth/api-key.ts';
import { ID_TOKEN_MINUTES } from '../src/auth/id-token.ts';
import { SESSION_SECONDS } from '../src/auth/session.ts';
import { FEED_DAYS } from '../src/changes/statements.ts';
import type { ErrorCode } from '../src/errors.ts';
import { BODY_TIMEOUT_MS, MAX_BODY_BYTES, MAX_ITEMS_BYTES } from '../src/http/body.ts';
import { IDEMPOTENCY_HOURS } from '../src/http/idempotency.ts';
import { MAX_TIMEOUT_SECONDS } from '../src/http/request.ts';
import { MAX_VIOLATIONS } from '../src/http/validation.ts';
import { MAX_ACTIVE_KEYS } from '../src/keys/requests.ts';
import { allUsersScope } from '../src/permissions.ts';
import { MAX_WEBHOOKS } from '../src/webhooks/requests.ts';

/** What the page of an error says in addition to the catalogue, in Markdown. */
export interface ErrorPage {
  meaning: string;
  causes: readonly string[];
  fix: string;
}

const CREATE_ANOTHER =
  'Create a new key on the Settings page, or ask the person who gave you this one.';
const READ_OUTCOME =
  'Read `outcome`. `not_applied`: nothing was changed; try again after `Retry-After`. `unknown`: see [outcome_unknown](/docs/errors/outcome_unknown).';

/** One entry for each error of the catalogue, for the pages and the descriptions of responses. */
export const errorPages: Record<ErrorCode, ErrorPage> = {
  malformed_json: {
    meaning: 'The body is not valid JSON in UTF-8.',
    causes: [
      'An extra comma, a missing quotation mark, or a literal of another language, such as `True` or `NaN`.',
      'A form or XML instead of JSON, or two JSON values in one body.',
      'The body is empty. To change nothing, send `{}`.',
      'A byte order mark before the JSON.',
      'The body was cut off in transit.',
    ],
    fix: 'Use a JSON library to write the body. `detail` gives the line and column, and what to send there.',
  },
  malformed_header: {
    meaning:
      'A request header is not in the expected format. The API does not ignore it, because that could change what the request does.',
    causes: [
      'An ETag without its quotation marks: `If-Match: 7` instead of `If-Match: "7"`.',
      'An `Idempotency-Key` that contains a space, a comma or a semicolon and has no quotation marks.',
      '`Prefer: validate-only=` with an empty value: it is unclear whether to write.',
      `A \`Request-Timeout\` that is not a whole number from 1 to ${MAX_TIMEOUT_SECONDS}.`,
    ],
    fix: 'Fix the header as `errors` describes, or leave it out.',
  },
  invalid_token_request: {
    meaning:
      'The form has a parameter that is missing, repeated or not allowed. `error` is the code of RFC 6749: `invalid_request`, `invalid_scope` or `unsupported_grant_type`.',
    causes: [
      'Another `grant_type`, such as `refresh_token`: refresh the ID token at the OpenID provider, and exchange that.',
      'A `scope` that such a key cannot have.',
      'An access token of the provider instead of an ID token.',
    ],
    fix: 'Fix the parameters listed in `errors`. [Mobile apps](/docs/mobile-apps#through-the-openid-provider) has an example.',
  },
  invalid_id_token: {
    meaning: 'The ID token is not one that this app can exchange now. `detail` names the claim.',
    causes: [
      `It was issued more than ${ID_TOKEN_MINUTES} minutes ago, or it has expired.`,
      '`aud` or `azp` is a client id that the operator has not listed in `OIDC_APP_CLIENT_IDS`.',
      'It is of another provider, or it is an access token.',
      'The key that it was exchanged for was revoked.',
    ],
    fix: 'Get a new ID token from the provider with the refresh token of the app, or let the person sign in again.',
  },
  unknown_identity: {
    meaning: 'The ID token is valid, but no user belongs to this person.',
    causes: [
      'The person has never signed in here, and the ID token has no verified `email` by which to find the user.',
      'No user has this e-mail address, and people do not become users by signing in.',
      'The address of the user was changed with an API key.',
    ],
    fix: 'Let the person sign in on the Settings page once, or request the claims `email` and `email_verified` in the ID token. Or ask the operator to link the person.',
  },
  conflicting_credentials: {
    meaning: 'The request has two different API keys. The API does not guess which one you mean.',
    causes: [
      'One key in the query and another in a header.',
      '`api_key` twice in the query.',
      `One of the two has a typo. (A header value that does not begin with \`${KEY_PREFIX}\`, such as the JWT of a gateway, is ignored beside a key.)`,
    ],
    fix: 'Send one key in one place, preferably in the header `Authorization: Bearer …`.',
  },
  missing_api_key: {
    meaning: 'The request has no API key.',
    causes: [
      'The name is misspelled: the parameter is `api_key`, the header `X-API-Key`.',
      'The variable that should contain the key is empty.',
    ],
    fix: 'Send the key as `?api_key=…`, as `Authorization: Bearer …` or as `X-API-Key: …`.',
  },
  invalid_api_key: {
    meaning: 'This API key does not exist.',
    causes: [
      `A character was lost or changed when the key was copied: a key is ${keyInWords(`\`${KEY_PREFIX}\``)}, and the last six are a checksum.`,
      'The key belongs to another deployment.',
    ],
    fix: `Compare the key with the one that you were given. ${CREATE_ANOTHER}`,
  },
  expired_api_key: {
    meaning: 'The API key has expired.',
    causes: [
      'It was created with an expiry date.',
      'It was rotated, and the new key was used or the grace period is over. The `Sunset` header had the time.',
    ],
    fix: `${CREATE_ANOTHER} An app [gets another short-lived key](/docs/mobile-apps#keys) and sends the request again.`,
  },
  revoked_api_key: {
    meaning: 'The API key was revoked.',
    causes: [
      'Its owner or the operator revoked it.',
      'Someone found it in public and reported it.',
    ],
    fix: CREATE_ANOTHER,
  },
  not_signed_in: {
    meaning: 'The session of the Settings page has expired or was signed out.',
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
    meaning: 'The API key does not allow this request.',
    causes: [
      'It lacks the scope that the operation requires.',
      'It is a key for one user, and the path names another user. The response does not reveal whether that user exists.',
      'The scope applies only while the owner of the key is a superuser, and the owner is not one now.',
    ],
    fix: '`GET /api/v1/keys/self` shows what the key may do now. Use a key that allows the request, or ask the owner for one.',
  },
  field_not_writable: {
    meaning: 'The update would change a field that the API key cannot change. Nothing was changed.',
    causes: [
      'A field of the account or billing group was sent with a `profile` key.',
      'An outdated value. A field that would not change is never refused, so you can send the whole document back.',
    ],
    fix: 'Leave out the fields listed in `errors`, or send their current values, under a new `Idempotency-Key`.',
  },
  address_not_allowed: {
    meaning: 'The API key may not be used from this address. Nothing was changed.',
    causes: [
      'The request came from an address that is not in `allowed_ips` of the key.',
      'The network of the program has changed, or it now reaches the API over IPv6.',
    ],
    fix: 'Send the request from an allowed address, or create a key that allows this one.',
  },
  owner_inactive: {
    meaning: 'The user who owns the API key is inactive, and so are their keys.',
    causes: ['Their account was deactivated.'],
    fix: 'Ask the operator to reactivate the user.',
  },
  route_not_found: {
    meaning: 'No route matches this path.',
    causes: [
      'A typo; paths are in lower case.',
      'A trailing slash: paths with a trailing slash return 404.',
      'The id of the user is missing.',
    ],
    fix: 'Check the path against the [reference](/docs).',
  },
  token_exchange_disabled: {
    meaning: 'Apps cannot exchange ID tokens on this server.',
    causes: ['The operator has not set `OIDC_APP_CLIENT_IDS`, or the sign-in variables.'],
    fix: 'Ask the operator to set them, or create keys [on your own server](/docs/mobile-apps#through-your-server).',
  },
  key_not_found: {
    meaning: 'You have no key with the id in the path.',
    causes: [
      'It is the key of another user. The response does not reveal whether it exists.',
      'The path has the key itself instead of its id.',
    ],
    fix: '`GET /api/v1/keys` lists your keys with their ids.',
  },
  user_not_found: {
    meaning: 'There is no user with the id in the path.',
    causes: ['The user was erased.', 'The id belongs to another deployment.'],
    fix: 'Check the id. Only keys that reach all users get this error; other keys get `insufficient_scope`.',
  },
  version_not_found: {
    meaning: 'The user never had this version, or the change log does not lead back to it.',
    causes: [
      'A version that is higher than the current one.',
      'A change to undo that is not in the log.',
    ],
    fix: 'List the changes of the user to see which versions there are.',
  },
  cursor_expired: {
    meaning: 'The feed no longer has all changes after this cursor.',
    causes: [
      `The cursor was not used for more than ${FEED_DAYS} days.`,
      'The database was restored from a backup.',
    ],
    fix: 'Get a new cursor with `after=latest`, then list all users. Then go on from the new cursor.',
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
    fix: 'Send the whole body at once. The server closes the connection, so retry on a new one.',
  },
  email_taken: {
    meaning:
      'Another user has this e-mail address, perhaps in a different case. Nothing was changed.',
    causes: ['The same person has a second account.'],
    fix: 'Use another address, or change the address of the other user first. For an update, the same `Idempotency-Key` can be used; for a new user, use a new one.',
  },
  user_exists: {
    meaning: 'Another user has the `id` of the new user. Nothing was changed.',
    causes: ['The user was created by an earlier run of an import.'],
    fix: 'Update the user instead, or leave out `id` to get a new one.',
  },
  user_erased: {
    meaning: 'The user who had this `id` was erased. Nothing was changed.',
    causes: ['An import brings back a person who asked to be erased.'],
    fix: 'Leave the person out of the import. Only the operator can use the id again, on the command line.',
  },
  last_superuser: {
    meaning: 'The user is the only active superuser and cannot be erased. Nothing was changed.',
    causes: [
      'A superuser erases their own account.',
      'The other superusers are inactive or were demoted: an update can demote the last one, too.',
    ],
    fix: 'Give someone else superuser rights before you erase this user.',
  },
  webhook_not_found: {
    meaning: 'You have no webhook with the id in the path.',
    causes: [
      'It is the webhook of another user. The response does not reveal whether it exists.',
      `It gets the changes of all users, and this key lacks \`${allUsersScope}\`.`,
      'It was deleted.',
    ],
    fix: '`GET /api/v1/webhooks` lists your webhooks with their ids.',
  },
  too_many_webhooks: {
    meaning: `A user has at most ${MAX_WEBHOOKS} webhooks.`,
    causes: [
      `Webhooks were created but not deleted. A key without \`${allUsersScope}\` does not see all of them.`,
    ],
    fix: 'Delete a webhook first.',
  },
  too_many_keys: {
    meaning: `A user has at most ${MAX_ACTIVE_KEYS} active keys.`,
    causes: ['Keys were created but not revoked.'],
    fix: 'Revoke a key first.',
  },
  key_not_live: {
    meaning: 'The key to rotate is no longer active.',
    causes: ['It has expired or was revoked.'],
    fix: 'Create a new key instead.',
  },
  key_already_used: {
    meaning:
      'A key was created or rotated under this `Idempotency-Key` before. A retry returns that key with a new secret only while the key is unused.',
    causes: [
      'The first response arrived after all, and the key is in use.',
      'The key has expired or was revoked since.',
    ],
    fix: 'Use the key that you have. If you do not have it, revoke it, and create or rotate again under a new `Idempotency-Key`.',
  },
  edit_conflict: {
    meaning:
      'After the version in `Base-Version`, someone else changed a field that this update changes too. Nothing was changed.',
    causes: ['Two people, or two devices of one person, edited the same field.'],
    fix: 'For each entry in `conflicts`, show the values `base`, `sent` and `current` and let the user choose. Send the result with the `ETag` of this response as `Base-Version`, under a new `Idempotency-Key`.',
  },
  batch_failed: {
    meaning:
      'Under `Prefer: atomic`, at least one item of the request failed, so none was updated.',
    causes: ['Any that an update of one user can have: see `problem` of each entry in `items`.'],
    fix: 'Fix or remove the items listed in `items`, each with its place in the request as `index`, and send the request again. Without `Prefer: atomic`, the other items are updated.',
  },
  precondition_failed: {
    meaning: 'The version of the user does not match the request. Nothing was changed.',
    causes: [
      'Someone else changed the user after you retrieved it.',
      '`If-Match` contains a weak ETag (`W/"7"`), which never matches: a proxy on your side weakens it.',
      '`If-None-Match: *`, since the user exists.',
      '`Base-Version` names a version that is too old for the change log, or that does not exist yet.',
    ],
    fix: 'Retrieve the user again, apply your change to the current values, and send it with the new `ETag`. A new request needs a new `Idempotency-Key`. Or send `Base-Version` instead and let the server merge.',
  },
  body_too_large: {
    meaning: `The body is larger than ${MAX_BODY_BYTES / 1024} KiB; with many users, than ${MAX_ITEMS_BYTES / 1024 ** 2} MiB.`,
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
      'An unknown field name; `detail` suggests a similar one, if there is one.',
      'A value of the wrong type, a value that is too long, or `null` where it is not allowed.',
    ],
    fix: `Fix the fields listed in \`errors\` and try again. It lists every problem, up to ${MAX_VIOLATIONS}.`,
  },
  reference_not_found: {
    meaning: 'There is no role or billing plan with this id. Nothing was changed.',
    causes: [
      '`role_id`, `active_billing_plan_id` or `next_billing_plan_id` belongs to another deployment.',
    ],
    fix: 'Send an id that exists, or `null`. For an update, the same `Idempotency-Key` can be used; for a new user, use a new one.',
  },
  idempotency_key_reused: {
    meaning: `Another request was sent under this \`Idempotency-Key\` within the last ${IDEMPOTENCY_HOURS} hours: with another user, body, \`If-Match\`, \`If-None-Match\` or \`Base-Version\`. Nothing was changed now.`,
    causes: [
      'The same key is sent with every request.',
      'After 403 `field_not_writable`, 409 `edit_conflict` or 412, which are kept, the request was changed and sent with the same key.',
    ],
    fix: 'Use a new key for each new request, and the same key for retries of that request.',
  },
  precondition_required: {
    meaning: 'The API key requires a precondition on every update, and this update has none.',
    causes: ['`If-Match` or `Base-Version` is missing.'],
    fix: 'Retrieve the user, and send its `ETag` as `If-Match` or `Base-Version`.',
  },
  rate_limited: {
    meaning: 'Too many requests with this key, or too many from this address with invalid keys.',
    causes: [
      'A loop without a pause.',
      'Many processes with one key.',
      'A wrong key, over and over.',
      'Someone else at [your address](/docs/rate-limits#a-shared-address) sends wrong keys, and your key was not used within the last hour.',
    ],
    fix: 'Wait for the number of seconds in `Retry-After`. `RateLimit-Policy` names the limit.',
  },
  internal_error: {
    meaning: 'Something failed on our side.',
    causes: ['A bug or a configuration error on our side.'],
    fix: 'Report the `request_id`, and do not send the request again automatically. With the `outcome` `not_applied`, nothing was changed; with `unknown`, retrieve the user or list your keys to find out.',
  },
  database_busy: {
    meaning:
      'Another request locked the user for too long, so this one was cancelled. Nothing was changed.',
    causes: ['Many requests change the same user at once.', 'The database is overloaded.'],
    fix: 'Wait for `Retry-After` and try again.',
  },
  database_unavailable: {
    meaning: 'The database cannot be reached, or its response is invalid.',
    causes: ['It is restarting or waking up.', 'It is overloaded.'],
    fix: READ_OUTCOME,
  },
  provider_unavailable: {
    meaning: 'The OpenID provider did not respond, so the ID token could not be checked.',
    causes: ['It is down, or cannot be reached from the API.'],
    fix: 'Wait for `Retry-After` and send the same request again.',
  },
  outcome_unknown: {
    meaning:
      'The database did not respond in time, or the connection broke after the update was sent. The update may or may not have been applied.',
    causes: ['The network failed at that moment.', 'A `Request-Timeout` that is too short.'],
    fix: 'If the request had an `Idempotency-Key`, send the same request with the same key again: it takes effect at most once, and you get its response. If not, [What to send again](/docs/errors#what-to-send-again) says what is safe for each kind of request.',
  },
};
