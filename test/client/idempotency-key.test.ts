import { afterEach, describe, expect, test, vi } from 'vitest';
import { failureOf, scripted, USER } from './scripted.ts';

afterEach(() => void vi.unstubAllGlobals());

describe('an Idempotency-Key is created', () => {
  test('from random bytes if there is no randomUUID', async () => {
    const { getRandomValues } = globalThis.crypto;
    vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(globalThis.crypto) });
    const { client, sent } = scripted([]);
    await client.setUser(USER, {});
    await client.setUser(USER, {});
    const [one, other] = sent('idempotency-key');
    expect(one).toMatch(/^"[0-9a-f]{32}"$/);
    expect(other).not.toBe(one);
  });

  test.each([undefined, {}])('by nobody if crypto is %j, and nothing is sent', async (crypto) => {
    vi.stubGlobal('crypto', crypto);
    const { client, requests } = scripted([]);
    const failure = await failureOf(client.setUser(USER, {}));
    expect(String(failure)).toMatch(/no crypto.getRandomValues: give the client newIdempotencyKey/);
    expect(requests).toEqual([]);
  });

  test('by the caller', async () => {
    vi.stubGlobal('crypto', undefined);
    const { client, sent } = scripted([], { newIdempotencyKey: () => 'a' });
    await client.setUser(USER, {});
    await client.setUser(USER, {}, { idempotencyKey: 'b' });
    expect(sent('idempotency-key')).toEqual(['"a"', '"b"']);
  });
});
