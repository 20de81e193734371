import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type UserField, userFields } from '../../src/users/fields.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const REFERENCE = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

/** Returns a value of the field that no new user has. */
function newValue(field: UserField): unknown {
  if (field === 'email') return `${crypto.randomUUID()}@example.com`;
  if (field === 'role_id' || field.endsWith('billing_plan_id')) return REFERENCE;
  if (field === 'is_active') return false;
  if (/^(is|used)_|has_payment/.test(field)) return true;
  return /date$|_at$|refresh$/.test(field) ? '2026-11-27T00:00:00Z' : field;
}

/** Sends a PUT of all fields. Returns the fields that are returned or stored with another value. */
async function unstoredFields(): Promise<string[]> {
  const admin = await stack.user({ is_superuser: true });
  const { key } = await stack.key(admin);
  const id = await stack.user();
  const fields = Object.keys(userFields) as UserField[];
  const sent = Object.fromEntries(fields.map((field) => [field, newValue(field)]));
  const put = (await stack.put(id, key, sent)).body.data;
  const got = (await stack.fetch(`/api/v1/user/${id}?api_key=${key}`)).body.data;
  expect(put).toEqual(got);
  return fields.filter((field) => put[field] !== sent[field]);
}

test('every sent field is stored and returned', async () => {
  await stack.query(`insert into roles values ($1, 'r')`, [REFERENCE]);
  await stack.query(`insert into billing_plans values ($1, 'p')`, [REFERENCE]);
  expect(await unstoredFields()).toEqual([]);
});

test.each(['country', 'is_paying', 'next_credits_refresh'])(
  'the test notices a function without %s in its SET list',
  async (column) => {
    const source = await readFile('src/db/functions/change_user.sql', 'utf8');
    const line = `      ${column} = _after.${column},\n`;
    const [head = '', tail, ...others] = source.split(line);
    expect([tail, others.length]).toEqual([expect.any(String), 0]);
    // The last field has a comma too, because the version follows it.
    await stack.query(head + tail);
    expect(await unstoredFields()).toEqual([column]);
    await stack.query(source);
  },
);
