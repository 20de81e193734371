import { ConstraintViolation, DatabaseFault } from '../db/faults.ts';
import { ApiError, type Conflict, type ErrorCode, type ViolationCode } from '../errors.ts';
import { entityTag } from '../http/request.ts';
import { fromPostgres } from '../http/values.ts';
import { toValue, type UserField } from './fields.ts';
import type { Clash, UpdateResult, UserChange } from './statements.ts';

// What requests about users are refused with.

export const userNotFound = () => new ApiError('user_not_found', 'Check the id: no user has it.');

export const versionNotFound = () =>
  new ApiError(
    'version_not_found',
    'Check the version: the user never had it, or it is no longer kept.',
  );

export const lastSuperuser = () =>
  new ApiError('last_superuser', 'Make another user a superuser first.');

export const preconditionFailed = (version: number) =>
  new ApiError(
    'precondition_failed',
    'Retrieve the user again and apply your change to the current version.',
    { headers: { ETag: entityTag(version) } },
  );

export const editConflict = (
  { user, conflicts, update }: Extract<UpdateResult, { verdict: 'edit_conflict' }>,
  change: UserChange,
) =>
  new ApiError(
    'edit_conflict',
    'Resolve each entry in conflicts and send the result with the ETag of this response as Base-Version.',
    {
      conflicts: namesOf(change.update ?? update).flatMap((field) =>
        conflicts
          .filter((clash) => clash.field === field)
          .map((clash) => {
            const sent = change.update ? change.update[field] : toValue(field, update[field]);
            return conflictOf(clash, sent, toValue(field, user[field]));
          }),
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

const namesOf = (update: object) => Object.keys(update) as UserField[];

export const notWritable = (
  { update, revert }: Pick<UserChange, 'update' | 'revert'>,
  refused: readonly UserField[],
): ApiError =>
  new ApiError(
    'field_not_writable',
    update
      ? 'Leave out the fields listed in errors, or send their current values.'
      : 'Use a key that can change the fields listed in errors.',
    {
      errors: (update ? namesOf(update) : refused)
        .filter((field) => refused.includes(field))
        .map((field) => ({
          pointer: update ? `/${field}` : `/${Object.keys(revert ?? {})}`,
          code: 'not_writable',
          detail: `This key cannot change ${field}.`,
        })),
    },
  );

/** What a constraint that an update can violate means to the client. */
interface ConstraintMeaning {
  field: UserField | 'id';
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
    users_pkey: {
      field: 'id',
      code: 'user_exists',
      violation: 'taken',
      detail: 'Use another id, or update the user who has this one.',
    },
    erased_users_pkey: {
      field: 'id',
      code: 'user_erased',
      violation: 'taken',
      detail: 'Use another id; the user who had this one was erased.',
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

/** The attempt arrived after its time, so it did nothing. */
export const tooLate = () =>
  new DatabaseFault('unavailable', 'not_applied', 'later than not_after, by its clock');
