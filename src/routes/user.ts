import { readJson } from '../body.ts';
import { ConstraintViolation } from '../db/faults.ts';
import { type UpdateFacts, updateUser } from '../db/update-user.ts';
import { ApiError, type ErrorCode, type ViolationCode } from '../errors.ts';
import { envelope, type KeyRoute } from '../http.ts';
import { scopeOfGroup } from '../permissions.ts';
import type { UserField } from '../user-fields.ts';
import { parseUserUpdate } from '../user-update.ts';

/** Changes the fields of a user that the body names. One statement, one database request. */
export const putUser: KeyRoute = {
  method: 'PUT',
  path: '/api/v1/user/:user_id',
  scopes: Object.values(scopeOfGroup),
  async handler(request, { params, requestId, log, query }, keyHash) {
    const userId = params['user_id'] ?? '';
    const update = parseUserUpdate(userId, await readJson(request));
    const access = { keyHash, userId, scopes: putUser.scopes };
    const facts = await query((db) => updateUser(db, access, requestId, update)).catch(explain);
    if (facts) log.keyId = facts.keyId;
    return answer(facts);
  },
};

/** What the statement found, as an answer or an error, in the order 401, 403, 404. Pure. */
function answer(facts: UpdateFacts | undefined): Response {
  if (!facts) throw new ApiError('invalid_api_key', 'There is no such key; make a new one.');
  if (facts.refusal) throw new ApiError(facts.refusal, refusals[facts.refusal]);
  if (facts.refused.length > 0) throw notWritable(facts.refused);
  if (!facts.found) throw new ApiError('user_not_found', 'No user has this id.');
  const { user, version } = facts.found;
  return envelope('Data updated successfully', user, { ETag: `"${version}"` });
}

const refusals: Record<NonNullable<UpdateFacts['refusal']>, string> = {
  expired_api_key: 'Make a new key.',
  revoked_api_key: 'Make a new key.',
  owner_inactive: 'The keys of an inactive user do nothing until the user is active again.',
  insufficient_scope: 'Use a key whose scopes, and whose owner, allow changing this user.',
};

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
