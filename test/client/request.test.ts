import { describe, expect, test } from 'vitest';
import { ProfileClient } from '../../client/src/index.ts';
import { failureOf, KEY, scripted, USER, user } from './scripted.ts';

const empty = () => new Response(null, { status: 204 });

describe('the key', () => {
  test('is in a header of every request, and never in the URL', async () => {
    const { client, requests, sent } = scripted([]);
    await client.getUser(USER);
    await client.setUser(USER, { phone: null });
    await client.updateUser(USER, () => ({ phone: null }));
    await client.keys.list({ limit: 20 });
    expect(sent('authorization')).toEqual(Array(5).fill(`Bearer ${KEY}`));
    for (const { url } of requests) expect(url).not.toMatch(/api_key|in-0/);
    expect(requests.at(-1)?.url).toBe('https://api.example.com/api/v1/keys?limit=20');
  });

  test('may be a function, which is called for each attempt', async () => {
    const keys = ['first', 'second'];
    const { client, sent } = scripted(['cut'], { key: async () => keys.shift() ?? '' });
    await client.getUser(USER);
    expect(sent('authorization')).toEqual(['Bearer first', 'Bearer second']);
  });

  test.each(['', 'in-two\nlines', 'in-Ä'])(
    '%j is refused, and the error does not contain it',
    async (key) => {
      const { client, requests } = scripted([], { key });
      expect(await failureOf(client.getUser(USER))).toEqual(
        new TypeError('The API key is empty or has invalid characters.'),
      );
      expect(requests).toEqual([]);
    },
  );

  test('is not sent when a leaked key is reported', async () => {
    const { client, sent, bodies } = scripted([]);
    await client.keys.report('in-leaked');
    expect([sent('authorization'), bodies]).toEqual([[null], ['{"key":"in-leaked"}']]);
  });
});

test.each([
  'api.example.com',
  'https://api.example.com?api_key=in-1',
  'https://api.example.com#',
  'https://user:password@api.example.com',
  '',
])('the base URL %j is refused', (baseUrl) => {
  expect(() => new ProfileClient({ baseUrl, key: KEY })).toThrow(/baseUrl must be a URL such as/);
});

test.each(['https://api.example.com/', 'https://api.example.com/profiles'])(
  'the base URL %j is kept, the id is escaped',
  async (baseUrl) => {
    const { client, requests } = scripted([], { baseUrl });
    await client.getUser('../keys?x=1');
    expect(requests[0]?.url).toBe(`${baseUrl.replace(/\/$/, '')}/api/v1/user/..%2Fkeys%3Fx%3D1`);
  },
);

describe('an Idempotency-Key', () => {
  test('is new for each update and the same for its attempts', async () => {
    const { client, sent } = scripted(['cut', 'cut']);
    await client.setUser(USER, { phone: '1' });
    await client.setUser(USER, { phone: '1' });
    const [first, second, third, other] = sent('idempotency-key');
    expect(first).toMatch(/^"[0-9a-f-]{36}"$/);
    expect([second, third]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  test('is new for each creation, revert and erasure, and the same for their attempts', async () => {
    const { client, sent } = scripted(['cut', user(), 'cut', user(), 'cut', empty()]);
    await client.createUser({ email: 'ada@example.com' });
    await client.revertUser(USER, { version: 1 });
    await client.eraseUser(USER);
    const [created, createdAgain, reverted, revertedAgain, erased, erasedAgain] =
      sent('idempotency-key');
    expect([createdAgain, revertedAgain, erasedAgain]).toEqual([created, reverted, erased]);
    expect(new Set([created, reverted, erased, null]).size).toBe(4);
  });

  test('may be set for one call or for all calls', async () => {
    let count = 0;
    const { client, sent } = scripted([], { newIdempotencyKey: () => `mine-${++count}` });
    await client.setUser(USER, {}, { idempotencyKey: 'order "7" \\ a' });
    await client.updateUserFrom(USER, '"7"', {});
    expect(sent('idempotency-key')).toEqual(['"order \\"7\\" \\\\ a"', '"mine-1"']);
  });

  test.each(['', 'é', 'a\nb', 'x'.repeat(256)])('%j is refused', async (idempotencyKey) => {
    const { client, requests } = scripted([]);
    expect(await failureOf(client.setUser(USER, {}, { idempotencyKey }))).toBeInstanceOf(TypeError);
    expect(requests).toEqual([]);
  });

  test('is not sent with reads and dry runs', async () => {
    const { client, sent } = scripted([]);
    await client.getUser(USER);
    await client.setUser(USER, {}, { validateOnly: true });
    await client.createUser({ email: 'ada@example.com' }, { validateOnly: true });
    expect(sent('idempotency-key')).toEqual([null, null, null]);
    expect(sent('prefer')).toEqual([null, 'validate-only', 'validate-only']);
  });
});

test('the request id of the caller is sent with each attempt', async () => {
  const { client, sent } = scripted(['cut']);
  await client.getUser(USER, { requestId: 'checkout-4711' });
  expect(sent('x-request-id')).toEqual(['checkout-4711', 'checkout-4711']);
});

test('onResponse gets every response, with its headers', async () => {
  const seen: unknown[] = [];
  const { client } = scripted([new Response(null, { status: 503 }), 'cut'], {
    onResponse: ({ operation, attempt, status }) => seen.push([operation, attempt, status]),
  });
  await client.getUser(USER);
  expect(seen).toEqual([
    ['getUser', 1, 503],
    ['getUser', 3, 200],
  ]);
});

test.each(['', undefined as unknown as string])(
  'the version %j is refused, because it would be ignored as a condition',
  async (version) => {
    const { client, requests } = scripted([]);
    const from = await failureOf(client.updateUserFrom(USER, version, {}));
    expect(from).toBeInstanceOf(TypeError);
    expect(await failureOf(client.setUser(USER, {}, { version: '' }))).toBeInstanceOf(TypeError);
    expect(requests).toEqual([]);
  },
);
