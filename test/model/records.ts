import {
  type Key,
  type ModelResponse,
  problem,
  type Tags,
  type UserRequest,
  type World,
} from './world.ts';

// What the database stores about requests with an Idempotency-Key.

/** Returns the recorded response of a request, or decides the request and records the response. */
export function decided(
  world: World,
  request: UserRequest,
  decide: (key: Key) => ModelResponse,
): ModelResponse {
  const key = world.keys.get(request.key);
  if (!key) return problem(401, 'invalid_api_key');
  if (key.strict && isUnconditional(request)) return problem(428, 'precondition_required');
  const name = recordName(key, request);
  const record = world.records.get(name);
  // An update looks for the user before it looks for the record.
  const isGone = isUpdate(request) && !world.users.has(request.user);
  if (record && !record.old && !isGone) {
    if (record.request !== fingerprint(request)) return problem(422, 'idempotency_key_reused');
    return { ...preferred(record.response, request), replayed: true };
  }
  const response = decide(key);
  if (
    request.idempotencyKey !== undefined &&
    !request.validateOnly &&
    isRecorded(request, response)
  )
    world.records.set(name, {
      user: ownerOf(request, response),
      ...{ request: fingerprint(request), response, old: false },
    });
  return preferred(response, request);
}

/** Returns the user whose data a record has; null if it has none. */
function ownerOf({ action, user }: UserRequest, { status }: ModelResponse): string | null {
  if (action === 'create') return status === 201 ? user : null;
  return action === 'erase' ? null : user;
}

const isUpdate = ({ action }: UserRequest): boolean => action === 'update' || action === 'revert';

/** Returns a success in the preferred form. A repeat may prefer another form than the first request. */
function preferred(
  response: ModelResponse,
  { action, minimal, validateOnly }: UserRequest,
): ModelResponse {
  if (response.status >= 300) return response;
  if (action === 'erase')
    return validateOnly ? { ...response, applied: 'validate-only' } : response;
  if (validateOnly)
    return {
      ...response,
      status: 200,
      meta: { ...response.meta, validate_only: true },
      applied: 'validate-only',
    };
  const { version = 0 } = response;
  return minimal ? { status: 204, version, applied: 'return=minimal' } : response;
}

const isUnconditional = ({ action, ifMatch, ifNoneMatch, baseVersion }: UserRequest): boolean =>
  action !== 'create' &&
  ifMatch === undefined &&
  ifNoneMatch === undefined &&
  baseVersion === undefined;

/** Records of different API keys are independent. */
const recordName = (key: Key, { idempotencyKey }: UserRequest): string =>
  `${key.id} ${idempotencyKey}`;

/** Returns the meaning of a request: the order of members, and tags that never match, do not count. */
const fingerprint = (request: UserRequest): string => {
  const { action, user, update, revert, ifMatch, ifNoneMatch, baseVersion } = request;
  return JSON.stringify([
    ...[action, user, revert],
    Object.entries(update).toSorted(),
    ifMatch && versionsIn(ifMatch, STRONG),
    ifNoneMatch && versionsIn(ifNoneMatch, WEAK),
    baseVersion,
  ]);
};

const STRONG = /^"([1-9]\d{0,8})"$/;
const WEAK = /^(?:W\/)?"([1-9]\d{0,8})"$/;

const versionsIn = (tags: Tags, form: RegExp) =>
  tags === '*' ? tags : tags.flatMap((tag) => form.exec(tag)?.[1] ?? []);

const UNRECORDED = ['user_not_found', 'version_not_found', 'email_taken', 'reference_not_found'];

/** Whether a response is recorded; that of an update only if the user exists and no constraint fails. */
const isRecorded = (request: UserRequest, { code }: ModelResponse): boolean =>
  !isUpdate(request) || !UNRECORDED.includes(code ?? '');

/** Deletes the records that have data of a user, except that the creation stays used, without data. */
export function forget(world: World, user: string): void {
  for (const [name, record] of world.records) {
    if (record.user !== user) continue;
    if (record.response.status === 201)
      world.records.set(name, { ...record, user: null, request: 'of nobody' });
    else world.records.delete(name);
  }
}
