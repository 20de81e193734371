import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack({ WEBHOOKS_LOOPBACK: 'on' });

test('the export has all that is stored of a user, and no secret', async () => {
  const id = await stack.user({ first_name: 'Ada' });
  const { key, keyId } = await stack.key(id, { role: 'profile' });
  const manager = await stack.key(id);
  await stack.call('PUT', `/user/${id}`, key, { phone: '1' });
  const made = await stack.call('POST', '/keys', manager.key, { name: 'shop', role: 'read_only' });
  const hook = await stack.call('POST', '/webhooks', manager.key, { url: 'http://127.0.0.1:9/' });
  const session = randomUUID();
  await stack.query('insert into identities (issuer, subject, user_id) values ($1, $2, $3)', [
    'https://id.example.com',
    'ada',
    id,
  ]);
  await stack.query(
    "insert into sessions (id, user_id, expires_at) values ($1, $2, now() + interval '1 hour')",
    [session, id],
  );
  const [user, { status, body, text }] = [
    await stack.call('GET', `/user/${id}`, key),
    await stack.call('GET', `/user/${id}/export`, key),
  ];
  expect(status).toBe(200);
  expect(body.data).toMatchObject({
    profile: user.body.data,
    version: 2,
    changes: [
      { version: 1, fields: { first_name: { before: null, after: 'Ada' } } },
      { version: 2, changed_by: key.slice(0, 9), fields: { phone: { before: null, after: '1' } } },
    ],
    keys: [{ id: keyId, name: 'test' }, { name: 'test' }, { id: made.body.data.id, name: 'shop' }],
    key_events: [{ key_id: made.body.data.id, action: 'created', actor: 'key' }],
    identities: [{ issuer: 'https://id.example.com', subject: 'ada' }],
    sessions: [{ expires_at: expect.stringMatching(/Z$/) }],
    webhooks: [{ id: hook.body.data.id, url: 'http://127.0.0.1:9/' }],
  });
  const hash = await stack.query<{ hash: string }>(
    "select encode(hash, 'hex') as hash from api_keys where owner_id = $1",
    [id],
  );
  const secrets = [
    hook.body.data.secret,
    key,
    manager.key,
    made.body.data.key,
    session,
    ...hash.map(({ hash }) => hash),
  ];
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test('the export has a webhook of all users only for keys that reach all users', async () => {
  const id = await stack.user({ is_superuser: true });
  const manager = await stack.key(id);
  const hook = await stack.call('POST', '/webhooks', manager.key, { url: 'http://127.0.0.1:9/' });
  expect(hook.body.data.all_users).toBe(true);
  const shown = async (key: string) =>
    (await stack.call('GET', `/user/${id}/export`, key)).body.data.webhooks;
  expect(await shown(manager.key)).toMatchObject([{ id: hook.body.data.id }]);
  expect(await shown((await stack.key(id, { role: 'read_only' })).key)).toEqual([]);
});

test('the export is for the own key with user:read, and for keys that reach all users', async () => {
  const id = await stack.user();
  const { key: writer } = await stack.key(id, { scopes: ['user:write'] });
  const { key: foreign } = await stack.key(await stack.user(), { role: 'full_access' });
  for (const key of [writer, foreign]) {
    const { status, body } = await stack.call('GET', `/user/${id}/export`, key);
    expect([status, body.code]).toEqual([403, 'insufficient_scope']);
  }
  const support = await stack.key(await stack.user({ is_superuser: true }), {
    scopes: ['user:read', 'users:all'],
  });
  expect((await stack.call('GET', `/user/${id}/export`, support.key)).status).toBe(200);
});

test('the export has the latest 10,000 changes of a longer log', async () => {
  const id = await stack.user();
  const { key } = await stack.key(id);
  await stack.query(
    `with written as (
      insert into user_changes (user_id, version, request_id, changed_at, changes)
      select $1, version, 'other', now(), '{}' from generate_series(2, 10002) as version
    ) update users set version = 10002 where id = $1`,
    [id],
  );
  const { body } = await stack.call('GET', `/user/${id}/export`, key);
  expect([body.data.changes.length, body.data.changes[0].version]).toEqual([10_000, 3]);
});

test('the export of a user whose change log was deleted has no changes', async () => {
  const id = await stack.user();
  const { key } = await stack.key(id);
  await stack.query('delete from user_changes where user_id = $1', [id]);
  const { status, body } = await stack.call('GET', `/user/${id}/export`, key);
  expect([status, body.data?.changes, body.data?.version]).toEqual([200, [], 1]);
});

test('the export of a new user has empty lists', async () => {
  const { key } = await stack.key(await stack.user({ is_superuser: true }));
  const id = await stack.user();
  const { body } = await stack.call('GET', `/user/${id}/export`, key);
  expect(body.data).toMatchObject({
    keys: [],
    key_events: [],
    identities: [],
    sessions: [],
    webhooks: [],
  });
  expect(body.data.changes).toHaveLength(1);
});
