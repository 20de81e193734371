import { closest } from 'fastest-levenshtein';
import * as v from 'valibot';
import { ApiError, type Violation, type ViolationCode } from './errors.ts';
import {
  isUuid,
  readOnlyFields,
  type UserField,
  type UserUpdate,
  userFields,
} from './user-fields.ts';

/** More would help nobody, and a body of 64 KiB can hold ten thousand. */
const MAX_VIOLATIONS = 100;
/** Longer names are not compared with the known ones. */
const MAX_COMPARED_LENGTH = 64;

const knownNames = [...Object.keys(userFields), 'id', ...readOnlyFields];

/**
 * Checks the path's user id and a parsed body, and answers the update that they ask for. Throws one
 * validation_failed with everything that is wrong, up to 100 things.
 */
export function parseUserUpdate(userId: string, body: unknown): UserUpdate {
  const update: Record<string, unknown> = {};
  const violations = checkUserId(userId);
  if (!isObject(body)) violations.push(NOT_AN_OBJECT);
  else
    for (const [name, value] of Object.entries(body)) {
      if (isUserField(name)) violations.push(...checkField(name, value, update));
      else if (name === 'id') violations.push(...checkId(value, userId));
      else if (!isReadOnly(name)) violations.push(unknownField(name));
      if (violations.length >= MAX_VIOLATIONS) break;
    }
  if (violations.length > 0) throw invalid(violations.slice(0, MAX_VIOLATIONS));
  return update;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isUserField = (name: string): name is UserField => Object.hasOwn(userFields, name);

const isReadOnly = (name: string): boolean => (readOnlyFields as readonly string[]).includes(name);

const NOT_AN_OBJECT: Violation = {
  pointer: '',
  code: 'invalid_type',
  detail: 'The body must be a JSON object.',
};

const checkUserId = (userId: string): Violation[] =>
  isUuid(userId)
    ? []
    : [{ parameter: 'user_id', code: 'invalid_format', detail: 'user_id must be a UUID.' }];

/** Puts a valid value into the update, in the form in which it goes to the database. */
function checkField(name: UserField, value: unknown, update: Record<string, unknown>): Violation[] {
  const result = v.safeParse(userFields[name].schema, value);
  if (result.success) update[name] = result.output;
  return (result.issues ?? []).map((issue) => ({
    pointer: `/${name}`,
    code: codeOf(issue),
    detail: `${name} ${issue.message}.`,
  }));
}

function codeOf(issue: v.BaseIssue<unknown>): ViolationCode {
  if (issue.kind === 'schema') return issue.input === null ? 'not_nullable' : 'invalid_type';
  if (issue.type === 'max_code_points') return 'too_long';
  if (issue.type === 'check') return 'invalid_character';
  return 'invalid_format';
}

/** The id may be sent back with the rest of a document, but not changed. */
const checkId = (value: unknown, userId: string): Violation[] =>
  typeof value === 'string' && value.toLowerCase() === userId.toLowerCase()
    ? []
    : [
        {
          pointer: '/id',
          code: 'id_mismatch',
          detail: 'id must be the id in the path, or be left out.',
        },
      ];

function unknownField(name: string): Violation {
  const hint =
    name.length <= MAX_COMPARED_LENGTH
      ? ` The nearest known one is ${closest(name, knownNames)}.`
      : '';
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { pointer, code: 'unknown_field', detail: `There is no such field.${hint}` };
}

const invalid = (errors: Violation[]): ApiError =>
  new ApiError('validation_failed', 'Mend what errors lists and send the request again.', {
    errors,
  });
