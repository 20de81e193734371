import type { Topic } from './case.ts';
import { bodies } from './cases/bodies.ts';
import { conditions } from './cases/conditions.ts';
import { credentials } from './cases/credentials.ts';
import { idempotency } from './cases/idempotency.ts';
import { keys } from './cases/keys.ts';
import { merging } from './cases/merging.ts';
import { permissions } from './cases/permissions.ts';
import { preferences } from './cases/preferences.ts';
import { reading } from './cases/reading.ts';
import { routes } from './cases/routes.ts';
import { updating } from './cases/updating.ts';

/** All but the limits, which come last, when the user has been put back. */
export const topics: readonly Topic[] = [
  reading,
  updating,
  bodies,
  conditions,
  merging,
  idempotency,
  preferences,
  credentials,
  permissions,
  keys,
  routes,
];

/** Why a run may not have met an error, by its code. */
export const NOT_MET: Readonly<Record<string, string>> = {
  internal_error: 'a fault of the server cannot be provoked from outside',
  database_unavailable: 'a database that is down cannot be provoked from outside',
  database_busy: 'a row cannot be locked from outside',
  outcome_unknown: 'a connection that breaks inside cannot be provoked from outside',
  request_timeout: 'a body that never ends may be stopped by a proxy in front of the API',
  owner_inactive: 'no user is deactivated for a test',
  email_taken: 'needs --taken-email, the address of another user',
  too_many_keys: 'requires 25 active keys',
  not_signed_in: 'signing in needs a browser and a person',
  cross_origin_request: 'signing in needs a browser and a person',
  rate_limited: 'needs --limits, which locks the key out for a minute',
  revoked_api_key: 'needs a key with keys:write',
  expired_api_key: 'needs a key with keys:write',
  key_not_found: 'needs a key with keys:write',
  key_not_live: 'needs a key with keys:write',
  key_already_used: 'needs a key with keys:write',
  precondition_required: 'needs a key with keys:write, of the user who is given',
  reference_not_found: 'needs a key with billing:write, of a superuser',
  user_not_found: 'needs a key with users:all, of a superuser',
  insufficient_scope: 'needs a key that does not reach all users, or one with keys:write',
  field_not_writable: 'needs an ordinary key, or one with keys:write of the user who is given',
};
