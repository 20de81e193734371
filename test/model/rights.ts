import type { Group } from './fields.ts';
import { type Key, type ModelResponse, problem, type UserRequest, type World } from './world.ts';

/** The scope that changing the fields of each group requires. */
export const SCOPE_OF: Record<Group, string> = {
  profile: 'user:write',
  account: 'account:write',
  billing: 'billing:write',
};
const ONLY_OF_SUPERUSERS = ['account:write', 'billing:write', 'users:all', 'users:manage'];

/** Which scopes a request requires. */
interface Needs {
  /** The key must have one of these. */
  scopes: readonly string[];
  /** The scope for users other than the owner; null if the request names no existing user. */
  forOthers?: string | null;
}

/** Returns the refusal of a key; undefined if the key is accepted. */
export function refusalOfKey(
  world: World,
  request: UserRequest,
  { scopes: accepted, forOthers = 'users:all' }: Needs,
): ModelResponse | undefined {
  const key = world.keys.get(request.key);
  if (!key) return problem(401, 'invalid_api_key');
  if (key.revoked) return problem(401, 'revoked_api_key');
  if (key.expired) return problem(401, 'expired_api_key');
  if (!request.validateOnly) key.used = key.used === 'surely' ? 'surely' : 'perhaps';
  if (!world.users.get(key.owner)?.fields.is_active) return problem(403, 'owner_inactive');
  const scopes = scopesNow(world, key);
  const reaches = forOthers === null || key.owner === request.user || scopes.includes(forOthers);
  if (!reaches || !accepted.some((scope) => scopes.includes(scope)))
    return problem(403, 'insufficient_scope');
  return undefined;
}

export function scopesNow(world: World, key: Key): string[] {
  const isSuperuser = world.users.get(key.owner)?.fields.is_superuser === true;
  return key.scopes.filter((scope) => isSuperuser || !ONLY_OF_SUPERUSERS.includes(scope));
}

const PREFIX_LENGTH = 9;

/** Returns what the log has about the key and the request of a change. */
export const byKey = (key: Key, { key: text, requestId }: UserRequest) => ({
  key: key.id,
  keyPrefix: text.slice(0, PREFIX_LENGTH),
  requestId,
});
