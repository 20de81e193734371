import { admit } from '../admission.ts';
import { readJson } from '../body.ts';
import { ConstraintViolation } from '../db/faults.ts';
import { type UpdateFacts, updateUser } from '../db/update-user.ts';
import { ApiError, type ErrorCode, type ViolationCode } from '../errors.ts';
import { envelope, type KeyRoute } from '../http.ts';
import { fieldsOf, scopeOfGroup } from '../permissions.ts';
import { type UserField, userFields } from '../user-fields.ts';
import { parseUserUpdate } from '../user-update.ts';

/** Changes the fields of a user that the body names. One statement, one database request. */
export const putUser: KeyRoute = {
  method: 'PUT',
  path: '/api/v1/user/:user_id',
  scopes: Object.values(scopeOfGroup),
  async handler(request, { params, requestId, caller, query }, credential) {
    const userId = params['user_id'] ?? '';
    const update = parseUserUpdate(userId, await readJson(request));
    const lock = fieldsOf(['account:write'], userFields).some((name) => name in update);
    const access = { credential, userId, scopes: putUser.scopes, lock };
    const facts = await query((db) => updateUser(db, access, requestId, update)).catch(explain);
    return answer(admit(facts, caller));
  },
};

/** What the statement found, as an answer or an error. Pure. */
function answer({ refused, found }: UpdateFacts): Response {
  if (refused.length > 0) throw notWritable(refused);
  if (!found) throw new ApiError('user_not_found', 'No user has this id.');
  return envelope('Data updated successfully', found.user, {
    headers: { ETag: `"${found.version}"` },
  });
}

const notWritable = (fields: UserField[]): ApiError =>
  new ApiError('field_not_writable', 'Leave these fields out, or send the values that they have.', {
    errors: fields.map((field) => ({
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
