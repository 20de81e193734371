import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import responseBody from '../../docs/reference/response.json' with { type: 'json' };
import type { Scope } from '../../src/permissions.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '6000' });

const newEmail = () => `${randomUUID()}@example.com`;

async function administrator(scopes?: readonly Scope[]) {
  const id = await stack.user({ is_superuser: true });
  return { id, ...(await stack.key(id, scopes && { scopes })) };
}

const create = (key: string, body: unknown, headers: Record<string, string> = {}) =>
  stack.call('POST', '/user', key, body, headers);

const inLog = async (id: string) =>
  (await stack.query('select * from user_changes where user_id = $1', [id]))[0];

describe('POST of a user', () => {
  test('returns 201 with Location, the first ETag and the published envelope', async () => {
    const { key } = await administrator();
    const email = newEmail();
    const { status, headers, body } = await create(key, { email, first_name: 'Ada', phone: null });
    expect([status, headers.get('etag')]).toEqual([201, '"1"']);
    expect(headers.get('location')).toBe(`/api/v1/user/${body.data.id}`);
    expect([body.message, body.meta]).toEqual(['Data created successfully', {}]);
    expect(Object.keys(body.data)).toEqual(Object.keys(responseBody.data));
    expect(body.data).toMatchObject({ email, first_name: 'Ada', phone: null });
    const got = await stack.call('GET', `/user/${body.data.id}`, key);
    expect(got.body.data).toEqual(body.data);
    expect(got.headers.get('etag')).toBe('"1"');
  });

  test('gives the fields that are absent the defaults of the table', async () => {
    const { key } = await administrator();
    const { body } = await create(key, { email: newEmail() });
    const row = await stack.row(await stack.user());
    for (const [name, value] of Object.entries(body.data))
      if (!['id', 'email'].includes(name)) expect([name, value]).toEqual([name, row[name]]);
    expect(body.data.is_active).toBe(true);
  });

  test('takes the id of the caller, in any case', async () => {
    const { key } = await administrator();
    const id = randomUUID();
    const { body, headers } = await create(key, { id: id.toUpperCase(), email: newEmail() });
    expect([body.data.id, headers.get('location')]).toEqual([id, `/api/v1/user/${id}`]);
  });

  test('is the first row of the log, with key, request and values', async () => {
    const { key, keyId } = await administrator();
    const email = newEmail();
    const { body } = await create(key, { email, is_trial: true }, { 'x-request-id': 'import-7' });
    expect(await inLog(body.data.id)).toMatchObject({
      version: 1,
      api_key_id: keyId,
      api_key_prefix: key.slice(0, 9),
      request_id: 'import-7',
      reverts: null,
      changes: {
        email: { before: null, after: email },
        is_trial: { before: null, after: true },
        is_active: { before: null, after: true },
      },
    });
  });

  test('ignores what the server computes, so that a document can be sent as it was read', async () => {
    const { key } = await administrator();
    const { body } = await create(key, {
      ...responseBody.data,
      id: randomUUID(),
      email: newEmail(),
      role_id: null,
      active_billing_plan_id: null,
      next_billing_plan_id: null,
    });
    expect([body.data.follower_count, body.data.address]).toEqual([0, responseBody.data.address]);
  });

  test.each([
    [{}, [{ pointer: '/email', code: 'required' }]],
    [{ email: null }, [{ pointer: '/email', code: 'not_nullable' }]],
    [
      { emial: 'a@example.com' },
      [
        { pointer: '/emial', code: 'unknown_field' },
        { pointer: '/email', code: 'required' },
      ],
    ],
    [{ email: 'a@example.com', id: '7' }, [{ pointer: '/id', code: 'invalid_format' }]],
    [{ email: 'a@example.com', is_trial: null }, [{ pointer: '/is_trial', code: 'not_nullable' }]],
    [[], [{ pointer: '', code: 'invalid_type' }]],
  ])('refuses %j with a violation for each fault', async (body, errors) => {
    const { key } = await administrator();
    const response = await create(key, body);
    expect([response.status, response.body.code]).toEqual([422, 'validation_failed']);
    expect(response.body.errors).toHaveLength(errors.length);
    expect(response.body.errors).toMatchObject(
      errors.map((error) => expect.objectContaining(error)),
    );
  });

  test.each([
    ['email_taken', '/email', (email: string) => ({ email: email.toUpperCase() })],
    ['user_exists', '/id', (_: string, id: string) => ({ email: newEmail(), id })],
  ])('returns 409 %s and creates nothing', async (code, pointer, bodyOf) => {
    const { key } = await administrator();
    const email = newEmail();
    const id = await stack.user({ email });
    const before = await stack.query('select count(*) from users');
    const { status, body } = await create(key, bodyOf(email, id));
    expect([status, body.code, body.errors[0]?.pointer]).toEqual([409, code, pointer]);
    expect(await stack.query('select count(*) from users')).toEqual(before);
  });

  test('returns 422 reference_not_found for a role that does not exist', async () => {
    const { key } = await administrator();
    const { status, body } = await create(key, { email: newEmail(), role_id: randomUUID() });
    expect([status, body.code, body.errors[0]?.pointer]).toEqual([
      422,
      'reference_not_found',
      '/role_id',
    ]);
  });

  test('requires users:manage of a superuser', async () => {
    const ordinary = await stack.user();
    const without = await administrator(['user:read', 'user:write', 'users:all']);
    const { key } = await stack.key(ordinary);
    for (const one of [key, without.key]) {
      const { status, body } = await create(one, { email: newEmail() });
      expect([status, body.code]).toEqual([403, 'insufficient_scope']);
    }
  });

  test('requires for account and billing fields their scopes, and says for which', async () => {
    const { key } = await administrator(['users:manage']);
    const fields = { first_name: 'Ada', is_superuser: true, is_trial: false };
    const refused = await create(key, { email: newEmail(), ...fields });
    expect([refused.status, refused.body.code]).toEqual([403, 'field_not_writable']);
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/is_superuser',
      '/is_trial',
    ]);
    expect((await create(key, { email: newEmail(), first_name: 'Ada' })).status).toBe(201);
  });

  test('under validate-only returns the user that would be, and creates none', async () => {
    const { key } = await administrator();
    const email = newEmail();
    const { status, headers, body } = await create(key, { email }, { prefer: 'validate-only' });
    expect([status, headers.get('preference-applied'), headers.get('location')]).toEqual([
      200,
      'validate-only',
      null,
    ]);
    expect([body.meta, body.data.email]).toEqual([{ validate_only: true }, email]);
    expect(await stack.query('select from users where email = $1', [email])).toEqual([]);
    expect(await inLog(body.data.id)).toBeUndefined();
    const taken = newEmail();
    await stack.user({ email: taken });
    const refused = await create(key, { email: taken }, { prefer: 'validate-only' });
    expect(refused.body.code).toBe('email_taken');
  });

  test('under return=minimal has no body', async () => {
    const { key } = await administrator();
    const { status, headers, text } = await create(
      key,
      { email: newEmail() },
      { prefer: 'return=minimal' },
    );
    expect([status, text, headers.get('etag')]).toEqual([204, '', '"1"']);
    expect(headers.get('location')).toMatch(/^\/api\/v1\/user\/[0-9a-f-]{36}$/);
  });
});

describe('a superuser who is being demoted', () => {
  test('cannot create another one meanwhile', async () => {
    const { id, key } = await administrator();
    const other = await stack.pool.connect();
    await other.query('begin');
    await other.query('update users set is_superuser = false where id = $1', [id]);
    const email = newEmail();
    const pending = create(key, { email, is_superuser: true });
    await expect
      .poll(() => stack.query("select from pg_stat_activity where wait_event_type = 'Lock'"))
      .not.toEqual([]);
    await other.query('commit');
    other.release();
    const { status, body } = await pending;
    expect([status, body.code]).toEqual([403, 'insufficient_scope']);
    expect(await stack.query('select from users where email = $1', [email])).toEqual([]);
  });
});

describe('a repeated POST of a user', () => {
  test('under the same Idempotency-Key gets the same user, and creates one', async () => {
    const { key } = await administrator();
    const email = newEmail();
    const send = () => create(key, { email }, { 'idempotency-key': email });
    const [first, second] = await Promise.all([send(), send()]);
    const third = await send();
    expect([first.status, second.status, third.status]).toEqual([201, 201, 201]);
    expect(second.body.data).toEqual(first.body.data);
    expect(third.body.data).toEqual(first.body.data);
    expect(third.headers.get('idempotency-replayed')).toBe('true');
    const dry = { 'idempotency-key': email, prefer: 'validate-only' };
    const checked = await create(key, { email }, dry);
    expect([checked.status, checked.body.data.id]).toEqual([200, first.body.data.id]);
    expect(checked.headers.get('idempotency-replayed')).toBe('true');
    const other = await create(key, { email: newEmail() }, { 'idempotency-key': email });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('under the same Idempotency-Key gets the same refusal, though the address is free now', async () => {
    const { key } = await administrator();
    const email = newEmail();
    const owner = await stack.user({ email });
    const send = () => create(key, { email }, { 'idempotency-key': email });
    expect((await send()).body.code).toBe('email_taken');
    await stack.query('update users set email = $2 where id = $1', [owner, newEmail()]);
    const { status, body, headers } = await send();
    expect([status, body.code]).toEqual([409, 'email_taken']);
    expect(headers.get('idempotency-replayed')).toBe('true');
  });

  test('whose response was lost gets its own user, not email_taken or user_exists', async () => {
    const { key } = await administrator();
    const email = newEmail();
    stack.database.faults.push('cutAfterCommit');
    const { status, body, headers } = await create(key, { email, id: randomUUID() });
    expect([status, body.data?.email, headers.get('etag')]).toEqual([201, email, '"1"']);
    expect(headers.get('idempotency-replayed')).toBeNull();
    expect(await stack.query('select from users where email = $1', [email])).toHaveLength(1);
  });

  test('that arrives late after a refusal does nothing', async () => {
    const { key } = await administrator();
    const email = newEmail();
    const owner = await stack.user({ email });
    stack.database.faults.push({ late: 1500 });
    const { status, body } = await create(key, { email });
    expect([status, body.code]).toEqual([409, 'email_taken']);
    await stack.query('update users set email = $2 where id = $1', [owner, newEmail()]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await stack.query('select from users where email = $1', [email])).toEqual([]);
  });
});
