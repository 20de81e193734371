import { describe, expect, test } from 'vitest';
import { ApiProblem, NetworkError, ProfileClient } from '../../client/src/index.ts';
import { useStack } from '../support/stack.ts';
import { failureOf, problem, scripted } from './scripted.ts';

const stack = useStack();

async function partner() {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  const client = new ProfileClient({ baseUrl: stack.origin, key });
  return { id, key, client };
}

const people = (count: number) => Promise.all(Array.from({ length: count }, () => stack.user()));

/** A user for a server that does what a script says. */
const idOf = (index: number) => `00000000-0000-4000-8000-${`${index}`.padStart(12, '0')}`;
const updateOf = (index: number) => ({ id: idOf(index), fields: { state: `${index}` } });

const batch = (...data: object[]): Response =>
  Response.json({ message: '', meta: {}, data }, { headers: { 'X-Request-Id': 'r-1' } });
const done = (index: number) => ({ id: idOf(index), status: 200, etag: '"2"' });
const failed = (index: number, status: number, code: string) => ({
  id: idOf(index),
  status,
  problem: { code, status, detail: 'Fix it.' },
});

describe('updateUsers', () => {
  test('returns a result for each update, in order', async () => {
    const { key, client } = await partner();
    const [a = '', b = ''] = await people(2);
    await stack.put(b, key, { phone: '1' });
    const results = await client.updateUsers([
      { id: b, fields: { country: 'UK' }, baseVersion: '"1"' },
      { id: a, fields: { country: 'UK' }, version: '"1"' },
      { id: b, fields: { phone: '2' }, baseVersion: '"1"' },
      { id: a, fields: { country: 'FR' }, version: '"1"' },
    ]);
    expect(results.slice(0, 2)).toEqual([
      { id: b, version: '"3"', mergedFrom: 1, replayed: false },
      { id: a, version: '"2"', mergedFrom: null, replayed: false },
    ]);
    expect(results[2]?.error).toBeInstanceOf(ApiProblem);
    expect(results[2]?.error).toMatchObject({
      code: 'edit_conflict',
      version: '"3"',
      conflicts: [{ pointer: '/phone', base: null, sent: '2', current: '1' }],
      requestId: expect.stringMatching(/./),
    });
    expect(results[3]?.error).toMatchObject({ code: 'precondition_failed', version: '"2"' });
  });

  test('sends more than 1,000 in several requests', async () => {
    const { client } = await partner();
    const users = await people(3);
    const requests = stack.database.requests;
    const results = await client.updateUsers(
      Array.from({ length: 2100 }, (_, i) => ({
        id: users[i % 3] ?? '',
        fields: { state: `${i}` },
      })),
    );
    expect(stack.database.requests - requests).toBe(3);
    expect(results.map(({ id }) => id)).toEqual(
      Array.from({ length: 2100 }, (_, i) => users[i % 3]),
    );
    expect(await stack.row(users[2] ?? '')).toMatchObject({ state: '2099', version: 701 });
  });

  test('updates 5,000 users within 30 seconds', async () => {
    const { client } = await partner();
    const rows = await stack.query<{ id: string }>(
      `insert into users (email) select gen_random_uuid() || '@example.com' from generate_series(1, 5000) returning id`,
    );
    const began = performance.now();
    const results = await client.updateUsers(
      rows.map(({ id }, i) => ({ id, baseVersion: '"1"', fields: { state: `${i}`, phone: '1' } })),
    );
    expect((performance.now() - began) / 1000).toBeLessThan(30);
    expect(results.filter(({ error }) => error)).toEqual([]);
  });

  test('sends more than 1 MiB in several requests', async () => {
    const { client } = await partner();
    const id = await stack.user();
    const requests = stack.database.requests;
    const results = await client.updateUsers(
      Array.from({ length: 900 }, (_, i) => ({ id, fields: { address: `${i}`.padEnd(990, 'ä') } })),
    );
    expect(results.filter(({ error }) => error)).toEqual([]);
    expect(stack.database.requests - requests).toBeLessThan(5);
    expect(await stack.row(id)).toMatchObject({ version: 901 });
  });

  test('sends only those again that may succeed then, under the same keys', async () => {
    const { client, bodies, waits } = scripted([
      batch(done(0), failed(1, 504, 'outcome_unknown'), failed(2, 404, 'user_not_found')),
      batch(done(1)),
    ]);
    const results = await client.updateUsers([0, 1, 2].map(updateOf));
    expect(results.map(({ error }) => error && 'code' in error && error.code)).toEqual([
      undefined,
      undefined,
      'user_not_found',
    ]);
    const [first, second] = bodies.map((body) => JSON.parse(body));
    expect(second).toEqual([first[1]]);
    expect(first[1].idempotency_key).toMatch(/^[\da-f-]{36}$/);
    expect(first[1].idempotency_key).not.toBe(first[0].idempotency_key);
    expect(waits).toHaveLength(1);
  });

  test('gives up after a number of retries', async () => {
    const busy = () => batch(failed(0, 503, 'database_unavailable'));
    const { client, requests } = scripted([busy(), busy(), busy(), busy()]);
    const [result] = await client.updateUsers([updateOf(0)], { retries: 2 });
    expect(result?.error).toMatchObject({ code: 'database_unavailable', status: 503 });
    expect(requests).toHaveLength(3);
  });

  test('sends a request again that failed as a whole', async () => {
    const { client, bodies } = scripted(['cut', problem(503, 'database_busy'), batch(done(0))]);
    const results = await client.updateUsers([updateOf(0)]);
    expect(results).toMatchObject([{ version: '"2"' }]);
    expect(new Set(bodies).size).toBe(1);
  });

  test('stops at a request that failed for good, and keeps the results before', async () => {
    const updates = Array.from({ length: 2001 }, (_, i) => updateOf(i));
    const { client, requests } = scripted([
      batch(...updates.slice(0, 1000).map((_, i) => done(i))),
      problem(401, 'revoked_api_key'),
    ]);
    const results = await client.updateUsers(updates);
    expect(requests).toHaveLength(2);
    expect(results[999]).toMatchObject({ version: '"2"' });
    for (const at of [1000, 2000])
      expect(results[at]).toMatchObject({ id: idOf(at), error: { code: 'revoked_api_key' } });
  });

  test('reports a lost connection for each update', async () => {
    const { client } = scripted(['cut', 'cut'], { retries: 1 });
    const [result] = await client.updateUsers([updateOf(0)]);
    expect(result?.error).toBeInstanceOf(NetworkError);
  });

  test('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const { client } = scripted(['hang']);
    const failure = failureOf(client.updateUsers([updateOf(0)], { signal: controller.signal }));
    controller.abort('enough');
    expect(await failure).toBe('enough');
  });

  test('makes a dry run', async () => {
    const { client } = await partner();
    const id = await stack.user();
    const [result] = await client.updateUsers([{ id, fields: { state: 'x' } }], {
      validateOnly: true,
    });
    expect(result).toMatchObject({ id, version: '"1"' });
    expect(await stack.row(id)).toMatchObject({ state: null, version: 1 });
  });

  test('sends nothing for no updates', async () => {
    const { client, requests } = scripted([]);
    expect(await client.updateUsers([])).toEqual([]);
    expect(requests).toEqual([]);
  });
});
