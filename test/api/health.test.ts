import { beforeEach, describe, expect, test, vi } from 'vitest';
import { spansOf } from '../../src/execution.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '60000' });

/** Sends requests one after the other. Returns the last response. */
async function ask(path: string, times = 1) {
  const before = stack.database.requests;
  let response = await stack.fetch(path);
  for (let i = 1; i < times; i++) response = await stack.fetch(path);
  return { ...response, databaseRequests: stack.database.requests - before };
}

/** Lets what the Worker remembers of its database pass. */
const SECOND = 1050;
beforeEach(async () => {
  stack.database.faults.splice(0);
  await new Promise((resolve) => setTimeout(resolve, SECOND));
});

test('/healthz returns 200 without the database', async () => {
  stack.database.faults.push('cut');
  expect(await ask('/healthz')).toMatchObject({
    status: 200,
    body: { status: 'ok' },
    databaseRequests: 0,
  });
});

test('/readyz asks the database once in a second', async () => {
  const response = await ask('/readyz', 5);
  expect(response).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(response.databaseRequests).toBeLessThanOrEqual(2);
});

test('/readyz asks the database once, however many ask at the same time', async () => {
  await ask('/readyz');
  await new Promise((resolve) => setTimeout(resolve, SECOND));
  stack.database.faults.push('hang');
  const before = stack.database.requests;
  const responses = await Promise.all(Array.from({ length: 20 }, () => stack.fetch('/readyz')));
  stack.database.faults.splice(0);
  const asked = responses.map(
    ({ headers }) => /db_requests;desc="(\d)"/.exec(headers.get('server-timing') ?? '')?.[1],
  );
  expect(asked.filter((requests) => requests !== '0')).toHaveLength(1);
  expect(stack.database.requests - before).toBeLessThanOrEqual(3);
});

describe('/readyz returns 503', () => {
  test.each([
    ['refuses connections', 'cut', 'connection lost'],
    ['does not respond', 'hang', 'deadline passed'],
  ] as const)('if the database %s, and again without asking it', async (_, fault, reason) => {
    stack.database.faults.push(fault, fault, fault, fault);
    const first = await ask('/readyz');
    stack.database.faults.splice(0);
    const second = await stack.fetch('/readyz');
    for (const { status, body } of [first, second])
      expect([status, body.code]).toEqual([503, 'database_unavailable']);
    expect((await stack.logLine(first))['fault']).toBe(reason);
  });

  test('if the database has no tables of ours', async () => {
    await stack.query('alter function profile.update_user(jsonb) rename to put_aside');
    const { status, body } = await ask('/readyz');
    await stack.query('alter function profile.put_aside(jsonb) rename to update_user');
    expect([status, body.code]).toEqual([503, 'database_unavailable']);
  });

  test("if the Worker's role may not use them", async () => {
    const role = 'edge_profile_worker';
    await stack.query(`revoke execute on function profile.update_user(jsonb) from ${role}`);
    const response = await ask('/readyz');
    await stack.query(`grant execute on function profile.update_user(jsonb) to ${role}`);
    expect([response.status, response.body.code]).toEqual([503, 'database_unavailable']);
    expect((await stack.logLine(response))['fault']).toBe('may not call update_user');
  });
});

test('every response and log line has the id of the version', async () => {
  for (const path of ['/healthz', '/nowhere', '/api/v1/keys/self']) {
    const response = await stack.fetch(path);
    const version = response.headers.get('worker-version');
    expect(version).toMatch(/^[0-9a-f-]{36}$/);
    expect((await stack.logLine(response))['version']).toBe(version);
  }
});

describe('a request that is traced', () => {
  const traced = useStack({}, undefined, { traced: true });

  test('has spans of the credential, the statement and the response', async () => {
    const { key } = await traced.key(await traced.user());
    expect((await traced.fetch(`/api/v1/keys/self?api_key=${key}`)).status).toBe(200);
    await vi.waitFor(() => {
      const spans = traced.logs.filter((line) => line.startsWith('{"span"'));
      expect(spans.map((line) => JSON.parse(line).span)).toEqual(
        expect.arrayContaining(['credential', 'statement', 'response']),
      );
    });
  });
});

test.each([true, false])('spans are made only if the request is traced: %j', (isTraced) => {
  const spans: string[] = [];
  const tracing = {
    getActiveSpan: () => ({ isTraced }),
    enterSpan: <T>(name: string, part: () => T): T => {
      spans.push(name);
      return part();
    },
  };
  const inSpan = spansOf({ waitUntil: () => {}, tracing });
  expect(inSpan('statement', () => 7)).toBe(7);
  expect(spans).toEqual(isTraced ? ['statement'] : []);
});
