import { admit } from '../auth/admission.ts';
import { ConstraintViolation } from '../db/faults.ts';
import { ApiError, type ErrorCode, type ViolationCode } from '../errors.ts';
import { MERGE_PATCH, readJson } from '../http/body.ts';
import {
  type Conditions,
  entityTag,
  isOneOf,
  parseConditions,
  parseReadConditions,
} from '../http/conditions.ts';
import { fingerprintOf, idempotencyKeyReused } from '../http/idempotency.ts';
import {
  type Preferences,
  parseIdempotencyKey,
  parsePreferences,
} from '../http/request-headers.ts';
import { fieldsOf, type Scope, scopeOfGroup } from '../permissions.ts';
import { type Context, envelope, type KeyRoute } from '../route.ts';
import { conflictsOf } from './conflicts.ts';
import { type UserField, type UserUpdate, userFields } from './fields.ts';
import { readUser } from './read-user.ts';
import { type UpdateFacts, updateUser } from './statements.ts';
import { parseUserId, parseUserUpdate } from './update.ts';
import type { FoundUser } from './user-row.ts';

const PATH = '/api/v1/user/:user_id';
const READ = ['user:read'] as const satisfies Scope[];
const WRITE = Object.values(scopeOfGroup);

/** Answers a user, or 304 to whoever has them already. One statement, one database request. */
export const getUser: KeyRoute = {
  method: 'GET',
  path: PATH,
  scopes: READ,
  async handler(request, { params, caller, query }, credential) {
    const userId = parseUserId(params['user_id']);
    const { ifMatch, ifNoneMatch } = parseReadConditions(request.headers);
    const access = { credential, userId, scopes: READ };
    const { found } = admit(await query((db) => readUser(db, access), 'repeatable'), caller);
    if (!found) throw userNotFound();
    if (!isOneOf(ifMatch, found.version)) throw preconditionFailed(found.version);
    const headers = { ETag: entityTag(found.version) };
    if (isOneOf(ifNoneMatch, found.version)) return new Response(null, { status: 304, headers });
    return envelope('Data got successfully', found.user, { headers });
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
  { params, requestId, caller, query, log }: Context,
  credential: Parameters<KeyRoute['handler']>[2],
  mediaTypes?: readonly string[],
): Promise<Response> {
  const conditions = parseConditions(request.headers);
  const preferences = parsePreferences(request.headers);
  const key = parseIdempotencyKey(request.headers);
  const userId = params['user_id'] ?? '';
  const update = parseUserUpdate(userId, await readJson(request, mediaTypes));
  const access = {
    ...{ credential, userId, scopes: WRITE },
    lock: fieldsOf(['account:write'], userFields).some((name) => name in update),
  };
  const asked = {
    ...{ update, conditions, requestId, validateOnly: preferences.validateOnly },
    ...(key && {
      idempotency: {
        key,
        fingerprint: await fingerprintOf([userId.toLowerCase(), conditions], update),
      },
    }),
  };
  const effect = preferences.validateOnly ? 'repeatable' : key ? { settles: isRecorded } : 'once';
  const facts = admit(
    await query((db) => updateUser(db, access, asked), effect).catch(explain),
    caller,
  );
  if (facts.replayed) log.replayed = true;
  return answer(facts, asked, preferences);
}

/** Whether the statement came to something that it recorded, so that no twin of it can come to else. */
const isRecorded = (facts: UpdateFacts | undefined): boolean => facts?.found != null;

/** What the statement found, as an answer or an error. Pure. */
function answer(
  facts: UpdateFacts,
  { update, conditions: { baseVersion } }: { update: UserUpdate; conditions: Conditions },
  { minimal, validateOnly }: Preferences,
): Response {
  const { error, details, merged, violated, found } = facts;
  if (error === 'idempotency_key_reused') throw idempotencyKeyReused();
  if (!found) throw userNotFound();
  if (error === 'field_not_writable') throw notWritable(update, details as UserField[]);
  if (error === 'precondition_failed') throw preconditionFailed(found.version);
  if (error === 'edit_conflict') throw editConflict(details, update, found);
  if (violated && !facts.replayed) explain(new ConstraintViolation(violated));
  const headers = new Headers({ ETag: entityTag(found.version) });
  const applied = validateOnly ? 'validate-only' : minimal ? 'return=minimal' : undefined;
  if (applied) headers.set('Preference-Applied', applied);
  if (applied === 'return=minimal') return new Response(null, { status: 204, headers });
  const meta = {
    ...(merged && { merged_from: baseVersion }),
    ...(validateOnly && { validate_only: true }),
  };
  const message = validateOnly ? 'Data validated successfully' : 'Data updated successfully';
  return envelope(message, found.user, { meta, headers });
}

const userNotFound = () => new ApiError('user_not_found', 'No user has this id.');

const preconditionFailed = (version: number) =>
  new ApiError(
    'precondition_failed',
    'Read the user again and make the change from that version, which is the ETag of this answer.',
    { headers: { ETag: entityTag(version) } },
  );

const editConflict = (details: unknown, update: UserUpdate, found: FoundUser) =>
  new ApiError(
    'edit_conflict',
    'Let somebody choose for each of conflicts, and send the choice with the ETag of this answer as Base-Version.',
    {
      conflicts: conflictsOf(details, update, found.user),
      headers: { ETag: entityTag(found.version) },
    },
  );

const notWritable = (update: UserUpdate, refused: UserField[]): ApiError =>
  new ApiError('field_not_writable', 'Leave these fields out, or send the values that they have.', {
    errors: (Object.keys(update) as UserField[])
      .filter((field) => refused.includes(field))
      .map((field) => ({
        pointer: `/${field}`,
        code: 'not_writable',
        detail: `This key may not change ${field}.`,
      })),
  });

const missing = (field: UserField, thing: string) =>
  ({
    field,
    code: 'reference_not_found',
    violation: 'not_found',
    detail: `There is no ${thing} with the id in ${field}.`,
  }) as const;

/** What each constraint that an update can violate means to the client. */
const constraints: Record<
  string,
  { field: UserField; code: ErrorCode; violation: ViolationCode; detail: string }
> = {
  users_email_key: {
    field: 'email',
    code: 'email_taken',
    violation: 'taken',
    detail: 'Another user has this e-mail address, perhaps in another case.',
  },
  users_role_id_fkey: missing('role_id', 'role'),
  users_active_billing_plan_id_fkey: missing('active_billing_plan_id', 'billing plan'),
  users_next_billing_plan_id_fkey: missing('next_billing_plan_id', 'billing plan'),
};

/** Postgres names the first constraint that an update violates; there may be more. */
function explain(error: unknown): never {
  const known = error instanceof ConstraintViolation && constraints[error.constraint];
  if (!known) throw error;
  const { field, code, violation, detail } = known;
  throw new ApiError(code, detail, { errors: [{ pointer: `/${field}`, code: violation, detail }] });
}
