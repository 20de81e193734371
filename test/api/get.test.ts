import { describe, expect, test } from 'vitest';
import responseBody from '../../docs/reference/response.json' with { type: 'json' };
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '2500' });
const NOBODY = '00000000-0000-4000-8000-000000000000';

async function superuser() {
  const id = await stack.user({ is_superuser: true });
  return { id, ...(await stack.key(id)) };
}

const get = (id: string, key: string, headers: Record<string, string> = {}, method = 'GET') =>
  stack.fetch(`/api/v1/user/${id}?api_key=${key}`, { method, headers });

describe('GET of a user', () => {
  test('returns the published envelope, with the version as ETag', async () => {
    const id = await stack.user({ first_name: 'Ada', birthdate: '1815-12-10T00:00:00.25Z' });
    const { key } = await stack.key(id, { role: 'read_only' });
    const { status, headers, body } = await get(id, key);
    expect([status, headers.get('etag')]).toEqual([200, '"1"']);
    expect(body).toMatchObject({ message: 'Data retrieved successfully', meta: {} });
    expect(Object.keys(body.data)).toEqual(Object.keys(responseBody.data));
    expect(body.data).toMatchObject({
      id,
      first_name: 'Ada',
      birthdate: '1815-12-10T00:00:00.25Z',
    });
  });

  test('returns the same as PUT, with the same ETag, and can be PUT back unchanged', async () => {
    const id = await stack.user({ follower_count: 3 });
    const { key } = await stack.key(id, { role: 'profile' });
    const put = await stack.put(id, key, { first_name: 'A', birthdate: '2000-01-01T00:00:00Z' });
    const got = await get(id, key);
    expect(got.body.data).toEqual(put.body.data);
    expect(got.headers.get('etag')).toBe(put.headers.get('etag'));
    const back = await stack.put(id, key, got.body.data, {
      'if-match': got.headers.get('etag') ?? '',
    });
    expect([back.status, back.headers.get('etag')]).toEqual([200, '"2"']);
    expect(await stack.log(id)).toHaveLength(1);
  });

  test('makes one database request and records the use of the key', async () => {
    const { id, key, keyId } = await superuser();
    const before = stack.database.requests;
    const { headers } = await get(id, key);
    expect(stack.database.requests - before).toBe(1);
    expect(headers.get('server-timing')).toContain('db_requests;desc="1"');
    const [row] = await stack.query('select last_used_at from api_keys where id = $1', [keyId]);
    expect(row?.['last_used_at']).not.toBeNull();
  });

  test('needs user:read', async () => {
    const id = await stack.user();
    const { key } = await stack.key(id, { scopes: ['user:write'] });
    expect((await get(id, key)).body).toMatchObject({ status: 403, code: 'insufficient_scope' });
  });

  test.each(['existing', 'missing'])(
    'of an %s other user returns the same 403 to a key of one user',
    async (which) => {
      const { key } = await stack.key(await stack.user());
      const other = which === 'missing' ? NOBODY : await stack.user();
      expect((await get(other, key)).body).toMatchObject({
        status: 403,
        code: 'insufficient_scope',
      });
    },
  );

  test('of another user works for a superuser; an unknown user returns 404', async () => {
    const { key } = await superuser();
    expect((await get(await stack.user(), key)).status).toBe(200);
    expect((await get(NOBODY, key)).body).toMatchObject({ status: 404, code: 'user_not_found' });
  });

  test('with a malformed id is refused without a database request', async () => {
    const { key } = await superuser();
    const before = stack.database.requests;
    expect((await get('7', key)).body).toMatchObject({
      status: 422,
      code: 'validation_failed',
      errors: [{ parameter: 'user_id', code: 'invalid_format' }],
    });
    expect(stack.database.requests).toBe(before);
  });

  test('as HEAD returns the same headers without a body', async () => {
    const { id, key } = await superuser();
    const { status, headers, text } = await get(id, key, {}, 'HEAD');
    expect([status, headers.get('etag'), text]).toEqual([200, '"1"', '']);
  });
});

describe('a conditional GET (RFC 9110, section 13)', () => {
  test.each(['"1"', 'W/"1"', '"0", "1"', '*'])(
    'with If-None-Match: %s returns 304 without a body',
    async (tag) => {
      const { id, key } = await superuser();
      const { status, headers, text } = await get(id, key, { 'if-none-match': tag });
      expect([status, headers.get('etag'), text]).toEqual([304, '"1"', '']);
    },
  );

  test.each(['"2"', '"abc"', '""', 'W/"2"'])(
    'with If-None-Match: %s returns the user',
    async (tag) => {
      const { id, key } = await superuser();
      expect((await get(id, key, { 'if-none-match': tag })).status).toBe(200);
    },
  );

  test('with an If-Match that does not match returns 412, whatever If-None-Match says', async () => {
    const { id, key } = await superuser();
    const response = await get(id, key, { 'if-match': '"2"', 'if-none-match': '"1"' });
    expect(response.body).toMatchObject({ status: 412, code: 'precondition_failed' });
    expect(response.headers.get('etag')).toBe('"1"');
  });

  test.each(['1', '4', 'W/1', '"1', 'x', '"2", 1', '**'])(
    'with the malformed If-None-Match: %s returns the user',
    async (tags) => {
      const { id, key } = await superuser();
      for (const method of ['GET', 'HEAD']) {
        const response = await get(id, key, { 'if-none-match': tags }, method);
        expect([response.status, response.headers.get('etag')]).toEqual([200, '"1"']);
      }
    },
  );

  test('with a malformed If-Match returns 400 and names the header', async () => {
    const { id, key } = await superuser();
    expect((await get(id, key, { 'if-match': '1' })).body).toMatchObject({
      status: 400,
      code: 'malformed_header',
      errors: [{ header: 'If-Match', code: 'invalid_format' }],
    });
  });
});

describe('when the database fails, GET', () => {
  test.each(['cut', 'cutAfterCommit', 'cutResponse'] as const)(
    'is sent again after %s, because reading twice is harmless',
    async (fault) => {
      const { id, key } = await superuser();
      stack.database.faults.push(fault);
      const response = await get(id, key);
      expect(response.status).toBe(200);
      expect(response.headers.get('server-timing')).toContain('db_requests;desc="2"');
    },
  );

  test.each([
    ['cut', 'cut', 'cut'],
    ['hang', 'hang', 'hang'],
  ] as const)(
    'returns 503 not_applied, never 504, if all attempts fail (%s)',
    async (...faults) => {
      const { id, key } = await superuser();
      stack.database.faults.push(...faults);
      const response = await get(id, key);
      expect(response.body).toMatchObject({
        status: 503,
        code: 'database_unavailable',
        outcome: 'not_applied',
      });
    },
  );
});
