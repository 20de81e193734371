import { afterAll, describe, expect, test } from 'vitest';
import { ProfileClient, verifyWebhook } from '../../client/src/index.ts';
import { type Delivery, Receiver } from '../support/receiver.ts';
import { useStack } from '../support/stack.ts';
import { World } from '../webhooks/world.ts';
import { failureOf, problem, scripted } from './scripted.ts';

const receiver = await new Receiver().listen();
const stack = useStack({ WEBHOOKS_LOOPBACK: 'on' });
afterAll(() => receiver.close());

async function owner() {
  const id = await stack.user();
  const { key } = await stack.key(id);
  return { id, client: new ProfileClient({ baseUrl: stack.origin, key }) };
}

/** The request that arrived, as a receiver with Fetch has it. */
const received = ({ headers, body }: Delivery) =>
  new Request(receiver.url, {
    method: 'POST',
    headers: Object.entries(headers).filter(([name]) => name.startsWith('webhook-')),
    body,
  });

test('a webhook is created, listed, changed, tested, rotated and deleted', async () => {
  const { webhooks } = (await owner()).client;
  const created = await webhooks.create({ url: receiver.url, types: ['user.updated'] });
  expect(created).toMatchObject({ types: ['user.updated'], state: 'active' });
  const { secret, ...shown } = created;
  expect(await webhooks.list()).toEqual([shown]);
  const paused = await webhooks.update(created.id, { description: 'CRM', state: 'paused' });
  expect(paused).toMatchObject({ description: 'CRM', paused_reason: 'requested' });
  expect(await webhooks.get(created.id)).toEqual(paused);

  const rotated = await webhooks.rotate(created.id, { grace: 60 });
  expect(rotated.previous_secret_ends_at).not.toBeNull();
  const attempt = await webhooks.test(created.id);
  expect(attempt).toMatchObject({ type: 'webhook.test', status: 204, error: null });
  const arrived = receiver.deliveries.at(-1) as Delivery;
  for (const known of [secret, rotated.secret])
    expect(await verifyWebhook(received(arrived), known)).toMatchObject({
      id: attempt.id,
      event: { id: attempt.id, type: 'webhook.test', data: { webhook_id: created.id } },
    });

  expect(await webhooks.skipped(created.id)).toEqual([]);
  await webhooks.delete(created.id);
  expect(await failureOf(webhooks.get(created.id))).toMatchObject({
    operation: 'getWebhook',
    code: 'webhook_not_found',
  });
});

/** The feed waits for transactions of all databases of the server, those of other tests too. */
const soon = <T>(get: () => T) => expect.poll(get, { timeout: 45_000 });
const world = new World(stack);

test('a change is delivered, listed and replayed, and verifies as what the feed has', async () => {
  const { id, client } = await owner();
  await world.untilSeen();
  const { id: webhook, secret, cursor } = await client.webhooks.create({ url: receiver.url });
  const arrivals = () => receiver.deliveries.filter(({ event }) => event.data.user_id === id);
  await client.setUser(id, { first_name: 'Ada' });
  await soon(() => arrivals().length).toBe(1);
  const { event } = await verifyWebhook(received(arrivals()[0] as Delivery), secret);
  const feed = [];
  for await (const change of client.changes({ after: cursor })) feed.push(change);
  expect(feed).toEqual([event]);
  await soon(() => client.webhooks.deliveries(webhook)).toHaveLength(1);
  const [delivery] = await client.webhooks.deliveries(webhook);
  expect(delivery).toMatchObject({
    id: event.id,
    user_id: id,
    version: 2,
    attempt: 1,
    status: 204,
  });

  expect((await client.webhooks.replay(webhook, { after: cursor })).cursor).toBe(cursor);
  await stack.scheduled('*/5 * * * *');
  await soon(() => arrivals().length).toBe(2);
  const again = await verifyWebhook(received(arrivals()[1] as Delivery), secret);
  expect(again).toEqual({ id: event.id, event });
}, 120_000);

describe('a call whose response is lost', () => {
  test.each([
    ['create', ({ webhooks }: ProfileClient) => webhooks.create({ url: 'https://example.com/' })],
    ['rotate', ({ webhooks }: ProfileClient) => webhooks.rotate('w')],
    ['test', ({ webhooks }: ProfileClient) => webhooks.test('w')],
  ])('is not repeated if twice is not once: %s', async (_, call) => {
    const { client, requests } = scripted(['cut', 'cut'], { retries: 3 });
    expect(await failureOf(call(client))).toMatchObject({ name: 'NetworkError' });
    expect(requests).toHaveLength(1);
  });

  test('is repeated if twice is once: replay', async () => {
    const data = { id: 'w' };
    const { client, requests } = scripted([
      'cut',
      problem(503, 'database_unavailable'),
      Response.json({ message: '', meta: {}, data }),
    ]);
    expect(await client.webhooks.replay('w', { since: '2026-11-27T00:00:00Z' })).toEqual(data);
    expect(requests).toHaveLength(3);
  });
});
