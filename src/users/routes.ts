import { v7 as uuidV7 } from 'uuid';
import { admit, type Credential, type Guarded } from '../auth/authenticate.ts';
import { ConstraintViolation, DatabaseFault } from '../db/faults.ts';
import type { Effect } from '../db/run.ts';
import { MERGE_PATCH, readJson } from '../http/body.ts';
import { fingerprintOf, idempotencyKeyReused } from '../http/idempotency.ts';
import {
  type Conditions,
  entityTag,
  isOneOf,
  type Preferences,
  parseConditions,
  parseIdempotencyKey,
  parsePreferences,
  parseReadConditions,
} from '../http/request.ts';
import { envelope } from '../http/response.ts';
import { type Scope, scopeOfGroup } from '../permissions.ts';
import type { Context, KeyRoute } from '../route.ts';
import { parseUserId, parseUserUpdate, toUser, type UserRow } from './fields.ts';
import {
  editConflict,
  explainViolation,
  notWritable,
  preconditionFailed,
  userNotFound,
  versionNotFound,
} from './problems.ts';
import {
  type Change,
  readUser,
  type UpdateResult,
  type UserChange,
  updateUser,
} from './statements.ts';

const PATH = '/api/v1/user/:user_id';
export const READ = ['user:read'] as const satisfies Scope[];
export const WRITE = Object.values(scopeOfGroup);

/** Returns a user, or 304 to a client that has this version. One statement, one database request. */
export const getUser: KeyRoute = {
  method: 'GET',
  path: PATH,
  scopes: READ,
  handler: (request, context, credential) => read(request, context, credential),
};

/** Reads a user as they are, or as of a version. */
export async function read(
  request: Request,
  { params, caller, query }: Context,
  credential: Credential,
  version?: number,
): Promise<Response> {
  const userId = parseUserId(params['user_id']);
  const { ifMatch, ifNoneMatch } = parseReadConditions(request.headers);
  const access = { credential, userId, scopes: READ };
  const guarded = await query((db) => readUser(db, access, version), 'repeatable');
  const result = admit(guarded, credential, caller);
  switch (result.verdict) {
    case 'found':
      break;
    case 'user_not_found':
      throw userNotFound();
    case 'version_not_found':
      throw versionNotFound();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of read_user');
  }
  const { user } = result;
  if (!isOneOf(ifMatch, user.version)) throw preconditionFailed(user.version);
  const headers = { ETag: entityTag(user.version) };
  if (isOneOf(ifNoneMatch, user.version)) return new Response(null, { status: 304, headers });
  return envelope('Data retrieved successfully', toUser(user), { headers });
}

/** Changes the fields of a user that the body names. One statement, one database request. */
export const putUser: KeyRoute = {
  method: 'PUT',
  path: PATH,
  scopes: WRITE,
  handler: (request, context, credential) => update(request, context, credential),
};

/** The same; a body of PUT means what a merge patch means (RFC 7396). */
export const patchUser: KeyRoute = {
  method: 'PATCH',
  path: PATH,
  scopes: WRITE,
  handler: (request, context, credential) => update(request, context, credential, MERGE_PATCH),
};

async function update(
  request: Request,
  context: Context,
  credential: Credential,
  mediaTypes?: readonly string[],
): Promise<Response> {
  const asked = parseChangeHeaders(request.headers);
  const userId = context.params['user_id'] ?? '';
  const update = parseUserUpdate(userId, await readJson(request, mediaTypes));
  const operation = [userId.toLowerCase(), asked.conditions];
  const change = await changeFor(asked, context, operation, update);
  return applyChange({ ...change, update }, userId, asked, context, credential);
}

/** What the headers of a change ask for. */
export interface ChangeHeaders {
  readonly preferences: Preferences;
  readonly conditions: Conditions;
  readonly idempotencyKey: string | undefined;
}

/** Reads the headers of a change. Throws malformed_header. */
export const parseChangeHeaders = (headers: Headers): ChangeHeaders => ({
  preferences: parsePreferences(headers),
  conditions: parseConditions(headers),
  idempotencyKey: parseIdempotencyKey(headers),
});

/** Names a change. `operation` and `values` tell it from others under the same Idempotency-Key. */
export async function changeFor(
  { preferences, conditions, idempotencyKey: key }: ChangeHeaders,
  { requestId }: Context,
  operation: readonly unknown[],
  values: object,
): Promise<Change> {
  const idempotency =
    key === undefined ? undefined : { key, fingerprint: await fingerprintOf(operation, values) };
  const { validateOnly } = preferences;
  return { id: uuidV7(), conditions, idempotency, validateOnly, requestId };
}

/** Updates or reverts a user, and responds with them. */
export async function applyChange(
  change: UserChange,
  userId: string,
  { preferences }: ChangeHeaders,
  context: Context,
  credential: Credential,
): Promise<Response> {
  const access = { credential, userId, scopes: WRITE };
  const guarded = await context
    .query((db, attempt) => updateUser(db, access, change, attempt), effectOf(change))
    .catch(explainViolation);
  const result = admit(guarded, credential, context.caller);
  if (result.replayed) context.log.replayed = true;
  return respond(result, change, preferences);
}

/** How a change is repeated whose outcome is unknown. */
export const effectOf = <Result extends { readonly verdict: string }>({
  validateOnly,
}: Change): Effect<Guarded<Result> | undefined> =>
  validateOnly ? 'repeatable' : { settles: isFinal };

/** The verdicts that leave no record by which an attempt that comes later would be stopped. */
const UNRECORDED = ['user_not_found', 'version_not_found', 'too_late'];

/** Whether no earlier attempt can come to anything else: the log or a record in the database says so. */
const isFinal = (guarded: Guarded<{ readonly verdict: string }> | undefined): boolean =>
  guarded?.refusal === null && !UNRECORDED.includes(guarded.verdict);

/** What the database did, as a response or an error. Pure. */
function respond(result: UpdateResult, change: UserChange, preferences: Preferences): Response {
  switch (result.verdict) {
    case 'updated': {
      const meta = result.merged ? { merged_from: change.conditions.baseVersion } : {};
      return respondChanged(result.user, preferences, 'Data updated successfully', { meta });
    }
    case 'user_not_found':
      throw userNotFound();
    case 'version_not_found':
      throw versionNotFound();
    case 'too_late':
      throw tooLate();
    case 'idempotency_key_reused':
      throw idempotencyKeyReused();
    case 'field_not_writable':
      throw notWritable(change, result.fields);
    case 'precondition_failed':
      throw preconditionFailed(result.user.version);
    case 'edit_conflict':
      throw editConflict(result, change);
    case 'constraint_violated':
      return explainViolation(new ConstraintViolation(result.constraint));
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of update_user');
  }
}

/** The attempt arrived after its time, so it did nothing. */
export const tooLate = () =>
  new DatabaseFault('unavailable', 'not_applied', 'later than not_after, by its clock');

/** The response to a change: the user, or nothing of them, or what a dry run would have made. */
export function respondChanged(
  user: UserRow,
  { minimal, validateOnly }: Preferences,
  message: string,
  {
    status = 200,
    meta = {},
    location,
  }: { status?: 200 | 201; meta?: object; location?: string } = {},
): Response {
  const headers = new Headers({ ETag: entityTag(user.version) });
  if (validateOnly) {
    headers.set('Preference-Applied', 'validate-only');
    const init = { meta: { ...meta, validate_only: true }, headers };
    return envelope('Data validated successfully', toUser(user), init);
  }
  if (location) headers.set('Location', location);
  if (!minimal) return envelope(message, toUser(user), { status, meta, headers });
  headers.set('Preference-Applied', 'return=minimal');
  return new Response(null, { status: 204, headers });
}
