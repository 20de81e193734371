import { v7 as uuidV7 } from 'uuid';
import { admit, type Credential, type Guarded } from '../auth/authenticate.ts';
import { ConstraintViolation, DatabaseFault } from '../db/faults.ts';
import type { Effect } from '../db/run.ts';
import { ApiError, type Conflict, type ErrorCode, type ViolationCode } from '../errors.ts';
import { MERGE_PATCH, readJson } from '../http/body.ts';
import { fingerprintOf, type Idempotency, idempotencyKeyReused } from '../http/idempotency.ts';
import {
  entityTag,
  isOneOf,
  type Preferences,
  parseConditions,
  parseIdempotencyKey,
  parsePreferences,
  parseReadConditions,
} from '../http/request.ts';
import { envelope } from '../http/response.ts';
import { fromPostgres } from '../http/values.ts';
import { type Scope, scopeOfGroup } from '../permissions.ts';
import type { Context, KeyRoute } from '../route.ts';
import {
  parseUserId,
  parseUserUpdate,
  toUser,
  toValue,
  type UserField,
  type UserUpdate,
} from './fields.ts';
import {
  type Clash,
  readUser,
  type UpdateResult,
  type UserChange,
  updateUser,
} from './statements.ts';

const PATH = '/api/v1/user/:user_id';
const READ = ['user:read'] as const satisfies Scope[];
const WRITE = Object.values(scopeOfGroup);

/** Returns a user, or 304 to a client that has this version. One statement, one database request. */
export const getUser: KeyRoute = {
  method: 'GET',
  path: PATH,
  scopes: READ,
  async handler(request, { params, caller, query }, credential) {
    const userId = parseUserId(params['user_id']);
    const { ifMatch, ifNoneMatch } = parseReadConditions(request.headers);
    const access = { credential, userId, scopes: READ };
    const guarded = await query((db) => readUser(db, access), 'repeatable');
    const { user } = admit(guarded, credential, caller);
    if (!user) throw userNotFound();
    if (!isOneOf(ifMatch, user.version)) throw preconditionFailed(user.version);
    const headers = { ETag: entityTag(user.version) };
    if (isOneOf(ifNoneMatch, user.version)) return new Response(null, { status: 304, headers });
    return envelope('Data retrieved successfully', toUser(user), { headers });
  },
};

/** Changes the fields of a user that the body names. One statement, one database request. */
export const putUser: KeyRoute = {
  method: 'PUT',
  path: PATH,
  scopes: WRITE,
  handler: (request, context, credential) => change(request, context, credential),
};

/** The same; a body of PUT means what a merge patch means (RFC 7396). */
export const patchUser: KeyRoute = {
  method: 'PATCH',
  path: PATH,
  scopes: WRITE,
  handler: (request, context, credential) => change(request, context, credential, MERGE_PATCH),
};

async function change(
  request: Request,
  context: Context,
  credential: Credential,
  mediaTypes?: readonly string[],
): Promise<Response> {
  const preferences = parsePreferences(request.headers);
  const userId = context.params['user_id'] ?? '';
  const wanted = await parseChange(request, userId, context.requestId, preferences, mediaTypes);
  const access = { credential, userId, scopes: WRITE };
  const guarded = await context
    .query((db, attempt) => updateUser(db, access, wanted, attempt), effectOf(wanted))
    .catch(explainViolation);
  const result = admit(guarded, credential, context.caller);
  if (result.replayed) context.log.replayed = true;
  return respond(result, wanted, preferences);
}

/** Reads what a request asks for. Throws malformed_header, validation_failed and what readJson throws. */
async function parseChange(
  request: Request,
  userId: string,
  requestId: string,
  { validateOnly }: Preferences,
  mediaTypes?: readonly string[],
): Promise<UserChange> {
  const conditions = parseConditions(request.headers);
  const key = parseIdempotencyKey(request.headers);
  const update = parseUserUpdate(userId, await readJson(request, mediaTypes));
  const operation = [userId.toLowerCase(), conditions];
  const idempotency: Idempotency | undefined =
    key === undefined ? undefined : { key, fingerprint: await fingerprintOf(operation, update) };
  return { id: uuidV7(), update, conditions, idempotency, validateOnly, requestId };
}

const effectOf = ({ validateOnly }: UserChange): Effect<Guarded<UpdateResult> | undefined> =>
  validateOnly ? 'repeatable' : { settles: isFinal };

/** Whether no earlier attempt can come to anything else: the log or a record in the database says so. */
const isFinal = (result: Guarded<UpdateResult> | undefined): boolean =>
  result?.refusal === null && result.verdict !== 'user_not_found' && result.verdict !== 'too_late';

/** What the database did, as a response or an error. Pure. */
function respond(result: UpdateResult, wanted: UserChange, preferences: Preferences): Response {
  switch (result.verdict) {
    case 'updated':
      return updated(result, wanted, preferences);
    case 'user_not_found':
      throw userNotFound();
    case 'too_late':
      throw new DatabaseFault('unavailable', 'not_applied', 'later than not_after, by its clock');
    case 'idempotency_key_reused':
      throw idempotencyKeyReused();
    case 'field_not_writable':
      throw notWritable(wanted.update, result.fields);
    case 'precondition_failed':
      throw preconditionFailed(result.user.version);
    case 'edit_conflict':
      throw editConflict(result, wanted.update);
    case 'constraint_violated':
      return explainViolation(new ConstraintViolation(result.constraint));
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of update_user');
  }
}

function updated(
  { user, merged }: Extract<UpdateResult, { verdict: 'updated' }>,
  { conditions: { baseVersion } }: UserChange,
  { minimal, validateOnly }: Preferences,
): Response {
  const headers = new Headers({ ETag: entityTag(user.version) });
  if (validateOnly) {
    headers.set('Preference-Applied', 'validate-only');
  } else if (minimal) {
    headers.set('Preference-Applied', 'return=minimal');
    return new Response(null, { status: 204, headers });
  }
  const meta: { merged_from?: number | undefined; validate_only?: true } = {};
  if (merged) meta.merged_from = baseVersion;
  if (validateOnly) meta.validate_only = true;
  const message = validateOnly ? 'Data validated successfully' : 'Data updated successfully';
  return envelope(message, toUser(user), { meta, headers });
}

export const userNotFound = () => new ApiError('user_not_found', 'Check the id: no user has it.');

export const preconditionFailed = (version: number) =>
  new ApiError(
    'precondition_failed',
    'Retrieve the user again and apply your change to the current version.',
    { headers: { ETag: entityTag(version) } },
  );

export const editConflict = (
  { user, conflicts }: Extract<UpdateResult, { verdict: 'edit_conflict' }>,
  update: UserUpdate,
) =>
  new ApiError(
    'edit_conflict',
    'Resolve each entry in conflicts and send the result with the ETag of this response as Base-Version.',
    {
      conflicts: namesOf(update).flatMap((field) =>
        conflicts
          .filter((clash) => clash.field === field)
          .map((clash) => conflictOf(clash, update[field], toValue(field, user[field]))),
      ),
      headers: { ETag: entityTag(user.version) },
    },
  );

/** All that an app needs to offer a choice. */
const conflictOf = (clash: Clash, sent: unknown, current: unknown): Conflict => ({
  pointer: `/${clash.field}`,
  base: toValue(clash.field, clash.base),
  sent,
  current,
  changed_at: fromPostgres(clash.changed_at),
  changed_by: clash.changed_by,
});

const namesOf = (update: UserUpdate) => Object.keys(update) as UserField[];

export const notWritable = (update: UserUpdate, refused: readonly UserField[]): ApiError =>
  new ApiError(
    'field_not_writable',
    'Leave out the fields listed in errors, or send their current values.',
    {
      errors: namesOf(update)
        .filter((field) => refused.includes(field))
        .map((field) => ({
          pointer: `/${field}`,
          code: 'not_writable',
          detail: `This key cannot change ${field}.`,
        })),
    },
  );

/** What a constraint that an update can violate means to the client. */
interface ConstraintMeaning {
  field: UserField;
  code: ErrorCode;
  violation: ViolationCode;
  detail: string;
}

const missing = (field: UserField, thing: string): ConstraintMeaning => ({
  field,
  code: 'reference_not_found',
  violation: 'not_found',
  detail: `Set ${field} to the id of an existing ${thing}.`,
});

const constraints = new Map<string, ConstraintMeaning>(
  Object.entries({
    users_email_key: {
      field: 'email',
      code: 'email_taken',
      violation: 'taken',
      detail: 'Use another e-mail address; another user has this one, ignoring case.',
    },
    users_role_id_fkey: missing('role_id', 'role'),
    users_active_billing_plan_id_fkey: missing('active_billing_plan_id', 'billing plan'),
    users_next_billing_plan_id_fkey: missing('next_billing_plan_id', 'billing plan'),
  }),
);

/** Postgres names the first constraint that an update violates; there may be more. */
export function explainViolation(error: unknown): never {
  const meaning = error instanceof ConstraintViolation && constraints.get(error.constraint);
  if (!meaning) throw error;
  const { field, code, violation, detail } = meaning;
  throw new ApiError(code, detail, { errors: [{ pointer: `/${field}`, code: violation, detail }] });
}
