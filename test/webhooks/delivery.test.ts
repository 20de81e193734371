import { setTimeout } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Delivery, Receiver } from '../support/receiver.ts';
import { useStack } from '../support/stack.ts';
import { World } from './world.ts';

const receiver = await new Receiver().listen();
const other = await new Receiver().listen();
const stack = useStack({ WEBHOOKS_LOOPBACK: 'on' });
// The feed waits for transactions of all databases of the server, those of other tests too.
vi.setConfig({ testTimeout: 120_000 });
const soon = <T>(get: () => T) => expect.poll(get, { timeout: 45_000 });
const world = new World(stack);
afterAll(() => Promise.all([receiver.close(), other.close()]));

beforeEach(async () => {
  await stack.query('delete from webhooks');
  for (const each of [receiver, other]) {
    each.deliveries.splice(0);
    each.responses.splice(0);
    each.script = () => 204;
  }
});

const verify = ({ body, headers }: Delivery, secret: string) =>
  new Webhook(secret).verify(body, headers);

const arrived = (count: number, at = receiver) =>
  soon(() => at.deliveries.length).toBeGreaterThanOrEqual(count);

describe('a change', () => {
  test('arrives within seconds, signed as Standard Webhooks has it, as the feed shows it', async () => {
    const { id, key } = await world.owner();
    const { secret, cursor } = await world.webhook(key, receiver);
    await stack.put(id, key, { first_name: 'Ada' }, { 'x-request-id': 'checkout-1' });
    await arrived(1);
    const [delivery] = receiver.deliveries as [Delivery];
    expect(verify(delivery, secret)).toEqual(delivery.event);
    expect(delivery.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'edge-profile-webhooks/1',
      'webhook-id': delivery.event.id,
    });
    expect(delivery.event).toMatchObject({
      type: 'user.updated',
      data: {
        user_id: id,
        version: 2,
        changed_by: key.slice(0, 9),
        request_id: 'checkout-1',
        reverts: null,
        fields: { first_name: { before: null, after: 'Ada' } },
      },
    });
    const feed = await stack.call('GET', `/changes?after=${cursor}`, key);
    expect(feed.body.data).toEqual([delivery.event]);
  });

  test('is sent once, in the order of versions', async () => {
    const { id, key } = await world.owner();
    await world.webhook(key, receiver);
    for (let n = 2; n <= 30; n++) await stack.put(id, key, { first_name: `n${n}` });
    await arrived(29);
    await Promise.all([world.sweep(), world.sweep()]);
    expect(receiver.versions(id)).toEqual(Array.from({ length: 29 }, (_, n) => n + 2));
  });

  test('of a creation, a revert and an erasure has its type', async () => {
    const { key } = await world.superuser();
    await world.webhook(key, receiver);
    const email = `${crypto.randomUUID()}@example.com`;
    const { body } = await stack.call('POST', '/user', key, { email });
    await stack.call('PATCH', `/user/${body.data.id}`, key, { phone: '1' });
    await stack.call('POST', `/user/${body.data.id}/revert`, key, { version: 1 });
    await arrived(3);
    await stack.call('DELETE', `/user/${body.data.id}`, key);
    await arrived(4);
    expect(receiver.deliveries.map(({ event }) => [event.type, event.data.reverts])).toEqual([
      ['user.created', null],
      ['user.updated', null],
      ['user.updated', { version: 1 }],
      ['user.erased', null],
    ]);
    expect(receiver.deliveries[3]?.event.data).toMatchObject({
      user_id: body.data.id,
      version: 4,
      fields: {},
    });
  });

  test('that does not happen wakes nobody', async () => {
    const { id, key } = await world.owner();
    const { id: webhook } = await world.webhook(key, receiver);
    const lastRead = () =>
      stack.query('select next_attempt_at from webhooks where id = $1', [webhook]);
    await setTimeout(1_500); // Who was woken before has read.
    const before = await lastRead();
    await stack.put(id, key, {});
    await stack.put(id, key, { first_name: 'Ada' }, { prefer: 'validate-only' });
    await stack.put(id, key, { first_name: 'Ada' }, { 'if-match': '"9"' });
    await setTimeout(1_500);
    expect(await lastRead()).toEqual(before);
    await stack.put(id, key, { first_name: 'Ada' });
    await soon(lastRead).not.toEqual(before);
  });

  test('made in SQL is delivered by the cron trigger', async () => {
    const { key } = await world.superuser();
    await world.webhook(key, receiver);
    const id = await stack.user();
    expect(receiver.deliveries).toEqual([]);
    expect(await world.sweep()).toBe('ok');
    expect(receiver.versions(id)).toEqual([1]);
  });
});

describe('a webhook gets', () => {
  test('the changes of its owner alone, unless it was created with users:all', async () => {
    const [owner, boss] = [await world.owner(), await world.superuser()];
    await world.webhook(owner.key, receiver);
    await world.webhook(boss.key, other);
    await stack.put(boss.id, boss.key, { first_name: 'A' });
    await stack.put(owner.id, owner.key, { first_name: 'A' });
    await arrived(2, other);
    await arrived(1);
    expect(receiver.deliveries.map(({ event }) => event.data.user_id)).toEqual([owner.id]);
    expect(other.deliveries.map(({ event }) => event.data.user_id).sort()).toEqual(
      [boss.id, owner.id].sort(),
    );
  });

  test('only the types and fields that it names', async () => {
    const { key } = await world.superuser();
    await world.webhook(key, receiver, { types: ['user.updated'], fields: ['phone'] });
    await world.webhook(key, other, { types: ['user.erased'] });
    const id = await stack.user();
    for (const body of [{ first_name: 'A' }, { phone: '1', first_name: 'B' }, { state: 'C' }])
      await stack.put(id, key, body);
    await stack.call('DELETE', `/user/${id}`, key);
    await arrived(1, other);
    await world.sweep();
    // The log is erased, so the first gets only what was sent before.
    expect(receiver.deliveries.every(({ event }) => event.data.version === 3)).toBe(true);
    expect(other.deliveries.map(({ event }) => event.type)).toEqual(['user.erased']);
  });

  test('two signatures after a rotation, and one when the old secret has ended', async () => {
    const { id, key } = await world.owner();
    const { id: webhook, secret: old } = await world.webhook(key, receiver);
    const { body } = await stack.call('POST', `/webhooks/${webhook}/rotate`, key, {});
    const { secret } = body.data;
    await stack.put(id, key, { first_name: 'A' });
    await arrived(1);
    const [first] = receiver.deliveries as [Delivery];
    for (const each of [old, secret]) expect(verify(first, each)).toEqual(first.event);
    await stack.query('update webhooks set previous_secret_ends_at = now()');
    await stack.put(id, key, { first_name: 'B' });
    await arrived(2);
    const [, second] = receiver.deliveries as [Delivery, Delivery];
    expect(verify(second, secret)).toEqual(second.event);
    expect(() => verify(second, old)).toThrow();
  });
});

describe('an event that fails', () => {
  test.each([
    [500, 500, 'Status 500.'],
    [404, 404, 'Status 404.'],
    [
      { status: 302, headers: { location: other.url } },
      302,
      'Status 302; redirects are not followed.',
    ],
    ['cut', null, 'Connection failed.'],
  ] as const)(
    'with %j blocks the next ones, and is sent again',
    async (response, status, error) => {
      const { id, key } = await world.owner();
      const { id: webhook } = await world.webhook(key, receiver);
      receiver.script = () => response;
      await stack.put(id, key, { first_name: 'A' });
      await stack.put(id, key, { first_name: 'B' });
      await arrived(1);
      await soon(async () => (await world.show(key, webhook)).blocked_by).toMatchObject({
        id: receiver.deliveries[0]?.event.id,
        type: 'user.updated',
        user_id: id,
        version: 2,
        attempts: 1,
      });
      receiver.script = () => ({ status: 200, body: 'thanks' });
      await world.wait(webhook, '5 seconds');
      await world.sweep();
      expect(receiver.versions(id)).toEqual([2, 2, 3]);
      expect(await world.show(key, webhook)).toMatchObject({ blocked_by: null, state: 'active' });
      expect(await world.deliveries(key, webhook)).toMatchObject([
        { version: 3, attempt: 1, status: 200, error: null, response: 'thanks', skipped_at: null },
        { version: 2, attempt: 2, status: 200, error: null },
        { version: 2, attempt: 1, status, error },
      ]);
      expect(other.deliveries).toEqual([]);
    },
  );

  test('is sent again by itself, after 5 seconds', async () => {
    const { id, key } = await world.owner();
    await world.webhook(key, receiver);
    receiver.responses.push(503);
    await stack.put(id, key, { first_name: 'A' });
    await soon(() => receiver.deliveries.length).toBe(2);
    const [first, second] = receiver.deliveries as [Delivery, Delivery];
    expect(second.at - first.at).toBeGreaterThan(4_000);
    expect(second.event).toEqual(first.event);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
  });

  test('waits longer after each attempt: 5 s, 30 s, 2 min, 10 min, 30 min, then an hour', async () => {
    const { id, key } = await world.owner();
    const { id: webhook } = await world.webhook(key, receiver);
    receiver.script = () => 500;
    await stack.put(id, key, { first_name: 'A' });
    await arrived(1);
    const waits: number[] = [];
    for (let attempts = 1; attempts <= 7; attempts++) {
      await soon(async () => (await world.show(key, webhook)).blocked_by?.attempts).toBe(attempts);
      const [row] = await stack.query<{ wait: number }>(
        'select extract(epoch from next_attempt_at - now())::float as wait from webhooks',
      );
      waits.push(Math.round(row?.wait ?? 0));
      await stack.query(`update webhooks set next_attempt_at = now()`);
      await world.sweep();
    }
    const expected = [5, 30, 120, 600, 1800, 3600, 3600];
    for (const [at, wait] of waits.entries())
      expect(Math.abs(wait - (expected[at] ?? 0))).toBeLessThanOrEqual(2);
  });

  test('for 6 hours is skipped, and those after it arrive', async () => {
    const { id, key } = await world.owner();
    const { id: webhook } = await world.webhook(key, receiver);
    receiver.script = ({ event }) => (event.data.version === 2 ? 500 : 204);
    await stack.put(id, key, { first_name: 'A' });
    await stack.put(id, key, { first_name: 'B' });
    await soon(async () => (await world.show(key, webhook)).blocked_by).not.toBeNull();
    await world.wait(webhook, '6 hours');
    await world.sweep();
    expect(receiver.versions(id)).toEqual([2, 2, 3]);
    const { body } = await stack.call('GET', `/webhooks/${webhook}/skipped`, key);
    expect(body.data).toEqual([
      expect.objectContaining({
        id: receiver.deliveries[0]?.event.id,
        version: 2,
        attempt: 2,
        status: 500,
        skipped_at: expect.any(String),
      }),
    ]);
    expect(await world.show(key, webhook)).toMatchObject({ state: 'active', blocked_by: null });
  });

  test('can be skipped at once, and only the one that blocks', async () => {
    const { id, key } = await world.owner();
    const { id: webhook } = await world.webhook(key, receiver);
    receiver.script = ({ event }) => (event.data.version === 2 ? 500 : 204);
    await stack.put(id, key, { first_name: 'A' });
    await stack.put(id, key, { first_name: 'B' });
    await soon(async () => (await world.show(key, webhook)).blocked_by).not.toBeNull();
    const skip = (event: string) =>
      stack.call('POST', `/webhooks/${webhook}/replay`, key, { skip: event });
    expect((await skip(crypto.randomUUID())).body.data.blocked_by).not.toBeNull();
    const blocking = receiver.deliveries[0]?.event.id;
    expect((await skip(blocking)).body.data.blocked_by).toBeNull();
    await soon(() => receiver.versions(id)).toEqual([2, 3]);
    expect((await skip(blocking)).status).toBe(200);
    const { body } = await stack.call('GET', `/webhooks/${webhook}/skipped`, key);
    expect(body.data).toMatchObject([{ id: blocking, version: 2 }]);
  });

  test('for 3 days pauses the webhook; resumed, it sends what was missed', async () => {
    const { id, key } = await world.owner();
    const { id: webhook } = await world.webhook(key, receiver);
    receiver.script = () => 500;
    await stack.put(id, key, { first_name: 'A' });
    await soon(async () => (await world.show(key, webhook)).blocked_by).not.toBeNull();
    await world.wait(webhook, '3 days');
    await world.sweep();
    expect(await world.show(key, webhook)).toMatchObject({
      state: 'paused',
      paused_reason: 'failing',
      blocked_by: { version: 2, attempts: 2 },
    });
    receiver.script = () => 204;
    await stack.put(id, key, { first_name: 'B' });
    await world.sweep();
    expect(receiver.versions(id)).toEqual([2, 2]);
    await stack.call('PATCH', `/webhooks/${webhook}`, key, { state: 'active' });
    await soon(() => receiver.versions(id)).toEqual([2, 2, 2, 3]);
  });

  test('with 410 pauses the webhook at once', async () => {
    const { id, key } = await world.owner();
    const { id: webhook } = await world.webhook(key, receiver);
    receiver.script = () => 410;
    await stack.put(id, key, { first_name: 'A' });
    await soon(() => world.show(key, webhook)).toMatchObject({
      state: 'paused',
      paused_reason: 'gone',
    });
  });

  test('does not hold up other webhooks', async () => {
    const { id, key } = await world.owner();
    await world.webhook(key, receiver);
    await world.webhook(key, other);
    receiver.script = () => 'hang';
    await stack.put(id, key, { first_name: 'A' });
    await arrived(1, other);
    const errors = () => stack.query('select error from webhook_attempts where error is not null');
    expect(await errors()).toEqual([]);
    await soon(errors).toEqual([{ error: 'No response within 10 seconds.' }]);
  });
});

describe('a response', () => {
  const attempt = async (response: Receiver['responses'][number]) => {
    const { key } = await world.owner();
    const { id } = await world.webhook(key, receiver);
    receiver.responses.push(response);
    return (await stack.call('POST', `/webhooks/${id}/test`, key)).body.data;
  };

  test('of 2xx counts, even if its body never ends', async () => {
    expect(await attempt('hangAfterHeaders')).toMatchObject({
      status: 200,
      error: null,
      response: 'and then',
    });
  });

  test('is kept up to 1 KiB, and read up to 64 KiB', async () => {
    const { response } = await attempt({ status: 200, body: 'é'.repeat(5_000_000) });
    expect(response).toBe('é'.repeat(512));
  });

  test('that is no text is kept as far as it is', async () => {
    const { response } = await attempt({
      status: 200,
      body: Buffer.from([0x41, 0, 0xff, 0x1b, 0x42]),
    });
    expect(response).toBe('A\ufffd\ufffd\ufffdB');
  });

  test('that is no text is stored with the delivery', async () => {
    const { id, key } = await world.owner();
    const { id: webhook } = await world.webhook(key, receiver);
    receiver.script = () => ({
      status: 200,
      body: Buffer.from([0, 1, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
    });
    await stack.put(id, key, { first_name: 'A' });
    await soon(() => world.deliveries(key, webhook)).toMatchObject([{ status: 200 }]);
  });
});

describe('an erasure', () => {
  test('leaves nothing to deliver but the erasure, and nothing in the list of deliveries', async () => {
    const { key } = await world.superuser();
    const { id: webhook } = await world.webhook(key, receiver);
    const id = await stack.user();
    await stack.put(id, key, { first_name: 'Secret' });
    await arrived(2);
    await soon(() => world.deliveries(key, webhook)).toHaveLength(2);
    await stack.call('PATCH', `/webhooks/${webhook}`, key, { state: 'paused' });
    await stack.put(id, key, { first_name: 'Secret 2' });
    await stack.call('DELETE', `/user/${id}`, key);
    expect(await world.deliveries(key, webhook)).toEqual([]);
    await stack.call('PATCH', `/webhooks/${webhook}`, key, { state: 'active' });
    await arrived(3);
    await world.sweep();
    expect(receiver.deliveries.map(({ event }) => event.type)).toEqual([
      'user.created',
      'user.updated',
      'user.erased',
    ]);
  });

  test('while an event is sent leaves no delivery of the user', async () => {
    const { key } = await world.superuser();
    const { id: webhook } = await world.webhook(key, receiver);
    receiver.responses.push({ status: 200, body: 'Hello, Ada', delay: 2_000 });
    const id = await stack.user();
    const swept = world.sweep();
    await arrived(1);
    expect((await stack.call('DELETE', `/user/${id}`, key)).status).toBe(204);
    await swept;
    await arrived(2);
    await soon(() => world.deliveries(key, webhook)).toMatchObject([
      { type: 'user.erased', user_id: id },
    ]);
  });
});

describe('the owner', () => {
  test.each([
    ['is_active = false', 'owner_inactive'],
    ['is_superuser = false', 'owner_not_superuser'],
  ])('with %s gets nothing more', async (change, reason) => {
    const { id, key } = await world.superuser();
    const { id: webhook } = await world.webhook(key, receiver);
    await stack.query(`update users set ${change} where id = $1`, [id]);
    await stack.user();
    await world.sweep();
    expect(receiver.deliveries).toEqual([]);
    expect(
      await stack.query('select state, paused_reason from webhooks where id = $1', [webhook]),
    ).toEqual([{ state: 'paused', paused_reason: reason }]);
  });
});

describe('a replay', () => {
  test('from a cursor sends again what came after it', async () => {
    const { id, key } = await world.owner();
    const { id: webhook, cursor } = await world.webhook(key, receiver);
    for (const first_name of ['A', 'B']) await stack.put(id, key, { first_name });
    await soon(() => receiver.versions(id)).toEqual([2, 3]);
    await stack.call('POST', `/webhooks/${webhook}/replay`, key, { after: cursor });
    await soon(() => receiver.versions(id)).toEqual([2, 3, 2, 3]);
    const ids = receiver.deliveries.map(({ headers }) => headers['webhook-id']);
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
  });

  test('while a page is sent is not undone by it', async () => {
    const { id, key } = await world.owner();
    const { id: webhook, cursor } = await world.webhook(key, receiver);
    receiver.responses.push({ delay: 2_000 });
    await stack.put(id, key, { first_name: 'A' });
    await arrived(1);
    await stack.call('POST', `/webhooks/${webhook}/replay`, key, { after: cursor });
    await soon(() => receiver.versions(id)).toEqual([2, 2]);
  });
});

describe('a run that dies', () => {
  test('is followed by another when its lease has ended, which sends the page again', async () => {
    const { id, key } = await world.owner();
    const { id: webhook } = await world.webhook(key, receiver);
    // As if the Worker had ended after the POST.
    stack.database.script = () =>
      stack.database.statement.query.includes('advance_webhook')
        ? { status: 402, body: '{}' }
        : undefined;
    await stack.put(id, key, { first_name: 'A' });
    await arrived(1);
    await soon(() => stack.errors.join()).toContain('"fault":"HTTP status 402"');
    stack.database.script = () => undefined;
    await world.sweep();
    expect(receiver.versions(id)).toEqual([2]);
    await world.wait(webhook, '45 seconds');
    await world.sweep();
    expect(receiver.versions(id)).toEqual([2, 2]);
    expect(await world.deliveries(key, webhook)).toMatchObject([{ version: 2, attempt: 1 }]);
  });

  test('or whose response from the database is lost, records an attempt once', async () => {
    const { id, key } = await world.owner();
    const { id: webhook } = await world.webhook(key, receiver);
    let cut = 0;
    stack.database.script = () =>
      /(advance|lease)_webhook/.test(stack.database.statement.query) && cut++ % 2 === 0
        ? 'cutAfterCommit'
        : undefined;
    receiver.responses.push(204, 500);
    await stack.put(id, key, { first_name: 'A' });
    await stack.put(id, key, { first_name: 'B' });
    await soon(async () => (await world.show(key, webhook)).blocked_by).toMatchObject({
      version: 3,
      attempts: 1,
    });
    stack.database.script = () => undefined;
    expect(await world.deliveries(key, webhook)).toMatchObject([
      { version: 3, attempt: 1 },
      { version: 2, attempt: 1 },
    ]);
    expect(receiver.versions(id)).toEqual([2, 3]);
  });
});

describe('the feed', () => {
  test('that waits for an older transaction is delivered after it, without another change', async () => {
    const { id, key } = await world.owner();
    await world.webhook(key, receiver);
    const writer = await stack.pool.connect();
    await writer.query('begin');
    await writer.query('select pg_current_xact_id()');
    await stack.put(id, key, { first_name: 'A' });
    await setTimeout(2_500);
    expect(receiver.deliveries).toEqual([]);
    await writer.query('commit');
    writer.release();
    await arrived(1);
  });

  test('is measured by the cron trigger: a lag of more than a minute is an error', async () => {
    const lagLine = () =>
      JSON.parse(stack.logs.findLast((line) => line.includes('"feed"')) ?? '{}');
    const sweep = () => world.sweep().then(lagLine);
    await soon(sweep).toEqual({ message: 'feed', lag_seconds: 0 });
    const id = await stack.user();
    const writer = await stack.pool.connect();
    await writer.query('begin');
    await writer.query('select pg_current_xact_id()');
    await stack.query(
      `update user_changes set changed_at = now() - interval '2 minutes',
      position = pg_current_xact_id() where user_id = $1`,
      [id],
    );
    await world.sweep();
    await soon(() => stack.errors.join()).toContain('"feed"');
    await soon(lagLine).toMatchObject({ lag_seconds: expect.closeTo(120, 0) });
    await writer.query('rollback');
    writer.release();
  });
});

test('the list has the latest 100 deliveries', async () => {
  const { id, key } = await world.owner();
  const { id: webhook } = await world.webhook(key, receiver);
  await stack.call('PATCH', `/webhooks/${webhook}`, key, { state: 'paused' });
  for (let n = 2; n <= 125; n++) await stack.put(id, key, { first_name: `n${n}` });
  await stack.call('PATCH', `/webhooks/${webhook}`, key, { state: 'active' });
  await arrived(124);
  await soon(async () => (await world.deliveries(key, webhook))[0].version).toBe(125);
  const list = await world.deliveries(key, webhook);
  expect(list.map(({ version }: { version: number }) => version)).toEqual(
    Array.from({ length: 100 }, (_, n) => 125 - n),
  );
  expect(await stack.query('select from webhook_attempts')).toHaveLength(100);
});
