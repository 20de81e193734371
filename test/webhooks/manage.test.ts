import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../src/permissions.ts';
import { Receiver } from '../support/receiver.ts';
import { Resolver } from '../support/resolver.ts';
import { useStack } from '../support/stack.ts';
import { World } from './world.ts';

const receiver = await new Receiver().listen();
const resolver = await new Resolver().listen();
resolver.names.set('hooks.example.com', [
  '93.184.215.14',
  '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
]);
const stack = useStack({ WEBHOOKS_LOOPBACK: 'on', DNS_RESOLVER: resolver.url });
afterAll(() => Promise.all([receiver.close(), resolver.close()]));

const url = 'https://hooks.example.com/profiles';

/** A key of a new user, who has nothing yet. */
async function newKey(owner: object = {}, scopes: Scope[] = ['webhooks:write']) {
  const userId = await stack.user({ ...owner });
  return { userId, ...(await stack.key(userId, { scopes })) };
}

const create = (key: string, body: object = { url }) => stack.call('POST', '/webhooks', key, body);

test('a webhook is created active, at the latest change, and its secret is shown this once', async () => {
  const { key } = await newKey();
  await new World(stack).untilSeen();
  const body = { url, description: 'CRM', types: ['user.updated'], fields: ['email', 'email'] };
  const { status, body: created } = await create(key, body);
  expect(status).toBe(201);
  const { secret, ...webhook } = created.data;
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(webhook).toMatchObject({
    url,
    description: 'CRM',
    types: ['user.updated'],
    fields: ['email'],
    all_users: false,
    state: 'active',
    paused_reason: null,
    blocked_by: null,
    previous_secret_ends_at: null,
  });
  const feed = await stack.call(
    'GET',
    `/changes?after=${webhook.cursor}`,
    (await stack.key(await stack.user({ is_superuser: true }))).key,
  );
  expect(
    feed.body.data.every((change: { timestamp: string }) => change.timestamp > webhook.created_at),
  ).toBe(true);
  const shown = await stack.call('GET', `/webhooks/${webhook.id}`, key);
  expect(shown.body.data).toEqual(webhook);
  const list = await stack.call('GET', '/webhooks', key);
  expect(list.body.data).toEqual([webhook]);
  for (const { text } of [shown, list]) expect(text).not.toContain('whsec_');
  expect(stack.logs.join()).not.toContain('whsec_');
});

test('a user has at most 10 webhooks', async () => {
  const { key } = await newKey();
  for (let i = 0; i < 10; i++) expect((await create(key)).status).toBe(201);
  const { status, body } = await create(key);
  expect([status, body.code, body.detail]).toEqual([
    409,
    'too_many_webhooks',
    'Delete a webhook first; you have 10.',
  ]);
});

test('of many that are created at the same time, 10 are', async () => {
  const { key } = await newKey();
  const responses = await Promise.all(Array.from({ length: 14 }, () => create(key)));
  expect(responses.filter(({ status }) => status === 201)).toHaveLength(10);
});

test('a lost response of the database creates one webhook', async () => {
  const { key } = await newKey();
  stack.database.faults.push('cutAfterCommit');
  const { status, body } = await create(key);
  expect(status).toBe(201);
  const list = await stack.call('GET', '/webhooks', key);
  expect(list.body.data.map(({ id }: { id: string }) => id)).toEqual([body.data.id]);
});

describe('an update', () => {
  test('changes what the body has, and nothing else', async () => {
    const { key } = await newKey();
    const { body } = await create(key, { url, fields: ['email'] });
    const { secret: _, ...before } = body.data;
    const changed = await stack.call('PATCH', `/webhooks/${before.id}`, key, {
      description: 'new',
      types: ['user.erased'],
      fields: null,
    });
    expect(changed.body.data).toEqual({
      ...before,
      description: 'new',
      types: ['user.erased'],
      fields: null,
      updated_at: changed.body.data.updated_at,
    });
    expect(Date.parse(changed.body.data.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
  });

  test('pauses and resumes', async () => {
    const { key } = await newKey();
    const { id } = (await create(key)).body.data;
    const set = async (state: string) =>
      (await stack.call('PATCH', `/webhooks/${id}`, key, { state })).body.data;
    expect(await set('paused')).toMatchObject({ state: 'paused', paused_reason: 'requested' });
    expect(await set('active')).toMatchObject({ state: 'active', paused_reason: null });
  });

  test.each([
    [{ url: 7 }, '/url', 'invalid_type'],
    [{ url: null }, '/url', 'not_nullable'],
    [{ description: 'x'.repeat(1001) }, '/description', 'too_long'],
    [{ types: [] }, '/types', 'required'],
    [{ types: ['user.deleted'] }, '/types/0', 'unknown_value'],
    [{ fields: ['id'] }, '/fields/0', 'unknown_value'],
    [{ fields: 'email' }, '/fields', 'invalid_type'],
    [{ state: 'stopped' }, '/state', 'unknown_value'],
    [{ all_users: true }, '/all_users', 'unknown_field'],
    [{ secret: 'whsec_' }, '/secret', 'unknown_field'],
  ])('%j is refused', async (values, pointer, code) => {
    const { key } = await newKey();
    const { id } = (await create(key)).body.data;
    const { status, body } = await stack.call('PATCH', `/webhooks/${id}`, key, values);
    expect([status, body.code]).toEqual([422, 'validation_failed']);
    expect(body.errors).toEqual([expect.objectContaining({ pointer, code })]);
  });
});

test('a deleted webhook is gone, and again is not found', async () => {
  const { key } = await newKey();
  const { id } = (await create(key)).body.data;
  expect((await stack.call('DELETE', `/webhooks/${id}`, key)).status).toBe(204);
  for (const method of ['GET', 'DELETE'])
    expect((await stack.call(method, `/webhooks/${id}`, key)).body.code).toBe('webhook_not_found');
});

describe('a rotation', () => {
  test('shows a new secret, and the old one signs for a day', async () => {
    const { key } = await newKey();
    const { id, secret } = (await create(key)).body.data;
    const { status, body } = await stack.call('POST', `/webhooks/${id}/rotate`, key, {});
    expect(status).toBe(201);
    expect(body.data.secret).toMatch(/^whsec_/);
    expect(body.data.secret).not.toBe(secret);
    const hours = (Date.parse(body.data.previous_secret_ends_at) - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(24, 1);
  });

  test('with a grace of 0 ends the old one at once', async () => {
    const { key } = await newKey();
    const { id } = (await create(key)).body.data;
    const { body } = await stack.call('POST', `/webhooks/${id}/rotate`, key, { grace: 0 });
    expect(body.data.previous_secret_ends_at).toBeNull();
  });
});

describe('webhooks belong to the owner of the key:', () => {
  const all: Scope[] = ['webhooks:write', 'users:all'];

  test('another user cannot see or change them', async () => {
    const [one, other] = [await newKey(), await newKey({ is_superuser: true }, all)];
    const { id } = (await create(one.key)).body.data;
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { state: 'paused' }],
      ['DELETE', '', undefined],
      ['POST', '/rotate', {}],
      ['POST', '/test', undefined],
      ['GET', '/deliveries', undefined],
      ['GET', '/skipped', undefined],
      ['POST', '/replay', { skip: randomUUID() }],
    ] as const) {
      const response = await stack.call(method, `/webhooks/${id}${path}`, other.key, body);
      expect([method, path, response.body?.code]).toEqual([method, path, 'webhook_not_found']);
    }
    expect((await stack.call('GET', '/webhooks', other.key)).body.data).toEqual([]);
  });

  test('a key with users:all of a superuser creates one that gets the changes of all users', async () => {
    const { key } = await newKey({ is_superuser: true }, all);
    expect((await create(key)).body.data.all_users).toBe(true);
  });

  test('the same key of an ordinary user does not', async () => {
    const { key } = await newKey({}, all);
    expect((await create(key)).body.data.all_users).toBe(false);
  });

  test('one that gets the changes of all users is hidden from keys of its owner without users:all', async () => {
    const { key, userId } = await newKey({ is_superuser: true }, all);
    const { id } = (await create(key)).body.data;
    const { key: lesser } = await stack.key(userId, { scopes: ['webhooks:write'] });
    expect((await stack.call('GET', '/webhooks', lesser)).body.data).toEqual([]);
    const redirected = await stack.call('PATCH', `/webhooks/${id}`, lesser, { url });
    expect(redirected.body.code).toBe('webhook_not_found');
    await stack.query('update users set is_superuser = false where id = $1', [userId]);
    expect((await stack.call('GET', `/webhooks/${id}`, key)).body.code).toBe('webhook_not_found');
  });

  test('they are erased with their owner', async () => {
    const { key, userId } = await newKey();
    await create(key);
    const { key: manager } = await newKey({ is_superuser: true }, ['users:manage']);
    expect((await stack.call('DELETE', `/user/${userId}`, manager)).status).toBe(204);
    expect(await stack.query('select from webhooks where owner_id = $1', [userId])).toEqual([]);
  });
});

describe('a replay', () => {
  test('moves the cursor back to one that the webhook had', async () => {
    const { key, userId } = await newKey({}, ['webhooks:write', 'user:write']);
    const { id, cursor } = (await create(key, { url: receiver.url })).body.data;
    await stack.call('PATCH', `/webhooks/${id}`, key, { state: 'paused' });
    await stack.put(userId, key, { first_name: 'Ada' });
    const { body } = await stack.call('POST', `/webhooks/${id}/replay`, key, { after: cursor });
    expect(body.data).toMatchObject({ cursor, state: 'paused' });
  });

  test('since a time goes to before the first change after it', async () => {
    const { key, userId } = await newKey({}, ['webhooks:write', 'user:write', 'user:read']);
    const { id } = (await create(key)).body.data;
    await stack.call('PATCH', `/webhooks/${id}`, key, { state: 'paused' });
    const { body } = await stack.call('POST', `/webhooks/${id}/replay`, key, {
      since: new Date().toISOString(),
    });
    const read = async () => {
      const feed = await stack.call('GET', `/changes?after=${body.data.cursor}`, key);
      return feed.body.data.map(({ data }: { data: object }) => data);
    };
    // A transaction of another test may hold the change back.
    await expect.poll(read).toEqual([expect.objectContaining({ user_id: userId, version: 1 })]);
  });

  test.each([
    [{}, ''],
    [{ since: '2026-01-01T00:00:00Z', skip: randomUUID() }, ''],
    [{ after: 'latest' }, '/after'],
    [{ since: 'yesterday' }, '/since'],
    [{ skip: true }, '/skip'],
  ])('%j is refused', async (values, pointer) => {
    const { key } = await newKey();
    const { id } = (await create(key)).body.data;
    const { body } = await stack.call('POST', `/webhooks/${id}/replay`, key, values);
    expect([body.code, body.errors[0].pointer]).toEqual(['validation_failed', pointer]);
  });

  test('to a cursor that has expired is refused', async () => {
    const { key } = await newKey();
    const { id, cursor } = (await create(key)).body.data;
    await stack.query('insert into feed (epoch) values (2)');
    const { status, body } = await stack.call('POST', `/webhooks/${id}/replay`, key, {
      after: cursor,
    });
    await stack.query('delete from feed');
    expect([status, body.code]).toEqual([410, 'cursor_expired']);
  });
});
