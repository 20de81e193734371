import { describe, expect, test, vi } from 'vitest';
import { serve } from '../../src/router.ts';
import { routes } from '../../src/routes.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const USER = '/api/v1/user/00000000-0000-4000-8000-000000000000';

/** Returns one response of every kind. */
async function responsesOfEveryKind() {
  const id = await stack.user();
  const { key } = await stack.key(id);
  return {
    success: await stack.put(id, key, {}),
    healthz: await stack.fetch('/healthz'),
    preflight: await stack.fetch(USER, { method: 'OPTIONS' }),
    'bad body': await stack.put(id, key, '{'),
    unauthenticated: await stack.fetch(USER, { method: 'PUT' }),
    forbidden: await stack.put('00000000-0000-4000-8000-000000000000', key, {}),
    'not found': await stack.fetch('/nowhere'),
    'wrong method': await stack.fetch(USER, { method: 'DELETE' }),
  };
}

test('every response has the headers that forbid caching and allow all origins', async () => {
  for (const [sort, { headers }] of Object.entries(await responsesOfEveryKind()))
    expect([sort, Object.fromEntries(headers)]).toEqual([
      sort,
      expect.objectContaining({
        'cache-control': 'no-store, no-transform',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=63072000',
        'x-content-type-options': 'nosniff',
        'access-control-allow-origin': '*',
        'access-control-expose-headers':
          'ETag, Idempotency-Replayed, Location, Preference-Applied, RateLimit-Policy, Retry-After, Server-Timing, Sunset, Worker-Version, X-Request-Id',
        'timing-allow-origin': '*',
        'server-timing': expect.stringMatching(
          /^db;dur=\d+, total;dur=\d+, db_requests;desc="[01]"$/,
        ),
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      }),
    ]);
});

test('no response allows credentials or sets a cookie', async () => {
  for (const { headers } of Object.values(await responsesOfEveryKind())) {
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('set-cookie')).toBeNull();
  }
});

test('every error is a problem with all its members', async () => {
  for (const { status, headers, body } of Object.values(await responsesOfEveryKind())) {
    if (status < 400) continue;
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toEqual(
      expect.objectContaining({
        type: expect.stringMatching(new RegExp(`^http://.+/docs/errors/${body.code}$`)),
        title: expect.any(String),
        status,
        detail: expect.stringMatching(/\.$/),
        code: expect.stringMatching(/^[a-z_]+$/),
        request_id: headers.get('x-request-id'),
      }),
    );
  }
});

describe('X-Request-Id', () => {
  test.each(['a', 'A.b_c-9', 'x'.repeat(128)])('%s of the caller is kept', async (id) => {
    const { headers } = await stack.fetch('/healthz', { headers: { 'x-request-id': id } });
    expect(headers.get('x-request-id')).toBe(id);
  });

  test.each(['', 'x'.repeat(129), 'a b', 'a/b', '<script>', 'é'])(
    '%j of the caller is replaced',
    async (id) => {
      const { headers } = await stack.fetch('/healthz', { headers: { 'x-request-id': id } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    },
  );
});

test('HEAD returns the headers of GET without a body', async () => {
  const response = await stack.fetch('/healthz', { method: 'HEAD' });
  expect([response.status, response.text]).toEqual([200, '']);
});

/** Headers that a page with tracing sends, and unknown ones. */
const ASKED =
  'authorization,baggage,cache-control,content-type,sentry-trace,traceparent,x-requested-with,x-whatever-next';

test.each(['', 'a\u00e9', 'x-a;q=1', '<script>', 'x'.repeat(4001)])(
  'a preflight does not repeat %j and allows any header',
  async (asked) => {
    const headers = { 'access-control-request-headers': asked };
    const response = await stack.fetch(USER, { method: 'OPTIONS', headers });
    expect(response.headers.get('access-control-allow-headers')).toBe('*, Authorization');
  },
);

describe('a path', () => {
  const escaped = (text: string) =>
    text.replace(/[^/]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

  test('may escape letters, digits, - . _ and ~ anywhere, in upper or lower case', async () => {
    const id = await stack.user();
    const { key, keyId } = await stack.key(id, {
      scopes: ['user:read', 'user:write', 'keys:write'],
    });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const put = (path: string) =>
      stack.fetch(path, { method: 'PUT', headers, body: '{"first_name": "Ada"}' });
    for (const path of [
      `/api/v1/user/${id.replaceAll('-', '%2D')}`,
      `/api/v1/user/${escaped(id)}`,
      escaped(`/api/v1/user/${id}`).toUpperCase(),
      `/api/v1/us%65r/${id}?x=%2F`,
    ])
      expect([path, (await put(path)).body?.data?.first_name]).toEqual([path, 'Ada']);
    for (const path of [`/api/v1/keys/${escaped(keyId)}`, '/api/v1/keys/%73elf'])
      expect([path, (await stack.fetch(path, { headers })).body?.data?.id]).toEqual([path, keyId]);
  });

  test.each(['%ZZ', '%ff', '%', '%2F', '%00', '%252D', 'a%20b', '%C3%A9', '%2E%2E%2E'])(
    'with %s for an id returns a 422 that names the parameter',
    async (id) => {
      const { key } = await stack.key(await stack.user());
      const responses = [
        ['user_id', await stack.put(id, key, {})],
        ['user_id', await stack.fetch(`/api/v1/user/${id}?api_key=${key}`)],
        ['key_id', await stack.fetch(`/api/v1/keys/${id}?api_key=${key}`)],
        ['key_id', await stack.fetch(`/api/v1/keys/${id}?api_key=${key}`, { method: 'DELETE' })],
      ] as const;
      for (const [parameter, { status, body }] of responses)
        expect([status, body.code, body.errors]).toEqual([
          422,
          'validation_failed',
          [expect.objectContaining({ parameter, code: 'invalid_format' })],
        ]);
    },
  );
});

describe.each([...Map.groupBy(routes, ({ path }) => path)])('%s', (path, group) => {
  const url = path.replace(/:\w+/, '00000000-0000-4000-8000-000000000000');
  const methods = group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const allowed = [...methods, 'OPTIONS'].join(', ');

  test('allows its real methods and any headers in a preflight', async () => {
    const { status, headers, text } = await stack.fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': ASKED,
      },
    });
    expect([status, text]).toEqual([204, '']);
    expect(headers.get('access-control-allow-methods')).toBe(allowed);
    expect(headers.get('access-control-allow-headers')).toBe(ASKED);
    expect(headers.get('access-control-max-age')).toBe('86400');
    expect(headers.get('vary')).toBe('Access-Control-Request-Headers');
  });

  const others = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'];
  test.each(others.filter((method) => !methods.includes(method)))(
    'returns 405 with Allow for %s',
    async (method) => {
      const { status, headers, body } = await stack.fetch(url, { method });
      expect([status, body.code, headers.get('allow')]).toEqual([
        405,
        'method_not_allowed',
        allowed,
      ]);
    },
  );
});

test.each([
  '/api',
  '/api/v1/users',
  '/api/v1/user/',
  '/api/v1/user/x/y',
  '/api/v2/user/x',
  '/API/v1/user/x',
  '/healthzz',
  '/healthz/',
  '/api/v1/keys//',
  `${USER}/`,
])('%s returns 404 for any method', async (path) => {
  for (const method of ['GET', 'PUT', 'OPTIONS']) {
    const { status, body } = await stack.fetch(path, { method });
    expect([status, body.code]).toEqual([404, 'route_not_found']);
  }
});

test.each([
  '/healthz/',
  '/healthz//',
  '/api/v1/user/',
  '/api/v1/keys//',
  `${USER}/`,
  '/api/v1/keys/self/?a',
])('%s returns a 404 that says to remove the trailing slash', async (path) =>
  expect((await stack.fetch(path)).body.detail).toBe('Remove the trailing slash from the path.'),
);

test.each(['/api/v1/users/', '/nowhere/', '/api/v1/user/x/y/'])(
  '%s is unknown without its slash too, and the 404 does not mention it',
  async (path) => expect((await stack.fetch(path)).body.detail).not.toContain('slash'),
);

describe('a query with thousands of the same name', () => {
  const many = 'a=1&'.repeat(3000);

  test('does not hide the key in it', async () => {
    const id = await stack.user();
    const { key } = await stack.key(id);
    const { status } = await stack.fetch(`/api/v1/user/${id}?${many}api_key=${key}`);
    expect(status).toBe(200);
  });

  test('takes linear time', async () => {
    const spies = [vi.spyOn(Array.prototype, 'concat'), vi.spyOn(console, 'log')] as const;
    spies[1].mockImplementation(() => {});
    await serve([])(new Request(`http://localhost/nowhere?${many}`), {}, { waitUntil: () => {} });
    expect(spies[0].mock.calls.length).toBeLessThan(100);
    for (const spy of spies) spy.mockRestore();
  });
});

describe('the log', () => {
  test('has one line per request, with the route and the id of the key, without the URL, the user and the key', async () => {
    const id = await stack.user();
    const { key, keyId } = await stack.key(id);
    const response = await stack.put(id, key, { first_name: 'A' }, { 'x-request-id': 'logged' });
    await stack.logLine(await stack.fetch('/healthz'));
    expect(stack.logs.filter((line) => line.includes('"logged"'))).toHaveLength(1);
    expect(await stack.logLine(response)).toEqual({
      message: 'request',
      request_id: 'logged',
      method: 'PUT',
      route: '/api/v1/user/:user_id',
      status: 200,
      key_id: keyId,
      version: response.headers.get('worker-version'),
      database_requests: 1,
      database_ms: expect.any(Number),
      duration_ms: expect.any(Number),
    });
  });

  test('has only failures of the server as errors', async () => {
    const id = await stack.user();
    const { key } = await stack.key(id);
    const { length } = stack.errors;
    stack.database.faults.push(
      { status: 402, body: '{}' },
      { status: 400, body: '{"code": "42703"}' },
    );
    for (const [status, body] of [
      [503, {}],
      [500, {}],
      [200, {}],
      [422, { nope: 1 }],
    ] as const) {
      const response = await stack.put(id, key, body);
      expect(response.status).toBe(status);
      await stack.logLine(response);
    }
    expect(stack.errors.slice(length).map((line) => JSON.parse(line).status)).toEqual([503, 500]);
  });

  test('never contains a key, even one in the wrong place', async () => {
    const key = (await stack.key(await stack.user())).key;
    await stack.fetch(`/${key}?api_key=${key}`, {
      headers: { 'x-request-id': `${key}x`.repeat(3), 'x-api-key': key },
    });
    await stack.logLine(await stack.fetch(`${USER}?api_key=${key}&api_key=x`, { method: 'PUT' }));
    expect(stack.logs.join('\n')).not.toContain(key.slice(3, 40));
  });
});
