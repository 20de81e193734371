import { describe, expect, test } from 'vitest';
import { hashApiKey, mintApiKey } from '../../src/auth/api-key.ts';
import { authenticate } from '../../src/auth/authenticate.ts';
import { byteaText } from '../../src/db/client.ts';
import { routes } from '../../src/routes.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const ANY_ID = '00000000-0000-4000-8000-000000000000';

async function owner() {
  const id = await stack.user();
  return { id, ...(await stack.key(id)) };
}

/** Sends a PUT of {} with exactly these credentials. */
const put = (id: string, query: string, headers: Record<string, string> = {}) =>
  stack.fetch(`/api/v1/user/${id}${query}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  });

describe('a key is accepted', () => {
  test.each([
    ['from the query', (key: string) => [`?api_key=${key}`, {}]],
    ['as a Bearer token', (key: string) => ['', { authorization: `Bearer ${key}` }]],
    ['as a bearer token, in any case', (key: string) => ['', { authorization: `bEARER  ${key}` }]],
    ['from X-API-Key', (key: string) => ['', { 'x-api-key': key }]],
    [
      'from two places, if both are the same',
      (key: string) => [`?api_key=${key}`, { 'x-api-key': key }],
    ],
    [
      'beside credentials of another scheme',
      (key: string) => [`?api_key=${key}`, { authorization: 'Basic eDp5' }],
    ],
    ['beside an empty key', (key: string) => ['?api_key=', { 'x-api-key': key }]],
    ['with a newline behind it', (key: string) => [`?api_key=${key}%0A`, {}]],
    ['with white space around it', (key: string) => [`?api_key=+%09${key}%20%0D%0A`, {}]],
    [
      'from two places, once with white space',
      (key: string) => [`?api_key=${key}%0A`, { 'x-api-key': key }],
    ],
    [
      'from X-API-Key beside a JWT in Authorization',
      (key: string) => ['', { 'x-api-key': key, authorization: `Bearer ${JWT}` }],
    ],
    [
      'from the query beside a JWT in Authorization',
      (key: string) => [`?api_key=${key}`, { authorization: `Bearer ${JWT}` }],
    ],
    [
      'from Authorization beside the X-API-Key of a gateway',
      (key: string) => ['', { authorization: `Bearer ${key}`, 'x-api-key': 'gateway-4711' }],
    ],
  ] as const)('%s', async (_, carry) => {
    const { id, key } = await owner();
    const [query, headers] = carry(key);
    expect((await put(id, query as string, headers as Record<string, string>)).status).toBe(200);
  });
});

describe('at the edge, without a database request,', () => {
  const good = mintApiKey();
  const other = mintApiKey();
  const REFUSED: [string, string, Record<string, string>, number, string][] = [
    ['no key', '', {}, 401, 'missing_api_key'],
    ['an empty key', '?api_key=', {}, 401, 'missing_api_key'],
    ['credentials of another scheme', '', { authorization: 'Basic eDp5' }, 401, 'missing_api_key'],
    ['a short key', `?api_key=${good.slice(0, -1)}`, {}, 401, 'invalid_api_key'],
    ['a wrong checksum', `?api_key=${good.slice(0, -6)}000000`, {}, 401, 'invalid_api_key'],
    ['another prefix', `?api_key=sk-${good.slice(3)}`, {}, 401, 'invalid_api_key'],
    ['SQL', `?api_key=' or 1=1 --`, {}, 401, 'invalid_api_key'],
    ['a broken escape', '?api_key=%ZZ%00', {}, 401, 'invalid_api_key'],
    ['a key of 1 MB', '', { 'x-api-key': 'x'.repeat(6000) }, 401, 'invalid_api_key'],
    ['a JWT', '', { authorization: `Bearer ${JWT}` }, 401, 'invalid_api_key'],
    [
      'a JWT and the key of a gateway',
      '',
      { authorization: `Bearer ${JWT}`, 'x-api-key': 'gateway-4711' },
      401,
      'invalid_api_key',
    ],
    [
      'white space within a key',
      `?api_key=${good.replace('-', '-%20')}`,
      {},
      401,
      'invalid_api_key',
    ],
    ['only white space', '?api_key=%0A', {}, 401, 'missing_api_key'],
    [
      'a key beside a malformed key',
      `?api_key=${good}`,
      { authorization: `Bearer ${good.slice(0, -1)}` },
      400,
      'conflicting_credentials',
    ],
    [
      'two keys in the query',
      `?api_key=${good}&api_key=${other}`,
      {},
      400,
      'conflicting_credentials',
    ],
    [
      'two keys in two places',
      `?api_key=${good}`,
      { authorization: `Bearer ${other}` },
      400,
      'conflicting_credentials',
    ],
  ];

  const keyRoutes = routes.filter((route) => route.scopes !== null);

  test.each(
    keyRoutes.flatMap((route) => REFUSED.map((row) => [route.method, route.path, ...row] as const)),
  )('%s %s refuses %s', async (method, path, _, query, headers, status, code) => {
    const before = stack.database.requests;
    const response = await stack.fetch(path.replace(/:\w+/, ANY_ID) + query, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: method === 'GET' ? null : 'not even JSON',
    });
    expect([response.status, response.body.code]).toEqual([status, code]);
    expect(stack.database.requests).toBe(before);
    expect(response.headers.get('www-authenticate')).toBe(
      {
        missing_api_key: 'Bearer realm="edge-profile"',
        invalid_api_key: 'Bearer realm="edge-profile", error="invalid_token"',
      }[code] ?? null,
    );
  });

  test('these routes need no key', () => {
    const open = routes.filter((route) => route.scopes === null);
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v1/keys/report',
      'POST /api/v1/token',
      'GET /auth/login',
      'GET /auth/callback',
      'POST /auth/logout',
      'GET /auth/session',
      'GET /healthz',
      'GET /readyz',
      'POST /api/v1/feedback',
    ]);
  });
});

test('a well-formed but unknown key is invalid_api_key', async () => {
  const response = await put(ANY_ID, `?api_key=${mintApiKey()}`);
  expect([response.status, response.body.code]).toEqual([401, 'invalid_api_key']);
});

test('a key whose owner is erased while it is looked up is unknown', async () => {
  const { id, key } = await owner();
  const request = {
    key_hash: byteaText(await hashApiKey(key)),
    user_id: id,
    accepted_scopes: [],
    superuser_scopes: [],
  };
  const factsOf = async () =>
    (await client.query('select facts from find_credential($1)', [JSON.stringify(request)]))
      .rows[0];
  const client = await stack.pool.connect();
  try {
    await client.query('begin');
    expect(await factsOf()).toMatchObject({ facts: { refusal: null } });
    // What the second statement of find_credential sees if the erasure commits after the first.
    await client.query('alter table api_keys drop constraint api_keys_owner_id_fkey');
    await client.query('delete from users where id = $1', [id]);
    expect(await factsOf()).toEqual({ facts: null });
  } finally {
    await client.query('rollback');
    client.release();
  }
});

describe('last_used_at', () => {
  const lastUsed = async (keyId: string) =>
    (
      await stack.query<{ last_used_at: Date | null; xmin: string }>(
        'select last_used_at, xmin from api_keys where id = $1',
        [keyId],
      )
    )[0];

  test('is the minute of the last use, also of a refused request', async () => {
    for (const target of [undefined, ANY_ID]) {
      const { id, key, keyId } = await owner();
      await put(target ?? id, `?api_key=${key}`);
      const [{ minute } = { minute: null }] = await stack.query<{ minute: Date }>(
        `select date_trunc('minute', now()) as minute`,
      );
      const { last_used_at } = (await lastUsed(keyId)) ?? {};
      expect(Number(minute) - Number(last_used_at)).toBeLessThanOrEqual(60_000);
      expect(Number(last_used_at) % 60_000).toBe(0);
    }
  });

  test('is written at most once a minute', async () => {
    const { id, key, keyId } = await owner();
    // A minute in the future stands for the current minute, whenever this test runs.
    await stack.query(
      `update api_keys set last_used_at = date_trunc('minute', now()) + interval '5 min' where id = $1`,
      [keyId],
    );
    const before = await lastUsed(keyId);
    await put(id, `?api_key=${key}`);
    expect(await lastUsed(keyId)).toEqual(before);
  });

  test.each([
    ['revoked', { revoked_at: new Date() }],
    ['expired', { expires_at: new Date(Date.now() - 1000) }],
  ])('of a key that is %s does not change', async (_, columns) => {
    const id = await stack.user();
    const { key, keyId } = await stack.key(id, columns);
    await put(id, `?api_key=${key}`);
    await stack.fetch(`/api/v1/user/${id}?api_key=${key}`);
    await stack.fetch(`/api/v1/keys/self?api_key=${key}`);
    expect((await lastUsed(keyId))?.last_used_at).toBeNull();
  });

  // Miniflare takes what Cloudflare knows of a request from this header.
  const from = (cf: object) => ({ 'mf-cf-blob': JSON.stringify(cf) });

  test.each([
    [{ country: 'DE', asOrganization: 'Example Hosting' }, 'DE', 'Example Hosting'],
    [{ country: 'T1', asOrganization: 'x'.repeat(101) }, 'T1', 'x'.repeat(100)],
    [{ country: 'XX', asOrganization: '' }, null, null],
    [{}, null, null],
  ])('has the country and the network, but no address: %j', async (cf, country, network) => {
    const { id, key, keyId } = await owner();
    // Where it was used before is not what it shows.
    await stack.query(`update api_keys set last_used_country = 'FR' where id = $1`, [keyId]);
    const headers = { ...from(cf), 'cf-connecting-ip': '192.0.2.77' };
    const requests = stack.database.requests;
    expect((await stack.put(id, key, {}, headers)).status).toBe(200);
    expect(stack.database.requests - requests).toBe(1);
    const { body } = await stack.call('GET', '/keys/self', key, undefined, from({ country: 'GB' }));
    expect(body.data).toMatchObject({ last_used_country: country, last_used_network: network });
    const [row] = await stack.query('select api_keys::text from api_keys where id = $1', [keyId]);
    expect(row?.['api_keys']).not.toContain('192.0.2');
  });

  test('does not delay a request while another one locks the row of the key', async () => {
    const { id, key } = await owner();
    const holder = await stack.pool.connect();
    await holder.query('begin');
    await holder.query('update api_keys set last_used_at = now() where owner_id = $1', [id]);
    try {
      expect((await put(id, `?api_key=${key}`)).status).toBe(200);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
  });
});

test('many spaces in Authorization take no longer than none', async () => {
  // The runtime reads header bytes as UTF-8, and the dot of a regular expression does not match U+2028.
  const value = `bearer${' '.repeat(300_000)}\u2028`;
  const headers = { get: (name: string) => (name === 'Authorization' ? value : null) };
  const request = { url: 'https://x.example', method: 'GET', headers } as unknown as Request;
  await expect(authenticate(request, [])).rejects.toMatchObject({ code: 'missing_api_key' });
});
