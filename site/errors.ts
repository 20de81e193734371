import { ApiError, type ErrorCode } from '../src/errors.ts';

/** What the page of an error tells, beside what the catalogue has. In Markdown. */
export interface ErrorPage {
  meaning: string;
  causes: readonly string[];
  /** How to mend it. */
  mend: string;
  /** One such error, as the API would answer it. */
  example: ApiError;
}

const error = (code: ErrorCode, detail: string, extras: ApiError['extras'] = {}) =>
  new ApiError(code, detail, extras);

const MAKE_ANOTHER = 'Make a new key on the Settings page, or ask whoever gave you this one.';
const LOOK_AT_OUTCOME =
  'Look at `outcome`. `not_applied`: nothing was changed; send the same request again after `Retry-After`. `unknown`: see [outcome_unknown](/docs/errors/outcome_unknown).';

/** One entry for each error of the catalogue; the pages and the examples of the document come from it. */
export const errorPages: Record<ErrorCode, ErrorPage> = {
  malformed_json: {
    meaning: 'The body is not one JSON text in UTF-8.',
    causes: [
      'A comma too many, a quotation mark too few, or `True` and `NaN`, which other languages write.',
      'A form or XML instead of JSON, or two JSON texts in one body.',
      'The body is empty; `{}` is the update of nothing.',
      'A byte order mark before the JSON.',
      'The body was cut off on its way.',
    ],
    mend: 'Let a JSON library write the body. `detail` says in which line and column the fault is, and what to send there.',
    example: error(
      'malformed_json',
      'Line 1, column 14: write true, false and null in lower case.',
    ),
  },
  malformed_header: {
    meaning:
      'A request header cannot be understood, and to pass over it could do what you did not want.',
    causes: [
      'An ETag without its quotation marks: `If-Match: 7` instead of `If-Match: "7"`.',
      'An `Idempotency-Key` with a space, a comma or a semicolon in it, but without quotation marks.',
      '`Prefer: validate-only=` with an empty value: it is not guessed whether to write.',
      'A `Request-Timeout` that is not a whole number from 1 to 30.',
    ],
    mend: 'Send the header as `errors` says, or leave it out.',
    example: error('malformed_header', 'Mend the header If-Match, or leave it out.', {
      errors: [
        {
          header: 'If-Match',
          code: 'invalid_format',
          detail:
            'Send the ETag of an answer with its quotation marks, several separated by commas, or *.',
        },
      ],
    }),
  },
  conflicting_credentials: {
    meaning: 'The request carries two different API keys, and we do not guess which one you mean.',
    causes: [
      'One key in the query and another in a header.',
      '`api_key` twice in the query.',
      'One of the two has a typing error. (A value in a header that does not begin with `in-`, such as the JWT of a gateway, is ignored beside a key.)',
    ],
    mend: 'Send one key, in one place; best in the header `Authorization: Bearer …`.',
    example: error('conflicting_credentials', 'Send one API key, in one place.'),
  },
  missing_api_key: {
    meaning: 'The request carries no API key.',
    causes: [
      'The parameter is called `api_key`, the header `X-API-Key`.',
      'The variable that should hold the key is empty.',
    ],
    mend: 'Send the key as `?api_key=…`, as `Authorization: Bearer …` or as `X-API-Key: …`.',
    example: error(
      'missing_api_key',
      'Send ?api_key=…, or the header Authorization: Bearer …, or X-API-Key: ….',
    ),
  },
  invalid_api_key: {
    meaning: 'There is no such API key.',
    causes: [
      'A character was lost or changed when it was copied: a key is `in-` and 43 letters and digits, and the last six are a checksum.',
      'The key belongs to another deployment.',
    ],
    mend: `Compare it with the one you were given. ${MAKE_ANOTHER}`,
    example: error('invalid_api_key', 'This is not a key: compare it with the one you were given.'),
  },
  expired_api_key: {
    meaning: 'The API key had an end, and it has passed.',
    causes: [
      'It was made with an expiry.',
      'It was rotated, and its successor was used or its grace is over. The `Sunset` header announced the time.',
    ],
    mend: MAKE_ANOTHER,
    example: error('expired_api_key', 'Make a new key.'),
  },
  revoked_api_key: {
    meaning: 'The API key was revoked.',
    causes: [
      'Its owner or the operator ended it.',
      'Somebody found it where it should not be and reported it.',
    ],
    mend: MAKE_ANOTHER,
    example: error('revoked_api_key', 'Make a new key.'),
  },
  not_signed_in: {
    meaning: 'The session of the Settings page has ended.',
    causes: ['Twelve hours have passed since the sign-in.', 'You have signed out in another tab.'],
    mend: 'Sign in again on the Settings page.',
    example: error('not_signed_in', 'The session has ended; sign in again.'),
  },
  cross_origin_request: {
    meaning: 'A request with the cookie of the session came from another site.',
    causes: ['A form or a script on another origin.'],
    mend: 'Send it from the Settings page, or use an API key instead of the cookie.',
    example: error('cross_origin_request', 'Send it from a page of this site.'),
  },
  insufficient_scope: {
    meaning: 'The API key may not do this.',
    causes: [
      'It lacks the scope that the operation needs.',
      'It is a key for one user, and the path names another; whether that one exists is not told.',
      'The scope counts only while the owner of the key is a superuser, and they are not now.',
    ],
    mend: '`GET /api/v1/keys/self` tells what the key may do now. Use a key that may, or ask the owner.',
    example: error('insufficient_scope', 'Use a key whose scopes, and whose owner, allow this.'),
  },
  field_not_writable: {
    meaning:
      'The update would change a field that the API key may not change. Nothing was changed.',
    causes: [
      'A field of the account or the billing group with a profile key.',
      'An old value: a field that would not change is never refused, so the whole document can be sent back.',
    ],
    mend: 'Leave the fields in `errors` out, or send the values that they have.',
    example: error(
      'field_not_writable',
      'Leave these fields out, or send the values that they have.',
      {
        errors: [
          {
            pointer: '/is_superuser',
            code: 'not_writable',
            detail: 'This key may not change is_superuser.',
          },
        ],
      },
    ),
  },
  owner_inactive: {
    meaning: 'The user who owns the API key is inactive, and so are their keys.',
    causes: ['Their account was switched off.'],
    mend: 'Nothing, until they are active again.',
    example: error(
      'owner_inactive',
      'Nothing can be done for an inactive user until they are active again.',
    ),
  },
  route_not_found: {
    meaning: 'There is nothing at this path.',
    causes: [
      'A spelling mistake; paths are in lower case.',
      'A slash at the end of the path; `detail` says so.',
      'The id of the user is missing.',
    ],
    mend: 'Compare the path with the [reference](/docs).',
    example: error('route_not_found', 'Compare the path with the documentation.'),
  },
  key_not_found: {
    meaning: 'None of your keys has this id.',
    causes: [
      'It is the key of somebody else; whether it exists is not told.',
      'The id and the key were mixed up.',
    ],
    mend: '`GET /api/v1/keys` lists your keys with their ids.',
    example: error('key_not_found', 'None of your keys has this id.'),
  },
  user_not_found: {
    meaning: 'No user has this id.',
    causes: ['The user was deleted.', 'The id is of another deployment.'],
    mend: 'Compare the id. Only keys that reach all users get this answer; to others every foreign user is `insufficient_scope`.',
    example: error('user_not_found', 'No user has this id.'),
  },
  method_not_allowed: {
    meaning: 'The path exists, but not with this method.',
    causes: ['POST instead of PUT.'],
    mend: 'Use one of the methods in the `Allow` header.',
    example: error('method_not_allowed', 'Use one of GET, HEAD, PUT, PATCH, OPTIONS.'),
  },
  request_timeout: {
    meaning:
      'The body did not arrive in time: within `Request-Timeout`, or 10 seconds. Nothing was changed.',
    causes: [
      'A connection that is slow or has stalled.',
      'A `Content-Length` that is larger than the body.',
      'A stream as the body that is never closed.',
    ],
    mend: 'Send the whole body at once. The connection is closed; a repeat needs a new one.',
    example: error(
      'request_timeout',
      'The body did not arrive within 10 seconds, so nothing was changed; send the request again.',
    ),
  },
  email_taken: {
    meaning: 'Another user has this e-mail address, perhaps in another case. Nothing was changed.',
    causes: ['The same person has a second account.'],
    mend: 'Use another address, or change that of the other user first.',
    example: error(
      'email_taken',
      'Another user has this e-mail address, perhaps in another case.',
      {
        errors: [
          {
            pointer: '/email',
            code: 'taken',
            detail: 'Another user has this e-mail address, perhaps in another case.',
          },
        ],
      },
    ),
  },
  too_many_keys: {
    meaning: 'A user has at most 25 live keys.',
    causes: ['Keys are made and not revoked.'],
    mend: 'Revoke one first.',
    example: error('too_many_keys', 'You have 25 live keys; revoke one first.'),
  },
  key_not_live: {
    meaning: 'The key that should be rotated has ended.',
    causes: ['It has expired or was revoked.'],
    mend: 'Make a new key instead.',
    example: error('key_not_live', 'The key is revoked; make a new one.'),
  },
  key_already_used: {
    meaning:
      'Under this `Idempotency-Key` a key was created or rotated before. A repeat gives that key a new secret only as long as nobody has used it.',
    causes: [
      'The first response arrived after all, and somebody uses the key.',
      'The key has expired or was revoked since.',
    ],
    mend: 'Use the key that you have. If nobody has it, create or rotate again under a new `Idempotency-Key`, and revoke the old one.',
    example: error(
      'key_already_used',
      'The key that this request created has been used or has ended. Create a new one under a new Idempotency-Key.',
    ),
  },
  edit_conflict: {
    meaning:
      'Since the version in `Base-Version` somebody else has changed a field that this update would change too. Nothing was changed.',
    causes: ['Two people, or two devices of one, edited the same field.'],
    mend: 'For each of `conflicts` show the values `base`, `sent` and `current` and let somebody choose. Send the choice with the `ETag` of this answer as `Base-Version`, under a new `Idempotency-Key`.',
    example: error(
      'edit_conflict',
      'Let somebody choose for each of conflicts, and send the choice with the ETag of this answer as Base-Version.',
      {
        conflicts: [
          {
            pointer: '/phone',
            base: '+44 20 7946 0000',
            sent: '+44 20 7946 0001',
            current: null,
            changed_at: '2026-11-23T17:05:31.25Z',
            changed_by: 'in-4fQ9xZ',
          },
        ],
        headers: { ETag: '"9"' },
      },
    ),
  },
  precondition_failed: {
    meaning: 'The user is not at the version that the request demands. Nothing was changed.',
    causes: [
      'Somebody else has changed the user since you read them.',
      '`If-Match` holds a weak ETag (`W/"7"`), which never matches: a proxy on your side weakens it.',
      '`If-None-Match: *`, since the user exists.',
      '`Base-Version` names a version that the change log does not reach back to, or that is not there yet.',
    ],
    mend: 'Read the user again, make the change once more from what stands now, and send it with the new `ETag`. Or send `Base-Version` instead and let the server merge.',
    example: error(
      'precondition_failed',
      'Read the user again and make the change from that version, which is the ETag of this answer.',
      { headers: { ETag: '"9"' } },
    ),
  },
  body_too_large: {
    meaning: 'The body is larger than 64 KiB.',
    causes: ['Something else than a profile was sent.'],
    mend: 'Send only the fields that are to change.',
    example: error('body_too_large', 'Send at most 65536 bytes.'),
  },
  unsupported_media_type: {
    meaning: 'The body is not called JSON, or it is compressed.',
    causes: [
      'The header `Content-Type: application/json` is missing; curl sends another one by itself.',
      'A `Content-Encoding`.',
    ],
    mend: 'Send `Content-Type: application/json`; with PATCH `application/merge-patch+json` too.',
    example: error(
      'unsupported_media_type',
      'The Content-Type is text/plain. Send the header Content-Type: application/json.',
      {
        headers: { Accept: 'application/json' },
      },
    ),
  },
  validation_failed: {
    meaning: 'The body or a parameter holds what it must not. Nothing was changed.',
    causes: [
      'A name that is not known; if a known one is near, it stands in `detail`.',
      'A value of another type, too long, or `null` where there must be one.',
    ],
    mend: 'Mend everything that `errors` lists; it has all that is wrong, up to 100 things.',
    example: error('validation_failed', 'Mend what errors lists and send the request again.', {
      errors: [
        {
          pointer: '/emial',
          code: 'unknown_field',
          detail: 'There is no such field. The nearest known one is email.',
        },
        {
          pointer: '/is_trial',
          code: 'not_nullable',
          detail: 'is_trial must be true or false; it cannot be cleared.',
        },
      ],
    }),
  },
  reference_not_found: {
    meaning: 'A role or a billing plan with this id does not exist. Nothing was changed.',
    causes: [
      '`role_id`, `active_billing_plan_id` or `next_billing_plan_id` is of another deployment.',
    ],
    mend: 'Send an id that exists, or `null`.',
    example: error('reference_not_found', 'There is no role with the id in role_id.', {
      errors: [
        {
          pointer: '/role_id',
          code: 'not_found',
          detail: 'There is no role with the id in role_id.',
        },
      ],
    }),
  },
  idempotency_key_reused: {
    meaning:
      'Another request was sent under this `Idempotency-Key` within the last 24 hours: with another user, body, `If-Match`, `If-None-Match` or `Base-Version`. Nothing was changed now.',
    causes: [
      'The key is made once and used for everything.',
      'After 412 or 409 the request was mended and sent under the same key.',
    ],
    mend: 'Make a new key for each new request, and keep it for the repeats of that one.',
    example: error(
      'idempotency_key_reused',
      'This Idempotency-Key was sent before, with another user, body or condition. Make a new one for each new request.',
    ),
  },
  precondition_required: {
    meaning:
      'The API key was made so that no update goes out blindly, and this one does not say which version it was made from.',
    causes: ['`If-Match` or `Base-Version` is missing.'],
    mend: 'Read the user, and send their `ETag` as `If-Match` or as `Base-Version`.',
    example: error(
      'precondition_required',
      'This key demands that an update names the version that it was made from: send If-Match or Base-Version with the ETag.',
    ),
  },
  rate_limited: {
    meaning: 'Too many requests: of this key, or of this address with keys that were refused.',
    causes: [
      'A loop without a pause.',
      'Many processes with one key.',
      'A wrong key, over and over.',
      'Somebody else at your address who does that, while this key is new here.',
    ],
    mend: 'Wait as many seconds as `Retry-After` says. `RateLimit-Policy` tells which limit it was.',
    example: error('rate_limited', 'This key has sent too many requests; wait and send fewer.', {
      headers: { 'Retry-After': '20', 'RateLimit-Policy': '"key";q=600;w=60' },
    }),
  },
  internal_error: {
    meaning: 'The fault is ours.',
    causes: ['A mistake in our code or configuration.'],
    mend: 'Report the `request_id`. `outcome` says whether anything was changed; if it is `unknown`, read the user to find out.',
    example: error('internal_error', 'The fault is ours; tell us the request_id.', {
      outcome: 'not_applied',
    }),
  },
  database_busy: {
    meaning:
      'Another request held the user for too long, so this one was given up. Nothing was changed.',
    causes: ['Many requests change the same user at once.', 'The database is overloaded.'],
    mend: 'Wait for `Retry-After` and send the request again.',
    example: error('database_busy', 'Nothing was changed; send the request again.', {
      outcome: 'not_applied',
    }),
  },
  database_unavailable: {
    meaning: 'The database cannot be reached, or did not answer in a form that we understand.',
    causes: ['It restarts or wakes up.', 'It is overloaded.'],
    mend: LOOK_AT_OUTCOME,
    example: error('database_unavailable', 'Nothing was changed; send the request again.', {
      outcome: 'not_applied',
    }),
  },
  outcome_unknown: {
    meaning:
      'The database did not answer in time, or the connection broke after the update was sent: it may have been applied or not.',
    causes: [
      'A network that breaks at the wrong moment.',
      'A `Request-Timeout` that is too short.',
    ],
    mend: 'If the request had an `Idempotency-Key`, send the same request with the same key again: it takes effect once at most, and you get its answer. If not, read the user: where the values stand, it was applied. To send the same values again blindly is safe in itself, but it can undo what somebody else has changed in between; `If-Match` prevents that.',
    example: error(
      'outcome_unknown',
      'It may have been applied or not. To be sure, send the same values again: where they stand, that changes nothing.',
      { outcome: 'unknown' },
    ),
  },
};
