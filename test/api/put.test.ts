import { describe, expect, test } from 'vitest';
import requestBody from '../../docs/reference/request.json' with { type: 'json' };
import responseBody from '../../docs/reference/response.json' with { type: 'json' };
import { useStack } from '../support/stack.ts';

const stack = useStack();
const DEMO = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

/** Creates the user, the role and the plan of the published example. */
async function referenceWorld() {
  await stack.query(`insert into roles values ($1, 'r') on conflict do nothing`, [DEMO]);
  await stack.query(`insert into billing_plans values ($1, 'p') on conflict do nothing`, [DEMO]);
  await stack.query('delete from users where id = $1', [DEMO]);
  const id = await stack.user({ id: DEMO, is_superuser: true });
  return { id, ...(await stack.key(id)) };
}

async function superuser() {
  const id = await stack.user({ is_superuser: true });
  return { id, ...(await stack.key(id)) };
}

describe('the published example', () => {
  test('returns the published envelope, with its members in order and the sent values', async () => {
    const { id, key } = await referenceWorld();
    const response = await stack.put(id, key, requestBody);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(Object.keys(response.body)).toEqual(Object.keys(responseBody));
    expect(Object.keys(response.body.data)).toEqual(Object.keys(responseBody.data));
    expect(response.body).toEqual({
      message: responseBody.message,
      meta: {},
      data: { ...responseBody.data, ...requestBody, id, follower_count: 0, following_count: 0 },
    });
  });

  test('is stored in the database', async () => {
    const { id, key } = await referenceWorld();
    await stack.put(id, key, requestBody);
    const row = await stack.row(id);
    for (const [name, value] of Object.entries(requestBody)) {
      const stored = row[name];
      expect([
        name,
        stored instanceof Date ? stored.toISOString().replace('.000', '') : stored,
      ]).toEqual([name, value]);
    }
  });

  test('makes one database request', async () => {
    const { id, key } = await referenceWorld();
    const before = stack.database.requests;
    await stack.put(id, key, requestBody);
    expect(stack.database.requests - before).toBe(1);
    expect(Number(stack.database.headers['content-length'])).toBeGreaterThan(0);
  });

  test('can be sent back unchanged, and changes nothing', async () => {
    const { id, key } = await referenceWorld();
    const first = await stack.put(id, key, requestBody);
    const second = await stack.put(id, key, first.body.data);
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
  });
});

describe('an update', () => {
  test('changes the fields in the body, raises the version and keeps the other fields', async () => {
    const { id, key } = await superuser();
    await stack.put(id, key, { first_name: 'Ada', country: 'UK' });
    const before = await stack.row(id);
    const response = await stack.put(id, key, { first_name: 'Grace' });
    expect(response.headers.get('etag')).toBe('"3"');
    expect(response.body.data).toMatchObject({ first_name: 'Grace', country: 'UK' });
    const after = await stack.row(id);
    expect(after).toEqual({
      ...before,
      first_name: 'Grace',
      version: 3,
      updated_at: after['updated_at'],
    });
    expect(after['updated_at']).not.toEqual(before['updated_at']);
  });

  test('clears a field with null', async () => {
    const { id, key } = await superuser();
    await stack.put(id, key, { phone: '1', birthdate: '2000-01-01T00:00:00Z' });
    const response = await stack.put(id, key, { phone: null, birthdate: null });
    expect(response.body.data).toMatchObject({ phone: null, birthdate: null });
  });

  test('writes one log row with the changes, the key and the request id', async () => {
    const { id, key, keyId } = await superuser();
    await stack.put(id, key, { first_name: 'Ada', is_trial: false }, { 'x-request-id': 'call.1' });
    expect(await stack.log(id)).toEqual([
      {
        user_id: id,
        version: 2,
        change_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
        api_key_id: keyId,
        api_key_prefix: key.slice(0, 9),
        request_id: 'call.1',
        changed_at: (await stack.row(id))['updated_at'],
        changes: { first_name: { before: null, after: 'Ada' } },
        reverts: null,
        is_creation: false,
        position: expect.stringMatching(/^\d+$/),
      },
    ]);
  });

  test.each([
    ['no fields', {}],
    ['the current values', { first_name: null, is_trial: false }],
  ])('of %s writes nothing: returns 200 with the same version, no log row', async (_, body) => {
    const { id, key } = await superuser();
    const before = await stack.row(id);
    const response = await stack.put(id, key, body);
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.body.data.id).toBe(id);
    expect(await stack.row(id)).toEqual(before);
    expect(await stack.log(id)).toEqual([]);
  });

  test('keeps microseconds, cuts finer fractions, and returns UTC', async () => {
    const { id, key } = await superuser();
    const response = await stack.put(id, key, { birthdate: '2023-11-07T07:31:56.123456789+02:00' });
    expect(response.body.data.birthdate).toBe('2023-11-07T05:31:56.123456Z');
  });

  test('stores text byte for byte', async () => {
    const { id, key } = await superuser();
    const first_name = '  Zoë "Z" \\ 👩‍🚀 <b>&amp;\u007f\u0085\u2028  ';
    const address = '1 Main St\r\n\tLondon\nUK\r';
    const response = await stack.put(id, key, { first_name, address });
    expect(response.body.data).toMatchObject({ first_name, address });
    expect(await stack.row(id)).toMatchObject({ first_name, address });
  });

  test('counts code points: 255 emoji fit', async () => {
    const { id, key } = await superuser();
    const first_name = '𝒜'.repeat(255);
    expect((await stack.put(id, key, { first_name })).body.data.first_name).toBe(first_name);
  });

  test('finds the user in any case of the UUID, and accepts the same id in the body', async () => {
    const { id, key } = await superuser();
    const response = await stack.put(id.toUpperCase(), key, { id, first_name: 'A' });
    expect(response.body.data).toMatchObject({ id, first_name: 'A' });
  });

  test('ignores the counters, which the server sets', async () => {
    const { id, key } = await superuser();
    const response = await stack.put(id, key, {
      follower_count: 7,
      following_count: 'x',
      first_name: 'A',
    });
    expect(response.body.data).toMatchObject({
      follower_count: 0,
      following_count: 0,
      first_name: 'A',
    });
  });
});

describe('an e-mail address', () => {
  test('of another user, in any case, is refused, and the error names the field', async () => {
    const { id, key } = await superuser();
    await stack.user({ email: 'Taken@Example.com' });
    const response = await stack.put(id, key, { first_name: 'A', email: 'tAKEN@example.COM' });
    expect([response.status, response.body.code]).toEqual([409, 'email_taken']);
    expect(response.body.errors).toEqual([
      expect.objectContaining({ pointer: '/email', code: 'taken' }),
    ]);
    expect(await stack.row(id)).toMatchObject({ first_name: null, version: 1 });
  });

  test.each(["o'hara@example.com", 'a!b#c@example.com', 'x+tag@sub.example.com', 'root@localhost'])(
    'of any unquoted form of RFC 5321 is accepted: %s',
    async (email) => {
      const { id, key } = await superuser();
      expect((await stack.put(id, key, { email })).body.data.email).toBe(email);
    },
  );

  test('is stored as it was sent, and its case can be changed', async () => {
    const { id, key } = await superuser();
    await stack.put(id, key, { email: `${id}@example.com` });
    const response = await stack.put(id, key, { email: `${id}@EXAMPLE.com` });
    expect(response.body.data.email).toBe(`${id}@EXAMPLE.com`);
  });
});

describe('a reference', () => {
  test.each(['role_id', 'active_billing_plan_id', 'next_billing_plan_id'])(
    'in %s that does not exist is refused, and the error names the field',
    async (field) => {
      const { id, key } = await superuser();
      const response = await stack.put(id, key, {
        [field]: '00000000-0000-4000-8000-000000000000',
      });
      expect([response.status, response.body.code]).toEqual([422, 'reference_not_found']);
      expect(response.body.errors).toEqual([
        expect.objectContaining({ pointer: `/${field}`, code: 'not_found' }),
      ]);
      expect(await stack.row(id)).toMatchObject({ [field]: null, version: 1 });
    },
  );
});

test('an unknown user returns 404 to a key that reaches all users', async () => {
  const { key } = await superuser();
  const response = await stack.put('00000000-0000-4000-8000-000000000000', key, {
    first_name: 'A',
  });
  expect([response.status, response.body.code]).toEqual([404, 'user_not_found']);
});
