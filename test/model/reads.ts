import { sameAddress } from './constraints.ts';
import { fieldsAt } from './history.ts';
import { refusalOfKey, scopesNow } from './rights.ts';
import {
  type Change,
  type ModelResponse,
  problem,
  type Tags,
  type User,
  type UserRequest,
  type World,
} from './world.ts';

// The rules of the operations that only read.

const READ = { scopes: ['user:read'] };

export function get(world: World, request: UserRequest): ModelResponse {
  return ofUser(world, request, (user) => asRead(user, request));
}

export function version(world: World, request: UserRequest): ModelResponse {
  return ofUser(world, request, (user) => {
    const version = request.version ?? 0;
    const fields = fieldsAt(world, user, version);
    return fields
      ? asRead({ ...user, fields, version }, request)
      : problem(404, 'version_not_found');
  });
}

export function changes(world: World, request: UserRequest): ModelResponse {
  return ofUser(world, request, ({ id }) => ({
    status: 200,
    data: logOf(world, id).reverse().map(shownChange),
    meta: { next_cursor: null },
  }));
}

export function exported(world: World, request: UserRequest): ModelResponse {
  return ofUser(world, request, (user) => {
    const keys = [...world.keys.values()].filter(({ owner }) => owner === user.id);
    const none = { key_events: [], identities: [], sessions: [], webhooks: [] };
    const data = {
      ...{ profile: shown(user), version: user.version, ...none },
      changes: logOf(world, user.id).map(shownChange),
      keys: keys.map(({ id }) => id).toSorted(),
    };
    return { status: 200, data, meta: {} };
  });
}

/** Lists users by e-mail address; without an address only for keys that see only their owner. */
export function list(world: World, request: UserRequest): ModelResponse {
  const refusal = refusalOfKey(world, request, { ...READ, forOthers: null });
  const key = world.keys.get(request.key);
  if (refusal || !key) return refusal ?? problem(401, 'invalid_api_key');
  const seesAll = scopesNow(world, key).includes('users:all');
  const found = [...world.users.values()].filter(
    ({ id, fields }) =>
      (seesAll || id === key.owner) &&
      (request.email === undefined || sameAddress(fields.email, request.email)),
  );
  return {
    status: 200,
    data: found.map(shown),
    meta: { next_cursor: null, etags: found.map((user) => `"${user.version}"`) },
  };
}

function ofUser(
  world: World,
  request: UserRequest,
  respond: (user: User) => ModelResponse,
): ModelResponse {
  const refusal = refusalOfKey(world, request, READ);
  if (refusal) return refusal;
  const user = world.users.get(request.user);
  return user ? respond(user) : problem(404, 'user_not_found');
}

function asRead(user: User, request: UserRequest): ModelResponse {
  const { version } = user;
  if (!ifMatchHolds(user, request)) return preconditionFailed(user);
  if (!ifNoneMatchHolds(user, request)) return { status: 304, version };
  return { status: 200, version, data: shown(user), meta: {} };
}

export const preconditionFailed = ({ version }: User): ModelResponse => ({
  ...problem(412, 'precondition_failed'),
  version,
});

/** RFC 9110, section 13.1.1: strong comparison. */
export const ifMatchHolds = ({ version }: User, { ifMatch }: { ifMatch: Tags | undefined }) =>
  ifMatch === undefined || ifMatch === '*' || ifMatch.includes(`"${version}"`);

/** RFC 9110, section 13.1.2: weak comparison. */
export const ifNoneMatchHolds = (
  { version }: User,
  { ifNoneMatch }: { ifNoneMatch: Tags | undefined },
): boolean =>
  ifNoneMatch === undefined ||
  (ifNoneMatch !== '*' && !ifNoneMatch.some((tag) => tag.replace(/^W\//, '') === `"${version}"`));

/** Returns the log of a user, oldest first. */
const logOf = (world: World, id: string): Change[] => world.log.filter(({ user }) => user === id);

const shownChange = ({ version, keyPrefix, requestId, reverts, changes }: Change) => ({
  ...{ version, reverts, fields: changes },
  changed_by: keyPrefix,
  request_id: requestId,
});

export const shown = ({ id, fields }: User): Record<string, unknown> => ({
  ...fields,
  id,
  follower_count: 0,
  following_count: 0,
});
