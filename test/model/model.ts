import { FIELDS, type Field, fieldNames, type Group, THERE } from './fields.ts';
import { baseFacts } from './history.ts';
import {
  type Key,
  type ModelResponse,
  problem,
  type Tags,
  type User,
  type UserRequest,
  type World,
} from './world.ts';

const SCOPE_OF: Record<Group, string> = {
  profile: 'user:write',
  account: 'account:write',
  billing: 'billing:write',
};
const ONLY_OF_SUPERUSERS = ['account:write', 'billing:write', 'users:all'];

/**
 * The rules of the contract over a world in memory, in the order of their checks. Returns the permitted
 * responses: one, or one for each formal error of the request.
 */
export function respond(world: World, request: UserRequest): ModelResponse[] {
  if (request.flaws.length > 0) return request.flaws;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return [isRead ? get(world, request) : put(world, request)];
}

function get(world: World, request: UserRequest): ModelResponse {
  const refusal = refusalOfKey(world, request, ['user:read']);
  if (refusal) return refusal;
  const user = world.users.get(request.user);
  if (!user) return problem(404, 'user_not_found');
  const { version } = user;
  if (!ifMatchHolds(user, request)) return preconditionFailed(user);
  if (!ifNoneMatchHolds(user, request)) return { status: 304, version };
  return { status: 200, version, data: shown(user), meta: {} };
}

function put(world: World, request: UserRequest): ModelResponse {
  const refusal = refusalOfKey(world, request, Object.values(SCOPE_OF));
  const key = world.keys.get(request.key);
  if (refusal || !key) return refusal ?? problem(401, 'invalid_api_key');
  if (key.strict && isUnconditional(request)) return problem(428, 'precondition_required');
  const name = recordName(key, request);
  const record = world.records.get(name);
  if (record && !record.old) {
    if (record.request !== fingerprint(request)) return problem(422, 'idempotency_key_reused');
    return { ...preferred(record.response, request), replayed: true };
  }
  const response = decide(world, key, request);
  if (request.idempotencyKey !== undefined && !request.validateOnly && isRecorded(response))
    world.records.set(name, { request: fingerprint(request), response, old: false });
  return preferred(response, request);
}

/** Returns a success in the preferred form. A repeat may prefer another form than the first request. */
function preferred(response: ModelResponse, { minimal, validateOnly }: UserRequest): ModelResponse {
  if (response.status !== 200) return response;
  if (validateOnly)
    return {
      ...response,
      meta: { ...response.meta, validate_only: true },
      applied: 'validate-only',
    };
  const { version = 0 } = response;
  return minimal ? { status: 204, version, applied: 'return=minimal' } : response;
}

function refusalOfKey(
  world: World,
  request: UserRequest,
  accepted: string[],
): ModelResponse | undefined {
  const key = world.keys.get(request.key);
  if (!key) return problem(401, 'invalid_api_key');
  if (key.revoked) return problem(401, 'revoked_api_key');
  if (key.expired) return problem(401, 'expired_api_key');
  if (!request.validateOnly) key.used = key.used === 'surely' ? 'surely' : 'perhaps';
  if (!world.users.get(key.owner)?.fields.is_active) return problem(403, 'owner_inactive');
  const scopes = scopesNow(world, key);
  const reaches = key.owner === request.user || scopes.includes('users:all');
  if (!reaches || !accepted.some((scope) => scopes.includes(scope)))
    return problem(403, 'insufficient_scope');
  return undefined;
}

function scopesNow(world: World, key: Key): string[] {
  const isSuperuser = world.users.get(key.owner)?.fields.is_superuser === true;
  return key.scopes.filter((scope) => isSuperuser || !ONLY_OF_SUPERUSERS.includes(scope));
}

const isUnconditional = ({ ifMatch, ifNoneMatch, baseVersion }: UserRequest): boolean =>
  ifMatch === undefined && ifNoneMatch === undefined && baseVersion === undefined;

/** Records of different API keys are independent. */
const recordName = (key: Key, { idempotencyKey }: UserRequest): string =>
  `${key.id} ${idempotencyKey}`;

/** By meaning: the order of members, and tags that never match, do not count. */
const fingerprint = ({ user, update, ifMatch, ifNoneMatch, baseVersion }: UserRequest): string =>
  JSON.stringify([
    user,
    Object.entries(update).toSorted(),
    ifMatch && versionsIn(ifMatch, STRONG),
    ifNoneMatch && versionsIn(ifNoneMatch, WEAK),
    baseVersion,
  ]);

const STRONG = /^"([1-9]\d{0,8})"$/;
const WEAK = /^(?:W\/)?"([1-9]\d{0,8})"$/;

const versionsIn = (tags: Tags, form: RegExp) =>
  tags === '*' ? tags : tags.flatMap((tag) => form.exec(tag)?.[1] ?? []);

/** Whether it was decided about an existing user, and no constraint undid it. */
const isRecorded = ({ code }: ModelResponse): boolean =>
  !['user_not_found', 'email_taken', 'reference_not_found'].includes(code ?? '');

function decide(world: World, key: Key, request: UserRequest): ModelResponse {
  const user = world.users.get(request.user);
  if (!user) return problem(404, 'user_not_found');
  const changing = fieldNames.filter(
    (name) => request.update[name] !== undefined && request.update[name] !== user.fields[name],
  );
  const scopes = scopesNow(world, key);
  const barred = changing.filter((name) => !scopes.includes(SCOPE_OF[FIELDS[name][0]]));
  if (barred.length > 0)
    return problem(
      403,
      'field_not_writable',
      barred.map((name) => `/${name} not_writable`),
    );
  if (!ifMatchHolds(user, request) || !ifNoneMatchHolds(user, request))
    return preconditionFailed(user);
  const { comparable, moved, conflicts } = baseFacts(world, user, request, changing);
  if (!comparable) return preconditionFailed(user);
  if (conflicts.length > 0)
    return { ...problem(409, 'edit_conflict'), conflicts, version: user.version };
  const merged = moved ? { merged_from: request.baseVersion } : {};
  return violated(world, user, request, changing) ?? effect(world, key, request, changing, merged);
}

const preconditionFailed = ({ version }: User): ModelResponse => ({
  ...problem(412, 'precondition_failed'),
  version,
});

/** RFC 9110, section 13.1.1: strong comparison. */
const ifMatchHolds = ({ version }: User, { ifMatch }: UserRequest): boolean =>
  ifMatch === undefined || ifMatch === '*' || ifMatch.includes(`"${version}"`);

/** RFC 9110, section 13.1.2: weak comparison. */
const ifNoneMatchHolds = ({ version }: User, { ifNoneMatch }: UserRequest): boolean =>
  ifNoneMatch === undefined ||
  (ifNoneMatch !== '*' && !ifNoneMatch.some((tag) => tag.replace(/^W\//, '') === `"${version}"`));

/** Returns the violated constraint of an update: the e-mail address before any reference. */
function violated(world: World, user: User, { update }: UserRequest, changing: Field[]) {
  const address = String(update.email).toLowerCase();
  const isTaken = [...world.users.values()].some(
    (other) => other !== user && String(other.fields.email).toLowerCase() === address,
  );
  if (changing.includes('email') && isTaken) return problem(409, 'email_taken', ['/email taken']);
  const lost = changing.filter(
    (name) =>
      ['role', 'plan'].includes(FIELDS[name][1]) && ![THERE, null].includes(update[name] as string),
  );
  if (lost.length === 0) return undefined;
  return problem(
    422,
    'reference_not_found',
    lost.map((name) => `/${name} not_found`),
  );
}

const PREFIX_LENGTH = 9;

/** Applies an update, or only returns its result. */
function effect(
  world: World,
  key: Key,
  request: UserRequest,
  changing: Field[],
  merged: Record<string, unknown>,
): ModelResponse {
  const user = world.users.get(request.user) as User;
  const after = { ...user, fields: { ...user.fields, ...request.update } };
  if (!request.validateOnly) key.used = 'surely';
  if (changing.length > 0 && !request.validateOnly) {
    after.version++;
    world.users.set(user.id, after);
    world.log.push({
      user: user.id,
      version: after.version,
      key: key.id,
      keyPrefix: request.key.slice(0, PREFIX_LENGTH),
      requestId: request.requestId,
      changes: Object.fromEntries(
        changing.map((name) => [name, { before: user.fields[name], after: after.fields[name] }]),
      ),
    });
  }
  return { status: 200, version: after.version, data: shown(after), meta: merged };
}

const shown = ({ id, fields }: User): Record<string, unknown> => ({
  ...fields,
  id,
  follower_count: 0,
  following_count: 0,
});
