import { describe, expect, test } from 'vitest';
import { failureOf, KEY, problem, scripted, USER, user } from './scripted.ts';

const NEXT = KEY.replace('in-0', 'in-1');
const expired = (code = 'expired_api_key') => problem(401, code);
const bearers = (keys: string[]) => keys.map((key) => `Bearer ${key}`);

describe('refreshKey', () => {
  test.each(['expired_api_key', 'invalid_api_key'])(
    'is called after 401 %s; the request is sent again with the new key',
    async (code) => {
      const { client, sent, waits } = scripted([expired(code)], { refreshKey: async () => NEXT });
      expect((await client.getUser(USER)).version).toBe('"7"');
      expect(sent('authorization')).toEqual(bearers([KEY, NEXT]));
      expect(waits).toEqual([]);
      await client.getUser(USER);
      expect(sent('authorization').at(-1)).toBe(`Bearer ${NEXT}`);
    },
  );

  test('is called once for all requests in flight', async () => {
    let calls = 0;
    const refreshKey = async () => {
      calls++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return NEXT;
    };
    const steps = Array.from({ length: 5 }, () => expired());
    const { client, sent } = scripted(steps, { refreshKey });
    await Promise.all(Array.from({ length: 5 }, () => client.getUser(USER)));
    expect(calls).toBe(1);
    expect(sent('authorization')).toEqual(bearers([...Array(5).fill(KEY), ...Array(5).fill(NEXT)]));
  });

  test('keeps the Idempotency-Key of a write', async () => {
    const { client, sent, bodies } = scripted([expired()], { refreshKey: async () => NEXT });
    await client.setUser(USER, { phone: '1' });
    const [first, second] = sent('idempotency-key');
    expect(first).toMatch(/^"/);
    expect(second).toBe(first);
    expect(bodies[1]).toBe(bodies[0]);
  });

  test('is called before the first request if there is no key', async () => {
    const { client, sent } = scripted([], { key: undefined, refreshKey: async () => NEXT });
    await Promise.all([client.getUser(USER), client.getUser(USER)]);
    expect(sent('authorization')).toEqual(bearers([NEXT, NEXT]));
  });

  test('is not called a second time in one call', async () => {
    let calls = 0;
    const refreshKey = async () => KEY.replace('in-0', `in-${++calls}`);
    const { client, requests } = scripted([expired(), expired()], { refreshKey });
    expect(await failureOf(client.getUser(USER))).toMatchObject({ code: 'expired_api_key' });
    expect([calls, requests.length]).toEqual([1, 2]);
    await client.getUser(USER);
    expect(calls).toBe(1);
  });

  test('that fails ends the call with its error, and the next call asks again', async () => {
    const responses = [() => Promise.reject(new Error('signed out')), async () => NEXT];
    const refreshKey = () => responses.shift()?.() ?? Promise.reject();
    const { client, sent } = scripted([expired(), expired()], { refreshKey });
    expect(await failureOf(client.getUser(USER))).toMatchObject({ message: 'signed out' });
    await client.getUser(USER);
    expect(sent('authorization')).toEqual(bearers([KEY, KEY, NEXT]));
  });

  test.each([
    ['a revoked key', 401, 'revoked_api_key'],
    ['a missing scope', 403, 'insufficient_scope'],
  ])('is not called after %s', async (_, status, code) => {
    const { client, requests } = scripted([problem(status, code)], {
      refreshKey: async () => NEXT,
    });
    expect(await failureOf(client.getUser(USER))).toMatchObject({ code });
    expect(requests).toHaveLength(1);
  });

  test('takes nothing from the repeats after other failures', async () => {
    const steps = [expired(), ...Array(3).fill('cut'), user()];
    const { client, requests } = scripted(steps, { refreshKey: async () => NEXT });
    await client.getUser(USER);
    expect(requests).toHaveLength(5);
  });
});
