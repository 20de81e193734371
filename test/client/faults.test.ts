import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { type ApiProblem, ProfileClient } from '../../client/src/index.ts';
import { defaultRuntime } from '../../client/src/options.ts';
import type { Fault } from '../support/database-endpoint.ts';
import { useStack } from '../support/stack.ts';
import { failureOf } from './scripted.ts';

// The client against the real Worker, while the database fails in every way.

const stack = useStack({ DB_TIMEOUT_MS: '2500' });
afterEach(() => stack.database.faults.splice(0));

/** Returns a client that does not wait between attempts and loses the first `lose` responses. */
async function person({ lose = 0 } = {}) {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  const waits: number[] = [];
  const replays: (string | null)[] = [];
  const client = new ProfileClient({
    baseUrl: stack.origin,
    key,
    onResponse: ({ headers }) => replays.push(headers.get('idempotency-replayed')),
    runtime: {
      fetch: async (request) => {
        const response = await defaultRuntime.fetch(request);
        if (lose-- <= 0) return response;
        await response.text();
        throw new TypeError('The connection broke.');
      },
      sleep: async (milliseconds) => void waits.push(milliseconds),
      random: () => 0,
    },
  });
  return { id, client, waits, replays };
}

const failing = (...faults: Fault[]) => void stack.database.faults.push(...faults);
const thrice = (fault: Fault): Fault[] => [fault, fault, fault];
const timesChanged = async (id: string) => (await stack.log(id)).length;

test.each<[string, Fault[], number[]]>([
  // The Worker tries three times, so the client sees a failure only after three faults.
  ['broke before the statement ran', thrice('cut'), [1000]],
  ['broke after the statement took effect', thrice('cutAfterCommit'), [1000]],
  ['broke in the middle of the response', thrice('cutResponse'), [1000]],
  ['took effect, and then did not respond in time', ['cutAfterCommit', 'hang', 'hang'], [1000]],
  ['broke repeatedly', Array<Fault>(9).fill('cutAfterCommit'), [1000, 1000, 1000]],
])('an update whose connection to the database %s takes effect once', async (_, faults, waited) => {
  const { id, client, waits } = await person();
  failing(...faults);
  const { user, version } = await client.setUser(id, { first_name: 'Ada' });
  expect([user.first_name, version]).toEqual(['Ada', '"2"']);
  expect(await timesChanged(id)).toBe(1);
  expect(waits).toEqual(waited);
});

test('an update whose response is lost on the way to the client takes effect once', async () => {
  const { id, client } = await person({ lose: 2 });
  const { replayed, version } = await client.setUser(id, { first_name: 'Ada' });
  expect([replayed, version, await timesChanged(id)]).toEqual([true, '"2"', 1]);
});

test('does not undo, by a repeat, a change that another writer made in between', async () => {
  const { id, client } = await person();
  const other = await stack.key(id);
  failing(...thrice('cutAfterCommit'));
  const first = client.setUser(id, { first_name: 'Ada' }, { idempotencyKey: 'one', retries: 0 });
  expect(await failureOf(first)).toMatchObject({ code: 'outcome_unknown', outcome: 'unknown' });
  await stack.put(id, other.key, { first_name: 'Grace' });
  const again = await client.setUser(id, { first_name: 'Ada' }, { idempotencyKey: 'one' });
  expect([again.replayed, again.user.first_name]).toEqual([true, 'Ada']);
  expect((await stack.row(id))['first_name']).toBe('Grace');
});

// The first attempt is lost between Worker and database, the second between Worker and client.
const LOST_TWICE = { lose: 2 };

test('a user whose response was lost twice is created once', async () => {
  const { client, waits } = await person(LOST_TWICE);
  const email = `${randomUUID()}@example.com`;
  failing(...thrice('cutAfterCommit'));
  const { user, replayed } = await client.createUser({ email });
  expect([user.email, replayed, waits.length]).toEqual([email, true, 2]);
  expect(await stack.query('select id from users where email = $1', [email])).toEqual([
    { id: user.id },
  ]);
});

test('a revert whose response was lost twice takes effect once', async () => {
  const { id, client, waits } = await person(LOST_TWICE);
  await stack.put(id, (await stack.key(id)).key, { first_name: 'Ada' });
  failing(...thrice('cutAfterCommit'));
  const { user, version, replayed } = await client.revertUser(id, { undo: 2 });
  expect([user.first_name, version, replayed, waits.length]).toEqual([null, '"3"', true, 2]);
  expect(await timesChanged(id)).toBe(2);
});

test('an erasure whose response was lost twice is a success, not user_not_found', async () => {
  const { client, waits, replays } = await person(LOST_TWICE);
  const id = await stack.user();
  failing(...thrice('cutAfterCommit'));
  await client.eraseUser(id);
  expect([replays, waits.length]).toEqual([['true'], 2]);
  expect(await stack.row(id)).toEqual({});
});

test('who erases themselves and loses the response has no key for a retry', async () => {
  const { id, client } = await person({ lose: 1 });
  await stack.user({ is_superuser: true });
  expect(await failureOf(client.eraseUser(id))).toMatchObject({ code: 'invalid_api_key' });
  expect(await stack.row(id)).toEqual({});
});

test('a walk through all pages goes on after a page that failed, and misses nobody', async () => {
  const { client, waits } = await person();
  const customer = `cus_${randomUUID()}`;
  const ids = await Promise.all([1, 2, 3].map(() => stack.user({ stripe_customer_id: customer })));
  const found: string[] = [];
  for await (const { user } of client.listUsers({ stripeCustomerId: customer, pageSize: 1 })) {
    found.push(user.id);
    if (found.length === 1) failing(...thrice('cut'));
  }
  expect([found, waits]).toEqual([ids.toSorted(), [1000]]);
});

test('a read is repeated until it succeeds', async () => {
  const { id, client, waits } = await person();
  failing(...thrice('cut'), ...thrice('cutResponse'), 'cut');
  expect((await client.getUser(id)).version).toBe('"1"');
  expect(waits).toEqual([1000, 1000]);
});

test('updateUser loses no update when everything fails once', async () => {
  const { id, client } = await person({ lose: 1 });
  failing(...thrice('cut'), ...thrice('cutAfterCommit'));
  const { user } = await client.updateUser(id, ({ state }) => ({ state: `${state ?? ''}+` }));
  expect([user.state, await timesChanged(id)]).toEqual(['+', 1]);
});

test('a key is created once, although the first response was lost; its secret works', async () => {
  const { id, client } = await person();
  for (const create of [
    () => client.keys.create({ name: 'checkout', role: 'profile' }),
    () => client.keys.rotateSelf(),
  ]) {
    const { length } = await stack.query('select from api_keys where owner_id = $1', [id]);
    // The Worker's own attempts, and one of the client.
    failing(...thrice('cutAfterCommit'));
    const { key } = await create();
    expect(await stack.query('select from api_keys where owner_id = $1', [id])).toHaveLength(
      length + 1,
    );
    expect((await stack.put(id, key, {})).status).toBe(200);
  }
});

test('the creation of a key is repeated if it was not applied', async () => {
  const { id, client, waits } = await person();
  await stack.database.close();
  const sleep = stack.database.listen.bind(stack.database);
  const { key } = await stack.key(id);
  const patient = new ProfileClient({
    baseUrl: stack.origin,
    key,
    runtime: {
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
        await sleep();
      },
    },
  });
  const created = await patient.keys.create({ name: 'checkout', role: 'profile' });
  expect([created.name, waits.length]).toEqual(['checkout', 1]);
  expect((await client.keys.list()).keys).toHaveLength(3);
});

test('a timeout of the client reaches the database: the statement ends first', async () => {
  const { id, client } = await person();
  failing('hang');
  const failure = (await failureOf(
    client.keys.rotate(id, {}, { timeoutMs: 2000, retries: 0 }),
  )) as ApiProblem<'rotateKey'>;
  expect(failure).toMatchObject({ code: 'outcome_unknown', outcome: 'unknown' });
});
