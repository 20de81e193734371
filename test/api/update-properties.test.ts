import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type UserField, userFields } from '../../src/users/fields.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const REFERENCE = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

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

/** Returns valid values of a field, by its documented type. */
function anyValue(field: UserField): fc.Arbitrary<unknown> {
  if (field === 'email') return fc.uuid().map((id) => `${id}@Example.com`);
  if (field.endsWith('_id') && !field.startsWith('stripe_'))
    return nullable(fc.constant(REFERENCE));
  if (/^(is|used)_|has_payment/.test(field)) return fc.boolean();
  if (/date$|_at$|refresh$/.test(field)) return nullable(instant);
  return nullable(line(50));
}

const body = fc.record(
  Object.fromEntries(Object.keys(userFields).map((field) => [field, anyValue(field as UserField)])),
  { requiredKeys: [] },
);

test('for every subset of fields, absent fields stay and present fields have the sent values', async () => {
  await stack.query(`insert into roles values ($1, 'r')`, [REFERENCE]);
  await stack.query(`insert into billing_plans values ($1, 'p')`, [REFERENCE]);
  const admin = await stack.user({ is_superuser: true });
  const { key } = await stack.key(admin);
  const id = await stack.user();
  let version = 1;
  let { data } = (await stack.put(id, key, {})).body;
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const response = await stack.put(id, key, sent);
      expect(response.status, response.text).toBe(200);
      const expected = { ...data, ...sent };
      expect(response.body.data).toEqual(expected);
      const changed = Object.keys(sent).filter(
        (field) => data[field] !== (sent as typeof data)[field],
      );
      if (changed.length > 0) version++;
      expect(response.headers.get('etag')).toBe(`"${version}"`);
      const [last] = await stack.query<{ changes: object }>(
        'select changes from user_changes where user_id = $1 and version = $2',
        [id, version],
      );
      if (changed.length > 0)
        expect(Object.keys(last?.changes ?? {}).sort()).toEqual(changed.sort());
      data = response.body.data;
    }),
    { numRuns: 300 },
  );
  expect((await stack.put(id, key, {})).body.data).toEqual(data);
}, 120_000);
