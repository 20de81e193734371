import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../src/permissions.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '6000' });
const NOBODY = '00000000-0000-4000-8000-000000000000';

const newEmail = () => `${randomUUID()}@example.com`;

async function administrator(scopes?: readonly Scope[]) {
  const id = await stack.user({ is_superuser: true });
  return { id, ...(await stack.key(id, scopes && { scopes })) };
}

const erase = (id: string, key: string, headers: Record<string, string> = {}) =>
  stack.call('DELETE', `/user/${id}`, key, undefined, headers);

/** The tables in which a text stands, in any column. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await stack.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'profile'",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await stack.query(
      `select from ${name} as entry where position(lower($1) in lower(entry::text)) > 0`,
      [text],
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

describe('DELETE of a user', () => {
  test('returns 204 and leaves nothing personal in any table', async () => {
    const { key, keyId } = await administrator();
    const { body } = await stack.call(
      'POST',
      '/user',
      key,
      { email: newEmail(), first_name: `first ${randomUUID()}` },
      { 'idempotency-key': randomUUID() },
    );
    const { id, email, first_name } = body.data;
    const phone = randomUUID();
    const own = await stack.key(id);
    await stack.put(id, key, { phone }, { 'idempotency-key': randomUUID() });
    await stack.call('POST', '/keys', own.key, { name: `key ${phone}`, role: 'read_only' });
    const subject = randomUUID();
    const session = randomUUID();
    await stack.query('insert into identities (issuer, subject, user_id) values ($1, $2, $3)', [
      'https://id.example.com',
      subject,
      id,
    ]);
    await stack.query(
      "insert into sessions (id, user_id, expires_at) values ($1, $2, now() + interval '1 hour')",
      [session, id],
    );
    for (const text of [email, first_name, phone, subject])
      expect(await tablesWith(text)).not.toEqual([]);

    const { status, text } = await erase(id, key, { 'x-request-id': 'erasure-7' });
    expect([status, text]).toEqual([204, '']);
    for (const value of [email, first_name, phone, subject, session, own.keyId])
      expect([value, await tablesWith(value)]).toEqual([value, []]);
    expect(await tablesWith(id)).toEqual(['erased_users']);
    const [row] = await stack.query('select * from erased_users where id = $1', [id]);
    expect(row).toEqual({
      id,
      erased_at: expect.any(Date),
      version: 3,
      position: expect.stringMatching(/^\d+$/),
      change_id: expect.any(String),
      api_key_id: keyId,
      api_key_prefix: key.slice(0, 9),
      request_id: 'erasure-7',
    });
  });

  test('refuses the keys of the user from the next request on, and the user is not found', async () => {
    const { key } = await administrator();
    const id = await stack.user();
    const { key: own } = await stack.key(id);
    await erase(id, key);
    const refused = await stack.call('GET', `/user/${id}`, own);
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_api_key']);
    for (const path of ['', '/changes', '/versions/1', '/export']) {
      const { status, body } = await stack.call('GET', `/user/${id}${path}`, key);
      expect([status, body.code]).toEqual([404, 'user_not_found']);
    }
    const again = await erase(id, key);
    expect([again.status, again.body.code]).toEqual([404, 'user_not_found']);
  });

  test('keeps the id: it cannot be created again, or by the operator only', async () => {
    const { key } = await administrator();
    const id = await stack.user();
    await erase(id, key);
    for (const prefer of ['validate-only', 'return=minimal']) {
      const created = await stack.call('POST', '/user', key, { id, email: newEmail() }, { prefer });
      expect([created.status, created.body.code, created.body.errors[0].pointer]).toEqual([
        409,
        'user_erased',
        '/id',
      ]);
    }
  });

  test('obeys If-Match, If-None-Match and Base-Version', async () => {
    const { key } = await administrator();
    const id = await stack.user({ version: 3 });
    for (const header of ['if-match', 'base-version']) {
      const { status, body, headers } = await erase(id, key, { [header]: '"2"' });
      expect([status, body.code, headers.get('etag')]).toEqual([412, 'precondition_failed', '"3"']);
    }
    const none = await erase(id, key, { 'if-none-match': '"3"' });
    expect(none.body.code).toBe('precondition_failed');
    expect((await erase(id, key, { 'if-match': '"3"' })).status).toBe(204);
  });

  test('with a key that requires a condition needs one', async () => {
    const { key, keyId } = await administrator();
    await stack.query('update api_keys set require_precondition = true where id = $1', [keyId]);
    const id = await stack.user();
    const { status, body } = await erase(id, key);
    expect([status, body.code]).toEqual([428, 'precondition_required']);
    expect((await erase(id, key, { 'if-match': '*' })).status).toBe(204);
  });

  test('under validate-only checks everything and erases nobody', async () => {
    const { key } = await administrator();
    const id = await stack.user();
    const dry = await erase(id, key, { prefer: 'validate-only' });
    expect([dry.status, dry.headers.get('preference-applied')]).toEqual([204, 'validate-only']);
    expect((await stack.row(id))['id']).toBe(id);
    const missing = await erase(NOBODY, key, { prefer: 'validate-only' });
    expect(missing.body.code).toBe('user_not_found');
  });

  test('requires users:manage of a superuser, even of oneself', async () => {
    const id = await stack.user();
    const { key } = await stack.key(id);
    const without = await administrator(['user:write', 'account:write', 'users:all']);
    for (const one of [key, without.key]) {
      const { status, body } = await erase(id, one);
      expect([status, body.code]).toEqual([403, 'insufficient_scope']);
    }
    const managing = await administrator(['users:manage']);
    expect((await erase(id, managing.key)).status).toBe(204);
  });

  test('erases an owner of a key that is used meanwhile: one order of locks, no deadlock', async () => {
    const { key } = await administrator();
    const people = await Promise.all(Array.from({ length: 6 }, () => administrator()));
    const responses = await Promise.all(
      people.flatMap(({ id, key: own }, i) => [
        stack.put(id, own, { is_enterprise: true }),
        erase(id, key),
        stack.put(people[(i + 1) % 6]?.id ?? '', own, { is_enterprise: true }),
      ]),
    );
    for (const { status } of responses) expect([200, 204, 401, 404]).toContain(status);
    for (const { id } of people) expect(await stack.row(id)).toEqual({});
  });
});

test('a request that is refused does not wait for the user, nor hold them up', async () => {
  const { id } = await administrator();
  const { key } = await stack.key(await stack.user());
  const other = await stack.pool.connect();
  await other.query('begin');
  await other.query('select from users where id = $1 for update', [id]);
  const refused = [
    await erase(id, key),
    await stack.put(id, key, { is_superuser: false }),
    await stack.call('POST', `/user/${id}/revert`, key, { version: 1 }),
  ];
  await other.query('rollback');
  other.release();
  for (const { status, body } of refused)
    expect([status, body.code]).toEqual([403, 'insufficient_scope']);
});

describe('the last active superuser', () => {
  test('cannot be erased, not even by two who erase each other', async () => {
    await stack.query('update users set is_active = false where is_superuser');
    const [a, b] = [await administrator(), await administrator()];
    await stack.user({ is_superuser: true, is_active: false });
    const responses = await Promise.all([erase(a.id, b.key), erase(b.id, a.key)]);
    const statuses = responses.map(({ status }) => status).toSorted();
    expect([
      [204, 401],
      [204, 409],
    ]).toContainEqual(statuses);
    const [left = a, gone = b] = (await stack.row(a.id))['id'] ? [a, b] : [b, a];
    expect(await stack.row(gone.id)).toEqual({});
    const { status, body } = await erase(left.id, left.key);
    expect([status, body.code]).toEqual([409, 'last_superuser']);
    expect((await stack.row(left.id))['id']).toBe(left.id);
    await administrator();
    expect((await erase(left.id, left.key)).status).toBe(204);
  });
});

test('the Idempotency-Key of the creation of an erased user creates nobody again', async () => {
  const { key } = await administrator();
  const email = newEmail();
  const create = () =>
    stack.call('POST', '/user', key, { email }, { 'idempotency-key': 'import-7' });
  const created = await create();
  expect((await erase(created.body.data.id, key)).status).toBe(204);
  const again = await create();
  expect([again.status, again.body.code]).toEqual([422, 'idempotency_key_reused']);
  expect(await stack.query('select from users where email = $1', [email])).toEqual([]);
  expect(await tablesWith(email)).toEqual([]);
});

test('of two superusers, one who erases themselves while the other is demoted waits for that', async () => {
  await stack.query('update users set is_active = false where is_superuser');
  const [a, b] = [await administrator(), await administrator()];
  const other = await stack.pool.connect();
  await other.query('begin');
  await other.query('update users set is_superuser = false where id = $1', [b.id]);
  const pending = erase(a.id, a.key);
  await expect
    .poll(() => stack.query("select from pg_stat_activity where wait_event_type = 'Lock'"))
    .not.toEqual([]);
  await other.query('commit');
  other.release();
  expect((await pending).body.code).toBe('last_superuser');
});

describe('a repeated DELETE of a user', () => {
  test('whose response was lost gets its own 204, though the user erased themselves', async () => {
    const { id, key } = await administrator();
    await administrator();
    stack.database.faults.push('cutAfterCommit');
    const { status, headers } = await erase(id, key);
    expect(status).toBe(204);
    expect(headers.get('server-timing')).toContain('db_requests;desc="2"');
  });

  test('under the same Idempotency-Key gets its own 204', async () => {
    const { key } = await administrator();
    const id = await stack.user();
    const send = () => erase(id, key, { 'idempotency-key': id });
    expect((await send()).status).toBe(204);
    const again = await send();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([204, 'true']);
  });

  test('that arrives late does not erase a user who was restored in between', async () => {
    const { key } = await administrator();
    const id = await stack.user();
    stack.database.faults.push({ late: 1500 });
    expect((await erase(id, key)).status).toBe(204);
    await stack.query('insert into users (id, email) values ($1, $2)', [id, newEmail()]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect((await stack.row(id))['id']).toBe(id);
  });
});
