import { afterEach, expect, test, vi } from 'vitest';
import { type SealedCookie, seal, unseal } from '../../src/auth/sealed-cookie.ts';

const SECRET = ['s'.repeat(43)] as const;
const OTHER_SECRET = 't'.repeat(43);
const COOKIE: SealedCookie = { name: '__Host-one', lifetime: 60 };
const OTHER: SealedCookie = { name: '__Host-other', lifetime: 60 };

afterEach(() => vi.useRealTimers());

/** Returns a request with the value of a sealed cookie under a name. */
async function requestWith(name: string) {
  const value = (await seal(COOKIE, { jti: 'id' }, SECRET)).split(/[=;]/)[1];
  return new Request('https://x.example', { headers: { cookie: `${name}=${value}` } });
}

test('a sealed value can be read only with its password', async () => {
  const request = await requestWith(COOKIE.name);
  expect(await unseal(COOKIE, request, SECRET)).toEqual({ jti: 'id' });
  expect(await unseal(COOKIE, request, [OTHER_SECRET])).toBeUndefined();
});

test('a value sealed with the secret before can be read, and new ones are sealed with the first', async () => {
  const both = [OTHER_SECRET, ...SECRET] as const;
  expect(await unseal(COOKIE, await requestWith(COOKIE.name), both)).toEqual({ jti: 'id' });
  const [cookie = ''] = (await seal(COOKIE, { jti: 'new' }, both)).split(';');
  const request = new Request('https://x.example', { headers: { cookie } });
  expect(await unseal(COOKIE, request, [OTHER_SECRET])).toEqual({ jti: 'new' });
  expect(await unseal(COOKIE, request, SECRET)).toBeUndefined();
});

test('a cookie is not accepted under another name', async () => {
  expect(await unseal(OTHER, await requestWith(OTHER.name), SECRET)).toBeUndefined();
});

test('a sealed value expires, however long a browser keeps the cookie', async () => {
  const request = await requestWith(COOKIE.name);
  vi.useFakeTimers({ now: Date.now() + 61_000 });
  expect(await unseal(COOKIE, request, SECRET)).toBeUndefined();
});
