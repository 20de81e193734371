import { expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const WRITERS = 32;
const ROUNDS = 5;

test('32 writers on one user: no version is skipped or used twice, and the log is complete', async () => {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  const etags: number[] = [];
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let round = 0; round < ROUNDS; round++) {
        const response = await stack.put(id, key, {
          first_name: `${writer}.${round}`,
          is_trial: round % 2 === 0,
        });
        expect(response.status).toBe(200);
        etags.push(Number(JSON.parse(response.headers.get('etag') ?? '0')));
      }
    }),
  );
  const versions = Array.from({ length: WRITERS * ROUNDS }, (_, i) => i + 2);
  expect(etags.sort((a, b) => a - b)).toEqual(versions);

  const log = await stack.log(id);
  expect(log.map(({ version }) => version)).toEqual(versions);
  const state: Record<string, unknown> = { first_name: null, is_trial: false };
  for (const { changes } of log)
    for (const [field, { before, after }] of Object.entries(changes)) {
      expect(before).toEqual(state[field]);
      expect(after).not.toEqual(before);
      state[field] = after;
    }
  expect(await stack.row(id)).toMatchObject({ ...state, version: versions.at(-1) });
});

test('of two writers who want the same e-mail address, one gets it and the other 409 email_taken', async () => {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  const rivals = await Promise.all(Array.from({ length: 8 }, () => stack.user()));
  const responses = await Promise.all(
    rivals.map((rival) => stack.put(rival, key, { email: 'Wanted@example.com' })),
  );
  expect(responses.map(({ body }) => body.code ?? 'ok').sort()).toEqual([
    ...Array(7).fill('email_taken'),
    'ok',
  ]);
});

test('two users who swap their addresses at once cause no server error', async () => {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  for (let round = 0; round < 5; round++) {
    const [a, b] = [`a${round}@example.com`, `b${round}@example.com`];
    const users = [await stack.user({ email: a }), await stack.user({ email: b })] as const;
    const responses = await Promise.all([
      stack.put(users[0], key, { email: b }),
      stack.put(users[1], key, { email: a }),
    ]);
    for (const { body } of responses)
      expect(['email_taken', 'database_unavailable']).toContain(body.code);
  }
});

test('a demoted superuser cannot undo it with a waiting request', async () => {
  const id = await stack.user({ is_superuser: true });
  const other = await stack.user();
  const { key } = await stack.key(id);
  for (const [target, body] of [
    [id, { is_superuser: true, is_active: true }],
    [other, { is_superuser: true }],
  ] as const) {
    await stack.query('update users set is_superuser = true, is_active = true where id = $1', [id]);
    const demotion = await stack.pool.connect();
    await demotion.query('begin');
    await demotion.query('update users set is_superuser = false, is_active = false where id = $1', [
      id,
    ]);
    const response = stack.put(target, key, body);
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await expect.poll(async () => (await stack.query(waiting)).length).toBe(1);
    await demotion.query('commit');
    demotion.release();
    expect((await response).body.code).toBe('owner_inactive');
    expect(await stack.row(id)).toMatchObject({ is_superuser: false, is_active: false });
    expect(await stack.row(other)).toMatchObject({ is_superuser: false });
  }
});

test('superusers who change the account fields of each other at once never deadlock', async () => {
  const users = await Promise.all([1, 2, 3].map(() => stack.user({ is_superuser: true })));
  const keys = await Promise.all(users.map((id) => stack.key(id)));
  const requests = stack.database.requests;
  const responses = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      stack.put(users[(i + 1 + (i % 2)) % 3] ?? '', keys[i % 3]?.key ?? '', {
        is_enterprise: i % 4 < 2,
      }),
    ),
  );
  expect(responses.map(({ status }) => status)).toEqual(Array(60).fill(200));
  // A deadlock would have been tried again.
  expect(stack.database.requests - requests).toBe(60);
});

test('a user whose row stays locked is 503 database_busy after one wait, and others are updated meanwhile', async () => {
  const [id, other] = [await stack.user({ is_superuser: true }), await stack.user()];
  const { key } = await stack.key(id);
  const locked = await stack.user();
  const holder = await stack.pool.connect();
  await holder.query('begin');
  await holder.query('select from users where id = $1 for update', [locked]);
  const waiting = stack.put(locked, key, { first_name: 'Waits' });
  const running = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await expect.poll(async () => (await stack.query(running)).length).toBe(1);
  for (let i = 0; i < 3; i++)
    expect((await stack.put(other, key, { first_name: `${i}` })).status).toBe(200);
  expect(await stack.query(running)).toHaveLength(1);
  const { status, body, headers } = await waiting;
  await holder.query('rollback');
  holder.release();
  expect([status, body.code]).toEqual([503, 'database_busy']);
  // The deadline is 10 seconds, of which three attempts would have waited six for the lock.
  expect(headers.get('server-timing')).toContain('db_requests;desc="1"');
});
