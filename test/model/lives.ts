import { missingReference, takenAddress } from './constraints.ts';
import { blank, FIELDS, type Fields, fieldNames } from './fields.ts';
import { creationOf } from './history.ts';
import { ifMatchHolds, ifNoneMatchHolds, preconditionFailed, shown } from './reads.ts';
import { decided, forget } from './records.ts';
import { byKey, refusalOfKey, SCOPE_OF, scopesNow } from './rights.ts';
import { type Key, type ModelResponse, problem, type UserRequest, type World } from './world.ts';

// The rules for creating and erasing users.

const MANAGE = ['users:manage'];

/** A key that may create users may also set their profile fields. */
const SCOPE_AT_CREATION = { ...SCOPE_OF, profile: 'users:manage' };

export function create(world: World, request: UserRequest): ModelResponse {
  const refusal = refusalOfKey(world, request, { scopes: MANAGE, forOthers: null });
  return refusal ?? decided(world, request, (key) => createUser(world, key, request));
}

function createUser(world: World, key: Key, request: UserRequest): ModelResponse {
  const { user: id, update, validateOnly } = request;
  if (!validateOnly) key.used = 'surely';
  const sent = fieldNames.filter((name) => update[name] !== undefined);
  const scopes = scopesNow(world, key);
  const unwritable = sent.filter((name) => !scopes.includes(SCOPE_AT_CREATION[FIELDS[name][0]]));
  if (unwritable.length > 0)
    return problem(
      403,
      'field_not_writable',
      unwritable.map((name) => `/${name} not_writable`),
    );
  const refused = duplicate(world, id, update) ?? missingReference(update, sent);
  if (refused) return refused;
  if (world.erased.has(id)) return problem(409, 'user_erased', ['/id taken']);
  const user = { id, version: 1, fields: blank(String(update.email), update) };
  if (!validateOnly) {
    world.users.set(id, user);
    world.log.push({ ...creationOf(user), ...byKey(key, request) });
  }
  return { status: 201, version: 1, data: shown(user), meta: {} };
}

/** Returns the refusal of an id or an e-mail address that another user has. */
function duplicate(
  world: World,
  id: string,
  { email }: Partial<Fields>,
): ModelResponse | undefined {
  if (world.users.has(id)) return problem(409, 'user_exists', ['/id taken']);
  return takenAddress(world, id, email);
}

export function erase(world: World, request: UserRequest): ModelResponse {
  const needs = { scopes: MANAGE, forOthers: 'users:manage' };
  const refusal = refusalOfKey(world, request, needs);
  return refusal ?? decided(world, request, (key) => eraseUser(world, key, request));
}

/** No user here is the last superuser, because other worlds have superusers in the same database. */
function eraseUser(world: World, key: Key, request: UserRequest): ModelResponse {
  const user = world.users.get(request.user);
  if (!request.validateOnly) key.used = 'surely';
  if (!user) return problem(404, 'user_not_found');
  const isBase = request.baseVersion === undefined || request.baseVersion === user.version;
  if (!ifMatchHolds(user, request) || !ifNoneMatchHolds(user, request) || !isBase)
    return preconditionFailed(user);
  if (!request.validateOnly) {
    world.users.delete(user.id);
    world.erased.add(user.id);
    world.log = world.log.filter((row) => row.user !== user.id);
    for (const [text, { owner }] of world.keys) if (owner === user.id) world.keys.delete(text);
    forget(world, user.id);
  }
  return { status: 204 };
}
