import type { Violation } from '../errors.ts';
import { bySchema, checkId, checkMembers, demandNone } from '../http/validation.ts';
import { readOnlyFields, type UserField, type UserUpdate, userFields } from './fields.ts';

const fieldChecks = Object.fromEntries(
  Object.entries(userFields).map(([name, { schema }]) => [name, bySchema(name, schema)]),
);

/** They may be sent back with the rest of a document. */
const ignored = Object.fromEntries(readOnlyFields.map((name) => [name, (): Violation[] => []]));

/**
 * Checks the path's user id and a parsed body, and answers the update that they ask for. Throws
 * validation_failed.
 */
export function parseUserUpdate(userId: string, body: unknown): UserUpdate {
  const update: Partial<Record<UserField, unknown>> = {};
  const id = (value: unknown) => checkSameId(value, userId);
  demandNone([
    ...checkId('user_id', userId),
    ...checkMembers(body, { ...fieldChecks, id, ...ignored }, update),
  ]);
  return update as UserUpdate;
}

/** Checks the user id of a path that comes without a body. Throws validation_failed. */
export function parseUserId(id = ''): string {
  demandNone(checkId('user_id', id));
  return id;
}

/** The id may be sent back too, but not changed. */
const checkSameId = (value: unknown, userId: string): Violation[] =>
  typeof value === 'string' && value.toLowerCase() === userId.toLowerCase()
    ? []
    : [
        {
          pointer: '/id',
          code: 'id_mismatch',
          detail: 'id must be the id in the path, or be left out.',
        },
      ];
