import { bySchema, type Checked, checkId, checkMembers, throwIfAny } from '../http/validation.ts';
import { readOnlyFields, type UserUpdate, userFields } from './fields.ts';

const fieldChecks = Object.fromEntries(
  Object.entries(userFields).map(([name, { schema }]) => [name, bySchema(name, schema)]),
);

/** They may be sent back with the rest of a document. */
const ignored = Object.fromEntries(
  readOnlyFields.map((name) => [name, (): Checked => ({ violations: [] })]),
);

/**
 * Checks the path's user id and a parsed body, and answers the update that they ask for. Throws
 * validation_failed.
 */
export function parseUserUpdate(userId: string, body: unknown): UserUpdate {
  const id = (value: unknown) => checkSameId(value, userId);
  const { values, violations } = checkMembers(body, { ...fieldChecks, id, ...ignored });
  throwIfAny([...checkId('user_id', userId), ...violations]);
  return values;
}

/** Checks the user id of a path that comes without a body. Throws validation_failed. */
export function parseUserId(id = ''): string {
  throwIfAny(checkId('user_id', id));
  return id;
}

/** The id may be sent back too, but not changed. */
const checkSameId = (value: unknown, userId: string): Checked => ({
  violations:
    typeof value === 'string' && value.toLowerCase() === userId.toLowerCase()
      ? []
      : [
          {
            pointer: '/id',
            code: 'id_mismatch',
            detail: 'id must be the id in the path, or be left out.',
          },
        ],
});
