import { v7 as uuidV7 } from 'uuid';
import { admit, type Credential, type Guarded } from '../auth/authenticate.ts';
import { ConstraintViolation } from '../db/faults.ts';
import type { Effect, Statement } from '../db/run.ts';
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
import type { Context, KeyRoute, RequestLog } from '../route.ts';
import { parseUserId, parseUserUpdate, toUser, type UserRow } from './fields.ts';
import {
  editConflict,
  explainViolation,
  notWritable,
  preconditionFailed,
  tooLate,
  userNotFound,
  versionNotFound,
} from './problems.ts';
import { readUser } from './queries.ts';
import { type Change, type UpdateResult, type UserChange, updateUser } from './statements.ts';

const PATH = '/api/v1/user/:user_id';
export const READ = ['user:read'] as const satisfies Scope[];
export const WRITE = Object.values(scopeOfGroup);

/** Who does something with users, a request or the command line, and how the database is reached. */
export interface Actor extends Pick<Context, 'caller' | 'query'> {
  readonly credential: Credential;
  readonly log: Pick<RequestLog, 'replayed'>;
}

/** Returns a user, or 304 to a client that has this version. One statement, one database request. */
export const getUser: KeyRoute = {
  method: 'GET',
  path: PATH,
  scopes: READ,
  handler: (request, context, credential) => read(request, context, credential),
};

/** Responds with a user as they are, or as of a version. */
export async function read(
  request: Request,
  context: Context,
  credential: Credential,
  version?: number,
): Promise<Response> {
  const userId = parseUserId(context.params['user_id']);
  const { ifMatch, ifNoneMatch } = parseReadConditions(request.headers);
  const user = await find({ ...context, credential }, userId, version);
  if (!isOneOf(ifMatch, user.version)) throw preconditionFailed(user.version);
  const headers = { ETag: entityTag(user.version) };
  if (isOneOf(ifNoneMatch, user.version)) return new Response(null, { status: 304, headers });
  return envelope('Data retrieved successfully', toUser(user), { headers });
}

/** Finds a user as they are, or as of a version. Throws user_not_found, version_not_found. */
export async function find(
  { credential, caller, query }: Actor,
  userId: string,
  version?: number,
): Promise<UserRow> {
  const access = { credential, userId, scopes: READ };
  const guarded = await query((db) => readUser(db, access, version), 'repeatable');
  const result = admit(guarded, credential, caller);
  switch (result.verdict) {
    case 'found':
      return result.user;
    case 'user_not_found':
      throw userNotFound();
    case 'version_not_found':
      throw versionNotFound();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of read_user');
  }
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
  patchTypes: MERGE_PATCH,
  handler: (request, context, credential) => update(request, context, credential, MERGE_PATCH),
};

async function update(
  request: Request,
  context: Context,
  credential: Credential,
  mediaTypes?: readonly string[],
): Promise<Response> {
  const headers = parseChangeHeaders(request.headers);
  const userId = context.params['user_id'] ?? '';
  const update = parseUserUpdate(userId, await readJson(request, mediaTypes));
  const operation = [userId.toLowerCase(), headers.conditions];
  const change = await newChange(headers, context, operation, update);
  return applyChange({ ...change, update }, userId, headers, context, credential);
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

/** Returns a change with a new id. `operation` and `values` distinguish it from others with the same Idempotency-Key. */
export async function newChange(
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
  wanted: UserChange,
  userId: string,
  { preferences }: ChangeHeaders,
  context: Context,
  credential: Credential,
): Promise<Response> {
  const { user, merged } = await change({ ...context, credential }, userId, wanted);
  const meta = merged ? { merged_from: wanted.conditions.baseVersion } : {};
  return respondChanged(user, preferences, 'Data updated successfully', { meta });
}

/** Updates or reverts a user. Throws the errors of problems.ts that an update can have. */
export async function change(
  actor: Actor,
  userId: string,
  wanted: UserChange,
): Promise<Extract<UpdateResult, { verdict: 'updated' }>> {
  const access = { credential: actor.credential, userId, scopes: WRITE };
  const result = await carryOut<UpdateResult>(actor, wanted, (db, attempt) =>
    updateUser(db, access, wanted, attempt),
  ).catch(explainViolation);
  return requireUpdated(result, wanted);
}

/** Returns the result of an update that was made. Throws the errors of problems.ts. */
export function requireUpdated(
  result: UpdateResult,
  wanted: UserChange,
): Extract<UpdateResult, { verdict: 'updated' }> {
  switch (result.verdict) {
    case 'updated':
      return result;
    case 'user_not_found':
      throw userNotFound();
    case 'version_not_found':
      throw versionNotFound();
    case 'too_late':
      throw tooLate();
    case 'idempotency_key_reused':
      throw idempotencyKeyReused();
    case 'field_not_writable':
      throw notWritable(wanted, result.fields);
    case 'precondition_failed':
      throw preconditionFailed(result.user.version);
    case 'edit_conflict':
      throw editConflict(result, wanted);
    case 'constraint_violated':
      return explainViolation(new ConstraintViolation(result.constraint));
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of update_user');
  }
}

type Result = { readonly verdict: string; readonly replayed?: boolean };

/** Runs the statement of a change and returns its result. */
export async function carryOut<R extends Result>(
  { credential, caller, log, query }: Actor,
  { validateOnly }: Change,
  statement: Statement<Guarded<R> | undefined>,
): Promise<R> {
  const effect: Effect<Guarded<R> | undefined> = validateOnly ? 'repeatable' : { settles: isFinal };
  const result = admit(await query(statement, effect), credential, caller);
  if (result.replayed) log.replayed = true;
  return result;
}

/** The verdicts that leave no record by which an attempt that comes later would be stopped. */
export const UNRECORDED = ['user_not_found', 'version_not_found', 'too_late'];

/** Whether no earlier attempt can have another result: the log or a record in the database says so. */
const isFinal = (guarded: Guarded<Result> | undefined): boolean =>
  guarded?.refusal === null && !UNRECORDED.includes(guarded.verdict);

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
  const headers: Record<string, string> = { ETag: entityTag(user.version) };
  if (validateOnly) {
    headers['Preference-Applied'] = 'validate-only';
    const init = { meta: { ...meta, validate_only: true }, headers };
    return envelope('Data validated successfully', toUser(user), init);
  }
  if (location) headers['Location'] = location;
  if (!minimal) return envelope(message, toUser(user), { status, meta, headers });
  headers['Preference-Applied'] = 'return=minimal';
  return new Response(null, { status: 204, headers });
}
