import { expect, test } from 'vitest';
import { age, drawPeople, grow, relationSizes } from '../../bench/scale/tables.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

/** Indexes, constraints and triggers of all tables, by name, in SQL. */
async function definitions(): Promise<Record<string, string>> {
  const rows = await stack.query<{ name: string; definition: string }>(`
    select indexname as name, indexdef as definition from pg_indexes where schemaname = 'profile'
    union all
    select conrelid::regclass || ' ' || conname, format('%s %s', pg_get_constraintdef(oid), convalidated)
    from pg_constraint where connamespace = 'profile'::regnamespace
    union all
    select tgrelid::regclass || ' ' || tgname, format('%s %s', pg_get_triggerdef(oid), tgenabled)
    from pg_trigger
    union all
    select relname, format('%s %s', reloptions, relpersistence)
    from pg_class where relnamespace = 'profile'::regnamespace`);
  return Object.fromEntries(rows.map(({ name, definition }) => [name, definition]));
}

const count = async (what: string): Promise<number> =>
  Number((await stack.query<{ count: string }>(`select count(*) from ${what}`))[0]?.count);

test('growing and ageing change no index, constraint or trigger', async () => {
  const shipped = await definitions();
  expect(Object.keys(shipped)).toContain('users_email_key');
  await grow(stack.pool, 1_500);
  await grow(stack.pool, 2_000);
  await age(stack.pool);
  expect(await definitions()).toEqual(shipped);
});

test('every user has a key and a row in the change log that belong together', async () => {
  expect(await count('users')).toBe(2_000);
  expect(await count('(select distinct owner_id from api_keys) as owners')).toBe(2_000);
  expect(await count('api_keys')).toBe(2_000);
  const logged = `user_changes join users on id = user_id join api_keys on api_keys.id = api_key_id
    where owner_id = user_id and user_changes.version = users.version`;
  expect(await count(logged)).toBe(2_000);
  const [row] = await stack.query<{ fields: string[] }>(
    'select array(select jsonb_object_keys(changes)) as fields from user_changes limit 1',
  );
  expect(row?.fields).toHaveLength(8);
});

test('people are drawn from all users, and their keys work', async () => {
  const people = await drawPeople(stack.pool, 2_000, 50);
  expect(people).toHaveLength(50);
  for (const { userId, key } of people.slice(0, 3)) {
    const response = await stack.put(userId, key, { first_name: 'Augusta' });
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"3"']);
  }
  expect(await drawPeople(stack.pool, 2_000, 5_000)).toHaveLength(2_000);
});

test('sizes are returned for the tables that grow, and for their indexes', async () => {
  const relations = await relationSizes(stack.pool);
  expect(relations.filter(({ table }) => table === null).map(({ name }) => name)).toEqual([
    'api_keys',
    'user_changes',
    'users',
  ]);
  const indexes = Object.keys(await definitions());
  for (const { name, table, bytes } of relations) {
    expect(bytes).toBeGreaterThan(0);
    if (table) expect(indexes).toContain(name);
  }
});
