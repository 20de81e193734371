import fc from 'fast-check';
import { type UserField, userFields } from '../../src/users/fields.ts';

// Valid bodies of an update, by the documented type of each field.

/** The id of a role and of a plan, which the tests insert. */
export const REFERENCE = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

/** Characters of every kind that a line of text may contain. */
const line = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', maxLength })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are not allowed
    .filter((s) => !/[\u0000-\u001f]/.test(s) && [...s].length <= maxLength && s.isWellFormed());

const instant = fc
  .date({
    min: new Date('0001-01-02T00:00:00Z'),
    max: new Date('9999-12-30T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString().replace(/\.?0*Z$/, 'Z'));

const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

/** Returns valid values of a field. */
function anyValue(field: UserField): fc.Arbitrary<unknown> {
  if (field === 'email') return fc.uuid().map((id) => `${id}@Example.com`);
  if (field.endsWith('_id') && !field.startsWith('stripe_'))
    return nullable(fc.constant(REFERENCE));
  if (/^(is|used)_|has_payment/.test(field)) return fc.boolean();
  if (/date$|_at$|refresh$/.test(field)) return nullable(instant);
  return nullable(line(50));
}

/** Bodies with any of the fields. */
export const anyBody: fc.Arbitrary<Record<string, unknown>> = fc.record(
  Object.fromEntries(Object.keys(userFields).map((field) => [field, anyValue(field as UserField)])),
  { requiredKeys: [] },
);
