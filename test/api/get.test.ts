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
  test('answers the published envelope and the version as ETag', async () => {
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

  test('answers what PUT answered, ETag and all, and can be PUT back unchanged', async () => {
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

  test('costs one database request and notes the use of the key', async () => {
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
    'of an %s other user is the same 403 to a key of one user',
    async (which) => {
      const { key } = await stack.key(await stack.user());
      const other = which === 'missing' ? NOBODY : await stack.user();
      expect((await get(other, key)).body).toMatchObject({
        status: 403,
        code: 'insufficient_scope',
      });
    },
  );

  test('of another user works for a superuser; one that is not there is 404', async () => {
    const { key } = await superuser();
    expect((await get(await stack.user(), key)).status).toBe(200);
    expect((await get(NOBODY, key)).body).toMatchObject({ status: 404, code: 'user_not_found' });
  });

  test('with a malformed id is refused before the database', async () => {
    const { key } = await superuser();
    const before = stack.database.requests;
    expect((await get('7', key)).body).toMatchObject({
      status: 422,
      code: 'validation_failed',
      errors: [{ parameter: 'user_id', code: 'invalid_format' }],
    });
    expect(stack.database.requests).toBe(before);
  });

  test('as HEAD has the same headers and no body', async () => {
    const { id, key } = await superuser();
    const { status, headers, text } = await get(id, key, {}, 'HEAD');
    expect([status, headers.get('etag'), text]).toEqual([200, '"1"', '']);
  });
});

describe('a conditional GET (RFC 9110, section 13)', () => {
  test.each(['"1"', 'W/"1"', '"0", "1"', '*'])(
    'with If-None-Match: %s is 304 without a body',
    async (tag) => {
      const { id, key } = await superuser();
      const { status, headers, text } = await get(id, key, { 'if-none-match': tag });
      expect([status, headers.get('etag'), text]).toEqual([304, '"1"', '']);
    },
  );

  test.each(['"2"', '"abc"', '""', 'W/"2"'])(
    'with If-None-Match: %s is answered in full',
    async (tag) => {
      const { id, key } = await superuser();
      expect((await get(id, key, { 'if-none-match': tag })).status).toBe(200);
    },
  );

  test('with an If-Match that does not hold is 412, whatever If-None-Match says', async () => {
    const { id, key } = await superuser();
    const answer = await get(id, key, { 'if-match': '"2"', 'if-none-match': '"1"' });
    expect(answer.body).toMatchObject({ status: 412, code: 'precondition_failed' });
    expect(answer.headers.get('etag')).toBe('"1"');
  });

  test.each(['1', '4', 'W/1', '"1', 'x', '"2", 1', '**'])(
    'with If-None-Match: %s, which cannot be understood, is answered in full',
    async (tags) => {
      const { id, key } = await superuser();
      for (const method of ['GET', 'HEAD']) {
        const answer = await get(id, key, { 'if-none-match': tags }, method);
        expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
      }
    },
  );

  test('with a malformed If-Match is 400 and names the header', async () => {
    const { id, key } = await superuser();
    expect((await get(id, key, { 'if-match': '1' })).body).toMatchObject({
      status: 400,
      code: 'malformed_header',
      errors: [{ header: 'If-Match', code: 'invalid_format' }],
    });
  });
});

describe('when the database fails, GET', () => {
  test.each(['cut', 'cutAfterCommit', 'cutAnswer'] as const)(
    'is sent again after %s, for reading twice does no harm',
    async (fault) => {
      const { id, key } = await superuser();
      stack.database.faults.push(fault);
      const answer = await get(id, key);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('server-timing')).toContain('db_requests;desc="2"');
    },
  );

  test.each([
    ['cut', 'cut', 'cut'],
    ['hang', 'hang', 'hang'],
  ] as const)(
    'that fails for good (%s) is 503 and changed nothing, never 504',
    async (...faults) => {
      const { id, key } = await superuser();
      stack.database.faults.push(...faults);
      const answer = await get(id, key);
      expect(answer.body).toMatchObject({
        status: 503,
        code: 'database_unavailable',
        outcome: 'not_applied',
      });
    },
  );
});
