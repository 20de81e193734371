import { distance } from 'fastest-levenshtein';
import * as v from 'valibot';
import { ApiError, type Violation, type ViolationCode } from '../errors.ts';
import { isUuid, LINES, ONE_LINE } from './values.ts';

/** More would help nobody, and the largest body can hold ten thousand. */
export const MAX_VIOLATIONS = 100;
/** Longer names are not compared with the known ones. */
const MAX_COMPARED_LENGTH = 64;

/** Throws one validation_failed with everything that is wrong, up to MAX_VIOLATIONS; nothing if all is well. */
export function throwIfAny(violations: readonly Violation[]): void {
  if (violations.length > 0) throw validationFailed(violations);
}

export const validationFailed = (violations: readonly Violation[]): ApiError =>
  new ApiError('validation_failed', 'Fix the fields listed in errors and try again.', {
    errors: violations.slice(0, MAX_VIOLATIONS),
  });

/** The error of a body that is wrong as a whole. */
export const invalidBody = (code: ViolationCode, detail: string): ApiError =>
  validationFailed([{ pointer: '', code, detail }]);

/** What is wrong with an id in the path. */
export const checkId = (parameter: string, id: string): Violation[] =>
  isUuid(id) ? [] : [{ parameter, code: 'invalid_format', detail: `${parameter} must be a UUID.` }];

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The valid value, in the form in which it is used, or what is wrong; `[]` for a value that is ignored. */
export type Checked<Value = unknown> = { value: Value } | { violations: Violation[] };

export type Check<Value = unknown> = (value: unknown) => Checked<Value>;

/** The valid values of a body by name, and what is wrong with the others. */
export interface CheckedMembers<Values> {
  values: Partial<Values>;
  violations: Violation[];
}

/** Checks every member by its name; a name without a check is unknown. `kind`: what members are called. */
export function checkMembers(
  body: unknown,
  checks: Readonly<Record<string, Check>>,
  kind = 'field',
): CheckedMembers<Record<string, unknown>> {
  if (!isObject(body)) return { values: {}, violations: [NOT_AN_OBJECT] };
  const values: Record<string, unknown> = {};
  const violations: Violation[] = [];
  for (const [name, value] of Object.entries(body)) {
    // Own properties only: "constructor" is not a field.
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    const checked = check
      ? check(value)
      : { violations: [unknownField(name, Object.keys(checks), kind)] };
    if ('value' in checked) values[name] = checked.value;
    else violations.push(...checked.violations);
    if (violations.length >= MAX_VIOLATIONS) break;
  }
  return { values, violations };
}

const NOT_AN_OBJECT: Violation = {
  pointer: '',
  code: 'invalid_type',
  detail: 'The body must be a JSON object.',
};

/** A check by a schema. */
export const bySchema =
  <Value>(name: string, schema: v.GenericSchema<unknown, Value>): Check<Value> =>
  (value) => {
    const result = v.safeParse(schema, value);
    if (result.success) return { value: result.output };
    const violations = result.issues.map((issue) => ({
      pointer: `/${name}${(issue.path ?? []).map(({ key }) => `/${key}`).join('')}`,
      code: codeOf(issue),
      detail: `${name} ${issue.message}.`,
    }));
    return { violations };
  };

/** The members of a body by name; one whose schema is `v.optional` may be missing. */
export type Members = Readonly<Record<string, v.GenericSchema<unknown>>>;

export type Values<M extends Members> = { [Name in keyof M]: v.InferOutput<M[Name]> };

/** Checks a body against its members; an optional one that is missing has its default. */
export function checkBody<M extends Members>(body: unknown, members: M): CheckedMembers<Values<M>> {
  const checks = Object.entries(members).map(([name, schema]) => [name, bySchema(name, schema)]);
  const { values, violations } = checkMembers(body, Object.fromEntries(checks));
  for (const [name, schema] of Object.entries(members)) {
    if (name in values) continue;
    if (schema.type === 'optional') values[name] = v.getDefault(schema);
    else if (violations.length === 0) violations.push(required(name));
  }
  return { values: values as Partial<Values<M>>, violations };
}

/** The values of a body, of which all are valid. `others`: what is wrong beside them. Throws validation_failed. */
export function requireValid<Values>(
  { values, violations }: CheckedMembers<Values>,
  others: readonly Violation[] = [],
): Values {
  throwIfAny([...violations, ...others]);
  return values as Values;
}

/** Checks a body against its members and returns their values. Throws validation_failed. */
export const parseMembers = <M extends Members>(body: unknown, members: M): Values<M> =>
  requireValid(checkBody(body, members));

export const required = (member: string): Violation => ({
  pointer: `/${member}`,
  code: 'required',
  detail: `${member} is required.`,
});

/** What a text may consist of. */
const TEXT: readonly unknown[] = [ONE_LINE, LINES];

function codeOf(issue: v.BaseIssue<unknown>): ViolationCode {
  if (issue.type === 'picklist') return 'unknown_value';
  if (issue.kind === 'schema') return issue.input === null ? 'not_nullable' : 'invalid_type';
  if (issue.type === 'max_code_points' || issue.type === 'max_length') return 'too_long';
  if (issue.type === 'non_empty') return 'required';
  if (issue.type === 'min_value' || issue.type === 'max_value') return 'out_of_range';
  if (issue.type === 'check' || TEXT.includes(issue.requirement)) return 'invalid_character';
  return 'invalid_format';
}

function unknownField(name: string, known: readonly string[], kind: string): Violation {
  const nearest = name.length <= MAX_COMPARED_LENGTH ? nearestOf(name, known) : undefined;
  const hint = nearest ? ` Did you mean ${nearest}?` : '';
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { pointer, code: 'unknown_field', detail: `Unknown ${kind}.${hint}` };
}

/** What is compared: an app that writes firstName or E-Mail knows the name, if not its form. */
const comparable = (name: string): string => name.toLowerCase().replace(/[\W_]/g, '');
const lettersOf = (name: string): string => [...name].sort().join('');

/**
 * The known name that was probably meant, if one is near: at most every third letter differs, and at most
 * three do, or two are swapped. A hint that is far off misleads.
 */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const meant = comparable(name);
  let nearest: string | undefined;
  let fewest = 4;
  for (const candidate of known) {
    const other = comparable(candidate);
    const changes = distance(meant, other);
    const allowed =
      lettersOf(meant) === lettersOf(other) ? 2 : Math.min(meant.length, other.length) / 3;
    if (changes <= allowed && changes < fewest) {
      nearest = candidate;
      fewest = changes;
    }
  }
  return nearest;
}
