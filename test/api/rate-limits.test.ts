import { describe, expect, test } from 'vitest';
import { unstable_getMiniflareWorkerOptions as workerOptions } from 'wrangler';
import { mintApiKey } from '../../src/auth/api-key.ts';
import { ShortMemory, secondsLeft } from '../../src/rate-limits.ts';
import type { ApiResponse } from '../support/contract.ts';
import { useStack } from '../support/stack.ts';
import { inOneWindow, sendUntilLimited } from '../support/too-often.ts';

const KEY_QUOTA = 20;
const ADDRESS_QUOTA = 30;
const WINDOW = 60;

const stack = useStack(
  {
    KEY_LIMIT_POLICY: `${KEY_QUOTA}/${WINDOW}`,
    ADDRESS_LIMIT_POLICY: `${ADDRESS_QUOTA}/${WINDOW}`,
  },
  { KEY_LIMIT: KEY_QUOTA, ADDRESS_LIMIT: ADDRESS_QUOTA },
);

const ANY_ID = '00000000-0000-4000-8000-000000000000';
const isPartOfWindow = (seconds: number) =>
  Number.isInteger(seconds) && seconds >= 1 && seconds <= WINDOW;
const outcome = ({ status, body }: ApiResponse) => [status, body?.code];
let address = 0;

/** Returns a client address that no test has used before. */
const newAddress = () => ({ 'cf-connecting-ip': `192.0.2.${++address}` });

const post = (path: string, body: unknown, headers: Record<string, string>) =>
  stack.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

test('the numbers in the responses are those in wrangler.toml', () => {
  const { bindings, ratelimits } = workerOptions('wrangler.toml').workerOptions as {
    bindings: Record<string, string>;
    ratelimits: Record<string, { simple: { limit: number; period: number } }>;
  };
  for (const name of ['KEY_LIMIT', 'ADDRESS_LIMIT']) {
    const { limit, period } = ratelimits[name]?.simple ?? {};
    expect(bindings[`${name}_POLICY`]).toBe(`${limit}/${period}`);
  }
});

test('a key over its limit gets 429 with RateLimit-Policy and Retry-After, and other keys still work', async () => {
  const id = await stack.user();
  const busy = await stack.key(id);
  const calm = await stack.key(id);
  const responses = await sendUntilLimited(KEY_QUOTA, () => stack.put(id, busy.key, {}));
  expect(responses.slice(0, KEY_QUOTA).map(({ status }) => status)).toEqual(
    Array(KEY_QUOTA).fill(200),
  );
  const refused = responses.at(-1);
  expect([refused?.status, refused?.body.code]).toEqual([429, 'rate_limited']);
  expect(Number(refused?.headers.get('retry-after'))).toSatisfy(isPartOfWindow);
  expect(refused?.headers.get('ratelimit-policy')).toBe(`"key";q=${KEY_QUOTA};w=${WINDOW}`);
  expect((await stack.put(id, calm.key, {})).status).toBe(200);
});

test('every 100 items of a batch, or part of them, count as one request', async () => {
  const id = await stack.user();
  const { key } = await stack.key(id);
  const items = Array.from({ length: 901 }, () => ({ id, fields: {} }));
  const send = () => stack.call('PATCH', '/user', key, items);
  await inOneWindow(async () => {
    const responses = [await send(), await send(), await stack.put(id, key, {})];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(responses[2]?.headers.get('ratelimit-policy')).toBe(`"key";q=${KEY_QUOTA};w=${WINDOW}`);
  });
  const other = (await stack.key(id)).key;
  expect((await stack.put(id, other, {})).status).toBe(200);
});

test('a batch that is over the limit is refused whole', async () => {
  const id = await stack.user();
  await inOneWindow(async () => {
    const { key } = await stack.key(id);
    const items = Array.from({ length: 1000 }, () => ({ id, fields: {} }));
    await stack.call('PATCH', '/user', key, items);
    expect((await stack.put(id, key, {})).status).toBe(200);
    items[0] = { id, fields: { first_name: 'Ada' } };
    expect((await stack.call('PATCH', '/user', key, items)).body.code).toBe('rate_limited');
  });
  expect((await stack.row(id))['version']).toBe(1);
});

describe('an address that sends refused keys', () => {
  test.each([
    ['without a key', () => ''],
    ['malformed', () => 'in-nonsense'],
    ['unknown', () => mintApiKey()],
  ])('(%s) gets 429 after too many, not 401, and other addresses still work', async (_, key) => {
    const from = newAddress();
    const responses = await sendUntilLimited(ADDRESS_QUOTA, () =>
      stack.put(ANY_ID, key(), {}, from),
    );
    expect(new Set(responses.slice(0, ADDRESS_QUOTA).map(({ status }) => status))).toEqual(
      new Set([401]),
    );
    const last = responses.at(-1);
    expect([last?.status, last?.body.code]).toEqual([429, 'rate_limited']);
    expect(last?.headers.get('ratelimit-policy')).toBe(`"address";q=${ADDRESS_QUOTA};w=${WINDOW}`);
    expect((await stack.put(ANY_ID, key(), {}, newAddress())).status).toBe(401);
  });

  test('counts the IPv6 addresses of one network of 64 bits together', async () => {
    const from = (address: string) => ({ 'cf-connecting-ip': address });
    let count = 0;
    const responses = await sendUntilLimited(ADDRESS_QUOTA, () =>
      stack.put(ANY_ID, mintApiKey(), {}, from(`2001:db8:0:7::${(++count).toString(16)}`)),
    );
    expect(responses.at(-1)?.status).toBe(429);
    const refused = (address: string) => stack.put(ANY_ID, mintApiKey(), {}, from(address));
    expect((await refused('2001:db8:0:8::1')).status).toBe(401);
  });

  test('without a key or malformed does not block valid keys of the same address', async () => {
    const from = newAddress();
    const id = await stack.user();
    const { key } = await stack.key(id);
    const responses = await sendUntilLimited(ADDRESS_QUOTA, () => stack.put(ANY_ID, '', {}, from));
    expect(responses.at(-1)?.status).toBe(429);
    expect((await stack.put(id, key, {}, from)).status).toBe(200);
  });

  test('reports too many keys gets 429 too', async () => {
    const from = newAddress();
    const report = () => post('/api/v1/keys/report', { key: mintApiKey() }, from);
    const responses = await sendUntilLimited(ADDRESS_QUOTA, report);
    expect(responses[0]?.status).toBe(200);
    expect(responses.at(-1)?.body.code).toBe('rate_limited');
  });
});

const guess = (headers: Record<string, string>) =>
  sendUntilLimited(ADDRESS_QUOTA, () => stack.put(ANY_ID, mintApiKey(), {}, headers));

describe('a page of another site', () => {
  /** The headers of a browser's request for such a page, in all forms that a page can cause. */
  const fromPages: [string, Record<string, string>][] = [
    ['no-cors', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['of another host of the site', { 'sec-fetch-site': 'same-site' }],
    ['with Origin', { origin: 'https://elsewhere.example' }],
    ['with an opaque Origin', { origin: 'null' }],
    ['that claims our own Origin', { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1' }],
  ];

  test.each(fromPages)('(%s) that guesses keys does not block others', async (_, page) => {
    const from = newAddress();
    const id = await stack.user();
    const { key } = await stack.key(id);
    expect((await guess({ ...from, ...page })).at(-1)?.status).toBe(429);
    expect((await stack.put(id, key, {}, from)).status).toBe(200);
    const settings = { ...from, 'sec-fetch-site': 'same-origin', origin: stack.origin };
    expect((await stack.put(ANY_ID, mintApiKey(), {}, settings)).status).toBe(401);
  });

  test.each([
    ['reports', '/api/v1/keys/report', { key: mintApiKey() }],
    ['feedback', '/api/v1/feedback', { page: '/docs', helpful: true }],
  ])('that exhausts the limit of %s does not affect its visitor', async (_, path, body) => {
    const from = newAddress();
    const page = { ...from, 'sec-fetch-site': 'cross-site' };
    const responses = await sendUntilLimited(ADDRESS_QUOTA, () => post(path, body, page));
    expect(responses.at(-1)?.status).toBe(429);
    expect((await post(path, body, from)).status).toBeLessThan(300);
  });

  test('that exhausts the limit of sign-ins does not affect its visitor', async () => {
    const from = newAddress();
    const signIn = (headers = {}) =>
      stack.fetch('/auth/login', { headers: { ...from, ...headers }, redirect: 'manual' });
    const page = { 'sec-fetch-site': 'cross-site' };
    const responses = await sendUntilLimited(ADDRESS_QUOTA, () => signIn(page));
    expect(responses.at(-1)?.status).toBe(429);
    expect((await signIn({ 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  });
});

describe('a key that was accepted recently', () => {
  test.each([
    ['programs', {}],
    ['pages of other sites', { origin: 'https://app.example' }],
  ])('still works while others guess keys at its address, among %s', async (_, like) => {
    const from = { ...newAddress(), ...like };
    const id = await stack.user();
    const [known, unknown] = [await stack.key(id), await stack.key(id)];
    expect((await stack.put(id, known.key, {}, from)).status).toBe(200);
    await inOneWindow(async () => {
      expect((await guess(from)).at(-1)?.status).toBe(429);
      expect((await stack.put(id, known.key, {}, from)).status).toBe(200);
      expect(outcome(await stack.put(id, unknown.key, {}, from))).toEqual([429, 'rate_limited']);
    });
  });

  test('is blocked like any other once it is refused', async () => {
    const from = newAddress();
    const id = await stack.user();
    const { key, keyId } = await stack.key(id);
    expect((await stack.put(id, key, {}, from)).status).toBe(200);
    await stack.query('update api_keys set revoked_at = now() where id = $1', [keyId]);
    await inOneWindow(async () => {
      const responses = await sendUntilLimited(ADDRESS_QUOTA, () => stack.put(id, key, {}, from));
      expect(responses.at(-1)?.status).toBe(429);
    });
  });
});

describe('RateLimit-Policy', () => {
  const KEY = `"key";q=${KEY_QUOTA};w=${WINDOW}`;
  const ADDRESS = `"address";q=${ADDRESS_QUOTA};w=${WINDOW}`;
  const policies = (responses: ApiResponse[]) =>
    responses.map(({ status, headers }) => [status, headers.get('ratelimit-policy')]);

  test('is on every response of a route with a limit, errors included', async () => {
    const from = newAddress();
    const id = await stack.user();
    const { key } = await stack.key(id);
    const responses = [
      await stack.put(id, key, {}, from),
      await stack.put(id, key, {}, { ...from, prefer: 'return=minimal' }),
      await stack.put(id, key, '{', from),
      await stack.put(id, key, {}, { ...from, 'request-timeout': 'soon' }),
      await stack.put(ANY_ID, mintApiKey(), {}, from),
      await stack.put(ANY_ID, key, {}, from),
      await stack.fetch(`/api/v1/user/${id}?api_key=${key}`, { method: 'HEAD', headers: from }),
    ];
    expect(policies(responses)).toEqual(
      [200, 204, 400, 400, 401, 403, 200].map((status) => [status, KEY]),
    );
    const report = await post('/api/v1/keys/report', {}, from);
    expect(policies([report])).toEqual([[422, ADDRESS]]);
  });

  test('is on no response of a route without a limit', async () => {
    const responses = [await stack.fetch('/healthz'), await stack.fetch('/nowhere')];
    expect(policies(responses)).toEqual([
      [200, null],
      [404, null],
    ]);
  });
});

test.each([
  [0, 60],
  [999, 60],
  [1000, 59],
  [20_500, 40],
  [59_999, 1],
  [60_000, 60],
  [1_790_000_040_000 - 1, 1],
])('at %i ms of the clock, %i of 60 seconds of the window are left', (now, left) =>
  expect(secondsLeft(60, now)).toBe(left),
);

test('a short memory keeps the latest entries until their time', () => {
  const memory = new ShortMemory(2);
  memory.remember('a', 10);
  memory.remember('b', 10);
  memory.remember('a', 20);
  memory.remember('c', 20);
  expect(['a', 'b', 'c'].map((name) => memory.has(name, 9))).toEqual([true, false, true]);
  expect(memory.has('a', 20)).toBe(false);
  memory.forget('c');
  expect(memory.has('c', 9)).toBe(false);
});

test('2,000 random well-formed keys of one address are all refused, and few reach the database', async () => {
  const from = newAddress();
  const before = stack.database.requests;
  const statuses = new Map<number, number>();
  const started = Date.now();
  for (let batch = 0; batch < 20; batch++) {
    const responses = await Promise.all(
      Array.from({ length: 100 }, () => stack.put(ANY_ID, mintApiKey(), {}, from)),
    );
    for (const { status } of responses) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  // Each window that the run touched lets its quota through, and one batch that was under way.
  const windows = Math.ceil((Date.now() - started) / (WINDOW * 1000)) + 1;
  expect([...statuses.keys()].sort()).toEqual([401, 429]);
  expect((statuses.get(401) ?? 0) + (statuses.get(429) ?? 0)).toBe(2_000);
  expect(statuses.get(401)).toBeLessThanOrEqual(windows * ADDRESS_QUOTA);
  expect(stack.database.requests - before).toBeLessThanOrEqual(windows * (ADDRESS_QUOTA + 100));
}, 120_000);

describe('a route without authentication', () => {
  const post = (path: string, body: object) => (from: Record<string, string>) =>
    stack.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...from },
      body: JSON.stringify(body),
    });
  const OPEN = {
    'sign-in': (from: Record<string, string>) =>
      stack.fetch('/auth/login', { headers: from, redirect: 'manual' }),
    'a report of a key': post('/api/v1/keys/report', { key: mintApiKey() }),
    feedback: post('/api/v1/feedback', { page: '/docs', helpful: true }),
    'an exchange of a token': post('/api/v1/token', {}),
  };

  test.each(Object.entries(OPEN))('(%s) has a limit by address of its own', async (name, ask) => {
    const from = newAddress();
    const responses = await sendUntilLimited(ADDRESS_QUOTA, () => ask(from));
    expect(responses.slice(0, ADDRESS_QUOTA).map(({ status }) => status)).not.toContain(429);
    const last = responses.at(-1);
    expect([last?.status, last?.body.code]).toEqual([429, 'rate_limited']);
    expect(last?.headers.get('ratelimit-policy')).toBe(`"address";q=${ADDRESS_QUOTA};w=${WINDOW}`);
    expect((await ask(newAddress())).status).not.toBe(429);
    for (const [other, sendElse] of Object.entries(OPEN))
      if (other !== name) expect([other, (await sendElse(from)).status]).not.toContain(429);
  });
});

test.each([
  ['expired', { expires_at: new Date(Date.now() - 1000) }],
  ['revoked', { revoked_at: new Date() }],
])('an address that sends %s keys gets 429 after too many', async (_, ended) => {
  const from = newAddress();
  const id = await stack.user();
  // So many keys that none of them reaches its own limit.
  const keys = await Promise.all([1, 2, 3, 4].map(() => stack.key(id, ended)));
  let n = 0;
  const responses = await sendUntilLimited(ADDRESS_QUOTA, () =>
    stack.put(id, keys[n++ % keys.length]?.key ?? '', {}, from),
  );
  expect(responses[0]?.status).toBe(401);
  const last = responses.at(-1);
  expect([last?.status, last?.headers.get('ratelimit-policy')]).toEqual([
    429,
    `"address";q=${ADDRESS_QUOTA};w=${WINDOW}`,
  ]);
});
