import { describe, expect, test } from 'vitest';
import type { ProfileClient } from '../../client/src/index.ts';
import { backoff, parseRetryAfter } from '../../client/src/retry.ts';
import { failureOf, problem, type Step, scripted, USER } from './scripted.ts';

/** Every operation, as a call. */
const calls: Record<string, (client: ProfileClient) => Promise<unknown>> = {
  getUser: (client) => client.getUser(USER),
  getUserIfChanged: (client) => client.getUserIfChanged(USER, '"6"'),
  setUser: (client) => client.setUser(USER, {}),
  updateUserFrom: (client) => client.updateUserFrom(USER, '"7"', {}),
  createUser: (client) => client.createUser({ email: 'ada@example.com' }),
  eraseUser: (client) => client.eraseUser(USER),
  listUsers: (client) => client.listUsers().next(),
  findUser: (client) => client.findUser({ email: 'ada@example.com' }),
  listChanges: (client) => client.listChanges(USER).next(),
  getVersion: (client) => client.getVersion(USER, 7),
  revertUser: (client) => client.revertUser(USER, { undo: 7 }),
  exportUser: (client) => client.exportUser(USER),
  'keys.list': (client) => client.keys.list(),
  'keys.self': (client) => client.keys.self(),
  'keys.get': (client) => client.keys.get(USER),
  'keys.revoke': (client) => client.keys.revoke(USER),
  'keys.report': (client) => client.keys.report('in-'),
  'keys.create': (client) => client.keys.create({ name: 'a', role: 'profile' }),
  'keys.createForApp': (client) =>
    client.keys.createForApp(USER, { role: 'profile', expires_in: 60 }),
  'keys.update': (client) => client.keys.update(USER, { name: 'a' }),
  'keys.rotate': (client) => client.keys.rotate(USER),
  'keys.rotateSelf': (client) => client.keys.rotateSelf(),
};

/** Failures with an unknown outcome. */
const uncertain: Record<string, () => Step> = {
  'a broken connection': () => 'cut',
  'a 504': () => problem(504, 'outcome_unknown', { outcome: 'unknown' }),
  'a 503 of unknown outcome': () => problem(503, 'database_unavailable', { outcome: 'unknown' }),
  'the 408 of a gateway': () => new Response('<html>', { status: 408 }),
  'the 502 of a gateway': () => new Response('<html>', { status: 502 }),
  'the 503 of a gateway': () => new Response('<html>', { status: 503 }),
};
/** Failures after which the request surely had no effect. */
const harmless: Record<string, () => Step> = {
  'a 503 not_applied': () => problem(503, 'database_unavailable', { outcome: 'not_applied' }),
  'a 408': () => problem(408, 'request_timeout'),
  'a 429': () => problem(429, 'rate_limited'),
  'the 429 of a gateway': () => new Response('', { status: 429 }),
};
const lasting: Record<string, () => Step> = {
  'a 400': () => problem(400, 'malformed_json'),
  'a 401': () => problem(401, 'revoked_api_key'),
  'a 403': () => problem(403, 'insufficient_scope'),
  'a 404': () => problem(404, 'user_not_found'),
  'a 409': () => problem(409, 'email_taken'),
  'a 422': () => problem(422, 'validation_failed'),
  'a 500': () => problem(500, 'internal_error', { outcome: 'not_applied' }),
  'a page in place of JSON': () => new Response('<html>'),
};

const cases = (failures: Record<string, () => Step>) =>
  Object.keys(calls).flatMap((call) => Object.keys(failures).map((failure) => [call, failure]));

async function attemptsOf(call: string, step: Step | undefined) {
  const { client, requests, waits } = scripted(step ? [step] : []);
  await failureOf(calls[call]?.(client) ?? Promise.reject());
  expect(waits).toHaveLength(requests.length - 1);
  return requests.length;
}

test.each(cases({ ...uncertain, ...harmless }))('%s is repeated after %s', async (call, name) => {
  expect(await attemptsOf(call, { ...uncertain, ...harmless }[name]?.())).toBe(2);
});

test.each(cases(lasting))('%s is not repeated after %s', async (call, name) => {
  expect(await attemptsOf(call, lasting[name]?.())).toBe(1);
});

describe('the number of repeats', () => {
  const dead = () => Array<Step>(10).fill('cut');

  test('is at most 3; then the last failure is thrown', async () => {
    const { client, requests } = scripted(dead());
    expect(await failureOf(client.getUser(USER))).toMatchObject({ name: 'NetworkError' });
    expect(requests).toHaveLength(4);
  });

  test('can be set for all calls and for one call', async () => {
    const { client, requests } = scripted(dead(), { retries: 1 });
    await failureOf(client.getUser(USER));
    await failureOf(client.getUser(USER, { retries: 0 }));
    expect(requests).toHaveLength(3);
  });
});

describe('the wait before a repeat', () => {
  test('doubles, and is random up to that', async () => {
    const { client, waits } = scripted(['cut', 'cut', 'cut']);
    await client.getUser(USER);
    expect(waits).toEqual([100, 200, 400]);
    expect(backoff(2, () => 0)).toBe(0);
    expect(backoff(2, () => 0.999)).toBeCloseTo(799.2);
    expect(backoff(50, () => 0.999)).toBeLessThan(10_000);
  });

  test('is never shorter than Retry-After, in seconds or as a date', async () => {
    const responseAfter = (value: string) =>
      new Response('', { status: 503, headers: { 'Retry-After': value } });
    const { client, waits } = scripted([
      responseAfter('2'),
      responseAfter('Mon, 23 Nov 2026 12:00:05 GMT'),
    ]);
    await client.getUser(USER);
    expect(waits).toEqual([2100, 5200]);
  });

  test('over maxWaitMs does not begin; the error has the wait', async () => {
    const limited = () => problem(429, 'rate_limited', {}, { 'Retry-After': '60' });
    const patient = scripted([limited()]);
    await patient.client.getUser(USER);
    expect(patient.waits).toEqual([60_100]);
    const { client, waits } = scripted([limited()], { maxWaitMs: 5000 });
    expect(await failureOf(client.getUser(USER))).toMatchObject({
      code: 'rate_limited',
      retryAfter: 60,
    });
    expect(waits).toEqual([]);
  });
});

test.each([
  [null, undefined],
  ['3', 3],
  ['Mon, 23 Nov 2026 12:00:05 GMT', 5],
  ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After %j is %j s', (value, seconds) => {
  expect(parseRetryAfter(value, Date.UTC(2026, 10, 23, 12))).toBe(seconds);
});
