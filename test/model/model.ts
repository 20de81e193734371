import { missingReference, takenAddress } from './constraints.ts';
import { FIELDS, type Field, type Fields, fieldNames } from './fields.ts';
import { baseFacts, updateOf } from './history.ts';
import { create, erase } from './lives.ts';
import {
  changes,
  exported,
  get,
  ifMatchHolds,
  ifNoneMatchHolds,
  list,
  preconditionFailed,
  shown,
  version,
} from './reads.ts';
import { decided } from './records.ts';
import { byKey, refusalOfKey, SCOPE_OF, scopesNow } from './rights.ts';
import {
  type Action,
  type Key,
  type ModelResponse,
  problem,
  type User,
  type UserRequest,
  type World,
} from './world.ts';

type Rule = (world: World, request: UserRequest) => ModelResponse;

/**
 * Applies the rules of the contract to a world in memory, in the order of their checks. Returns the
 * permitted responses: one, or one for each formal error of the request.
 */
export function respond(world: World, request: UserRequest): ModelResponse[] {
  if (request.flaws.length > 0) return request.flaws;
  return [RULES[request.action](world, request)];
}

/** Decides an update, or the update that a revert makes. */
function put(world: World, request: UserRequest): ModelResponse {
  const refusal = refusalOfKey(world, request, { scopes: Object.values(SCOPE_OF) });
  return refusal ?? decided(world, request, (key) => decide(world, key, request));
}

const RULES: Record<Action, Rule> = {
  ...{ read: get, list, changes, version, export: exported },
  ...{ update: put, revert: put, create, erase },
};

function decide(world: World, key: Key, request: UserRequest): ModelResponse {
  const { revert } = request;
  const user = world.users.get(request.user);
  if (!user) return problem(404, 'user_not_found');
  const update = revert ? updateOf(world, user, revert) : request.update;
  if (!update) return problem(404, 'version_not_found');
  const changing = fieldNames.filter(
    (name) => update[name] !== undefined && update[name] !== user.fields[name],
  );
  const scopes = scopesNow(world, key);
  const unwritable = changing.filter((name) => !scopes.includes(SCOPE_OF[FIELDS[name][0]]));
  if (unwritable.length > 0)
    return problem(
      403,
      'field_not_writable',
      unwritable.map((name) => `/${revert ? Object.keys(revert) : name} not_writable`),
    );
  if (!ifMatchHolds(user, request) || !ifNoneMatchHolds(user, request))
    return preconditionFailed(user);
  const base = revert && 'undo' in revert ? revert.undo : request.baseVersion;
  const { comparable, moved, conflicts } = baseFacts(world, user, base, update, changing);
  if (!comparable) return preconditionFailed(user);
  if (conflicts.length > 0)
    return { ...problem(409, 'edit_conflict'), conflicts, version: user.version };
  const merged = moved && !revert ? { merged_from: request.baseVersion } : {};
  return (
    violated(world, user, update, changing) ?? effect(world, key, request, update, changing, merged)
  );
}

/** Returns the refusal by a constraint; that of the e-mail address comes before those of references. */
const violated = (world: World, { id }: User, update: Partial<Fields>, changing: Field[]) =>
  (changing.includes('email') ? takenAddress(world, id, update.email) : undefined) ??
  missingReference(update, changing);

/** Applies an update, or only returns its result. */
function effect(
  world: World,
  key: Key,
  request: UserRequest,
  update: Partial<Fields>,
  changing: Field[],
  merged: Record<string, unknown>,
): ModelResponse {
  const user = world.users.get(request.user) as User;
  const after = { ...user, fields: { ...user.fields, ...update } };
  if (!request.validateOnly) key.used = 'surely';
  if (changing.length > 0 && !request.validateOnly) {
    after.version++;
    world.users.set(user.id, after);
    world.log.push({
      ...{ user: user.id, version: after.version, reverts: request.revert ?? null },
      ...byKey(key, request),
      changes: Object.fromEntries(
        changing.map((name) => [name, { before: user.fields[name], after: after.fields[name] }]),
      ),
    });
  }
  return { status: 200, version: after.version, data: shown(after), meta: merged };
}
