import type { Topic } from './case.ts';
import { batches } from './cases/batches.ts';
import { bodies } from './cases/bodies.ts';
import { conditions } from './cases/conditions.ts';
import { creating } from './cases/creating.ts';
import { credentials } from './cases/credentials.ts';
import { erasing } from './cases/erasing.ts';
import { following } from './cases/following.ts';
import { history } from './cases/history.ts';
import { idempotency } from './cases/idempotency.ts';
import { keys } from './cases/keys.ts';
import { listing } from './cases/listing.ts';
import { merging } from './cases/merging.ts';
import { permissions } from './cases/permissions.ts';
import { preferences } from './cases/preferences.ts';
import { reading } from './cases/reading.ts';
import { routes } from './cases/routes.ts';
import { updating } from './cases/updating.ts';
import { webhooks } from './cases/webhooks.ts';

/** All topics except the limits, which run last, after the user has been restored. */
export const topics: readonly Topic[] = [
  reading,
  updating,
  bodies,
  conditions,
  merging,
  idempotency,
  preferences,
  batches,
  credentials,
  permissions,
  keys,
  creating,
  listing,
  history,
  following,
  webhooks,
  erasing,
  routes,
];

/** By error code, why a run may not receive the error. */
export const NOT_MET: Readonly<Record<string, string>> = {
  internal_error: 'an error inside the server cannot be provoked from outside',
  database_unavailable: 'a database failure cannot be provoked from outside',
  database_busy: 'a locked row cannot be provoked from outside',
  outcome_unknown: 'a broken connection to the database cannot be provoked from outside',
  request_timeout: 'a proxy in front of the API may end a request with a slow body first',
  owner_inactive: 'no user is deactivated for a test',
  email_taken: 'needs --taken-email, the address of another user, or a key with users:manage',
  cursor_expired: 'a cursor expires after 90 days or a restore',
  user_exists: 'needs a key with users:manage, of a superuser',
  user_erased: 'needs a key with users:manage, of a superuser',
  last_superuser: 'this error cannot be provoked without erasing all other superusers',
  too_many_keys: 'requires 25 active keys',
  too_many_webhooks: 'requires 10 webhooks',
  webhook_not_found: 'needs a key with webhooks:write',
  invalid_token_request: 'token exchange is disabled on this server',
  token_exchange_disabled: 'token exchange is enabled on this server',
  invalid_id_token: 'an ID token needs a person with a browser',
  unknown_identity: 'an ID token needs a person with a browser',
  provider_unavailable: 'a failure of the OpenID provider cannot be provoked from outside',
  not_signed_in: 'signing in needs a person with a browser',
  cross_origin_request: 'signing in needs a person with a browser',
  rate_limited: 'needs --limits, which blocks the key for a minute',
  revoked_api_key: 'needs a key with keys:write',
  expired_api_key: 'needs a key with keys:write',
  address_not_allowed: 'needs a key with keys:write',
  key_not_found: 'needs a key with keys:write',
  key_not_live: 'needs a key with keys:write',
  key_already_used: 'needs a key with keys:write',
  precondition_required: 'needs a key of the given user with keys:write',
  reference_not_found: 'needs a key with billing:write, of a superuser',
  user_not_found: 'needs a key with users:all, of a superuser',
  insufficient_scope: 'needs a key without users:all, or a key with keys:write',
  field_not_writable:
    'needs a key that cannot change billing fields, or a key of the given user with keys:write',
};
