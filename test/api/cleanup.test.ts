import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack();

afterEach(async () => {
  stack.database.faults.splice(0);
  await stack.query('delete from idempotency_records');
});

/** Inserts this many records of this age. */
async function records(count: number, age: string): Promise<void> {
  const id = await stack.user();
  await stack.query(
    `insert into idempotency_records (lineage_id, key, fingerprint, user_id, created_at, result)
     select $1, $4 || n, '', $2, now() - $3::interval, '{}' from generate_series(1, $5::int) as n`,
    [randomUUID(), id, age, age, count],
  );
}

const left = async () => (await stack.query('select from idempotency_records')).length;

/** Returns the line that the last cleanup logged. */
const lastLine = () =>
  JSON.parse(stack.logs.findLast((line) => line.includes('"cleanup"')) ?? '{}');

test('the cleanup deletes records older than 24 hours, and logs how many', async () => {
  await records(3, '24 hours 1 minute');
  await records(2, '23 hours 59 minutes');
  expect(await stack.scheduled()).toBe('ok');
  expect(await left()).toBe(2);
  await expect.poll(lastLine).toEqual({
    message: 'cleanup',
    deleted: { idempotency_records: 3, sessions: 0, feedback: 0, api_keys: 0, short_lived_keys: 0 },
    database_requests: 1,
  });
});

test('it deletes in batches of 10,000 until none is left', async () => {
  await records(25_000, '2 days');
  const before = stack.database.requests;
  await stack.scheduled();
  expect(await left()).toBe(0);
  expect(stack.database.requests - before).toBe(3);
});

test('it ends after 50 batches; the next run deletes the rest', async () => {
  await records(500_010, '2 days');
  await stack.scheduled();
  expect(await left()).toBe(10);
  await stack.scheduled();
  expect(await left()).toBe(0);
}, 120_000);

test('it skips records that a request has locked', async () => {
  await records(2, '2 days');
  const holder = await stack.pool.connect();
  await holder.query('begin');
  await holder.query('select from idempotency_records limit 1 for update');
  await stack.scheduled();
  await holder.query('commit');
  holder.release();
  expect(await left()).toBe(1);
});

test('it deletes expired sessions, and no others', async () => {
  const id = await stack.user();
  for (const age of ['-1 second', '1 hour'])
    await stack.query(
      `insert into sessions (id, user_id, expires_at) values ($1, $2, now() + $3::interval)`,
      [randomUUID(), id, age],
    );
  await stack.scheduled();
  expect(await stack.query('select from sessions where user_id = $1', [id])).toHaveLength(1);
});

test('it continues while expired sessions are left', async () => {
  const id = await stack.user();
  await stack.query(
    `insert into sessions (id, user_id, expires_at)
     select gen_random_uuid(), $1, now() from generate_series(1, 10001)`,
    [id],
  );
  await stack.scheduled();
  expect(await stack.query('select from sessions where user_id = $1', [id])).toEqual([]);
});

test('it deletes feedback that is older than a year', async () => {
  await stack.query(
    `insert into feedback (page, helpful, created_at) select '/docs', true, now() - n * interval '1 day'
     from unnest(array[364, 366]) as n`,
  );
  await stack.scheduled();
  expect(await stack.query('select from feedback')).toHaveLength(1);
});

test('it tries again when a response was lost', async () => {
  await records(1, '2 days');
  stack.database.faults.push('cut');
  await stack.scheduled();
  await expect.poll(lastLine).toMatchObject({
    deleted: { idempotency_records: 1 },
    database_requests: 2,
  });
  expect(await left()).toBe(0);
});

test('a failure of the database is logged, and the next run succeeds', async () => {
  await records(1, '2 days');
  stack.database.faults.push({ status: 402, body: '{"message": "quota"}' });
  await stack.scheduled();
  await expect.poll(lastLine).toMatchObject({ fault: 'HTTP status 402' });
  expect(stack.errors).toHaveLength(1);
  await stack.scheduled();
  expect(await left()).toBe(0);
});

test('it deletes keys 30 days after their end; their events and their prefixes in the log stay', async () => {
  const id = await stack.user({ is_superuser: true });
  const active = await stack.key(id);
  const old = await stack.key(id);
  await stack.put(id, old.key, { first_name: 'Ada' });
  await stack.fetch(`/api/v1/keys/${old.keyId}?api_key=${active.key}`, { method: 'DELETE' });
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
  await stack.query('update api_keys set revoked_at = $1 where id = $2', [ago(31), old.keyId]);
  const kept = [
    active.keyId,
    (await stack.key(id, { revoked_at: ago(29) })).keyId,
    (await stack.key(id, { expires_at: ago(29) })).keyId,
    (await stack.key(id, { expires_at: ago(-31) })).keyId,
  ];
  await stack.key(id, { expires_at: ago(31) });
  // Revoked long before it would have expired.
  await stack.key(id, { expires_at: ago(-400), revoked_at: ago(31) });

  await stack.scheduled();

  const left = await stack.query<{ id: string }>('select id from api_keys where owner_id = $1', [
    id,
  ]);
  expect(left.map((key) => key.id).sort()).toEqual(kept.sort());
  expect(await stack.query('select action from key_events where key_id = $1', [old.keyId])).toEqual(
    [{ action: 'revoked' }],
  );
  const conflict = await stack.put(
    id,
    active.key,
    { first_name: 'Grace' },
    { 'base-version': '"1"' },
  );
  expect(conflict.body.conflicts).toEqual([
    expect.objectContaining({ pointer: '/first_name', changed_by: old.key.slice(0, 9) }),
  ]);
  expect((await stack.put(id, old.key, {})).body.code).toBe('invalid_api_key');
});
