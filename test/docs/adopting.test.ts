import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { guideFile } from '../../site/pages/guides.ts';
import { useStack } from '../support/stack.ts';

// The SQL of the guide, as it is written there, on a database with many users.

const USERS = 100_000;
const stack = useStack();
const [table = '', misfits = '', copy = '', trigger = ''] = [
  ...readFileSync(guideFile('adopting-existing-users'), 'utf8').matchAll(/```sql\n([\s\S]*?)```/g),
].map(([, code]) => code ?? '');

test('the guide takes a table of users to profiles with the same ids, and keeps new ones in step', {
  timeout: 180_000,
}, async () => {
  await stack.query('create schema app');
  await stack.query(table);
  await stack.query(
    `insert into app.users (id, email, name)
     select gen_random_uuid(), 'user' || n || '@example.com', 'Name ' || n from generate_series(1, $1) as n`,
    [USERS - 1],
  );
  const id = randomUUID();
  await stack.query('insert into app.users (id, email, name) values ($1, $2, $3)', [
    id,
    'USER1@example.com',
    'Ada',
  ]);
  const found = await stack.query(misfits);
  expect(found.map(({ email }) => email).toSorted()).toEqual([
    'USER1@example.com',
    'user1@example.com',
  ]);
  expect(new Set(found.map(({ problem }) => problem))).toEqual(new Set(['not unique']));
  await stack.query("update app.users set email = 'ada@example.com' where id = $1", [id]);
  expect(await stack.query(misfits)).toEqual([]);

  await stack.query(copy);
  await stack.query(copy);
  const [counts] = await stack.query(
    `select (select count(*)::int from users join app.users as own using (id)
        where users.email = own.email and first_name = name) as users,
      (select count(*)::int from user_changes
        where version = 1 and request_id = 'sql' and changes -> 'email' ->> 'after' is not null) as log`,
  );
  expect(counts).toEqual({ users: USERS, log: USERS });

  const { key } = await stack.key(await stack.user({ is_superuser: true }));
  const adopted = await stack.call('GET', `/user/${id}`, key);
  expect([adopted.body.data.email, adopted.headers.get('etag')]).toEqual([
    'ada@example.com',
    '"1"',
  ]);

  await stack.query(trigger);
  const later = randomUUID();
  await stack.query("insert into app.users (id, email, name) values ($1, 'b@example.com', 'B')", [
    later,
  ]);
  const created = await stack.call('GET', `/user/${later}`, key);
  expect(created.body.data).toMatchObject({ id: later, email: 'b@example.com', first_name: 'B' });

  for (const email of [null, 'ada@example.com', 'x'.repeat(300)])
    await stack.query('insert into app.users (id, email) values ($1, $2)', [randomUUID(), email]);
  const [count] = await stack.query(
    'select count(*)::int as misfits from users where first_name is null and email is null',
  );
  expect(count).toEqual({ misfits: 0 });
  expect((await stack.query(misfits)).map(({ problem }) => problem).toSorted()).toEqual([
    'another profile has it',
    'missing or too long',
    'missing or too long',
    'not unique',
    'not unique',
  ]);
  await stack.query('delete from app.users where email is null or email = $1 and id <> $2', [
    'ada@example.com',
    id,
  ]);
  await stack.query('delete from app.users where length(email) > 254');

  await stack.call('DELETE', `/user/${id}`, key);
  await stack.query(copy);
  await stack.query('delete from app.users where id = $1', [id]);
  await stack.query("insert into app.users (id, email) values ($1, 'ada@example.com')", [id]);
  expect((await stack.call('GET', `/user/${id}`, key)).body.code).toBe('user_not_found');
});
