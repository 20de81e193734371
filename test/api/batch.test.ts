import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { overtaken } from '../support/overtaken.ts';
import { useStack } from '../support/stack.ts';

// Many updates in one request. Each gets what a PUT of its own would have got.

const stack = useStack({ DB_TIMEOUT_MS: '9000' });
const ANY_ID = '00000000-0000-4000-8000-000000000000';

const people = (count: number) => Promise.all(Array.from({ length: count }, () => stack.user()));

/** Creates a superuser with a full_access key, who sends batches. */
async function partner(options: Parameters<typeof stack.key>[1] = {}) {
  const id = await stack.user({ is_superuser: true });
  const { key, keyId } = await stack.key(id, options);
  const send = (items: unknown, headers: Record<string, string> = {}) =>
    stack.call('PATCH', '/user', key, items, headers);
  const sendLines = (body: string, headers: Record<string, string> = {}) =>
    stack.fetch('/api/v1/user', {
      method: 'PATCH',
      headers: { 'x-api-key': key, 'content-type': 'application/x-ndjson', ...headers },
      body,
    });
  return { id, key, keyId, send, sendLines };
}

const versionOf = async (id: string) => (await stack.row(id))['version'];

describe('a batch', () => {
  test('updates each user and reports them in order, with one request to the database', async () => {
    const { keyId, send } = await partner();
    const [a = '', b = ''] = await people(2);
    const response = await send(
      [
        { id: b, fields: { first_name: 'Grace', phone: '1' } },
        { id: a.toUpperCase(), fields: { first_name: 'Ada' } },
        { id: b, fields: {} },
      ],
      { 'x-request-id': 'sync-1' },
    );
    expect(response.status).toBe(200);
    expect(response.body).toEqual({
      message: 'Batch processed',
      meta: { updated: 3, failed: 0 },
      data: [
        { id: b, status: 200, etag: '"2"' },
        { id: a.toUpperCase(), status: 200, etag: '"2"' },
        { id: b, status: 200, etag: '"2"' },
      ],
    });
    expect(response.headers.get('server-timing')).toContain('db_requests;desc="1"');
    expect(await stack.row(b)).toMatchObject({ first_name: 'Grace', phone: '1', version: 2 });
    expect(await stack.log(a)).toMatchObject([
      {
        version: 2,
        api_key_id: keyId,
        request_id: 'sync-1',
        changes: { first_name: { before: null, after: 'Ada' } },
      },
    ]);
  });

  test('applies items of the same user one after another', async () => {
    const { send } = await partner();
    const id = await stack.user();
    const { body } = await send([
      { id, fields: { first_name: 'Ada' }, if_match: '"1"' },
      { id, fields: { first_name: 'Grace' }, if_match: '"2", "9"' },
      { id, fields: { first_name: 'Joan' }, if_match: '"2"' },
      { id, fields: { country: 'UK' }, base_version: '"1"' },
    ]);
    expect(body.data).toMatchObject([
      { status: 200, etag: '"2"' },
      { status: 200, etag: '"3"' },
      { status: 412, etag: '"3"', problem: { code: 'precondition_failed' } },
      { status: 200, etag: '"4"', merged_from: 1 },
    ]);
    expect(await stack.row(id)).toMatchObject({ first_name: 'Grace', country: 'UK', version: 4 });
  });

  test('accepts 1,000 items, and not one more', async () => {
    const { send } = await partner();
    const users = await people(10);
    const items = Array.from({ length: 1000 }, (_, i) => ({
      id: users[i % 10],
      fields: { first_name: `${i}` },
    }));
    const { body } = await send(items);
    expect(body.meta).toEqual({ updated: 1000, failed: 0 });
    expect(await stack.row(users[9] ?? '')).toMatchObject({ first_name: '999', version: 101 });
    const refused = await send([...items, items[0]]);
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ pointer: '', code: 'out_of_range', detail: 'Send 1 to 1000 items.' }],
    ]);
  });

  test('is authenticated, also if no item is valid', async () => {
    const { send } = await partner({ revoked_at: new Date() });
    expect((await send([{ id: 'x' }])).body.code).toBe('revoked_api_key');
  });
});

describe('an item that fails', () => {
  /** Returns the problem of a PUT and that of an item, both of a new user with versions 1 to 3. */
  async function compare(
    fields: unknown,
    headers: Record<string, string>,
    members: object,
    { id, role }: { id?: string; role?: 'profile' } = {},
  ) {
    const { key, send } = await partner(role ? { role, scopes: ['user:write', 'users:all'] } : {});
    const target = async () => {
      const user = await stack.user();
      const boss = await partner();
      for (const first_name of ['Ada', 'Grace']) await stack.put(user, boss.key, { first_name });
      return id ?? user;
    };
    const put = await stack.put(await target(), key, fields, headers);
    const { body } = await send([
      { id: await target(), fields, ...members },
      { id: await stack.user(), fields: { first_name: 'Next' } },
    ]);
    const { request_id: _, ...problem } = put.body;
    return { put, problem, failed: body.data[0], next: body.data[1] };
  }

  const TAKEN = 'Taken@example.com';
  const NOBODY = { role_id: ANY_ID };
  test.each<[string, Parameters<typeof compare>]>([
    ['validation_failed', [{ emial: 'x', is_trial: null }, {}, {}]],
    ['user_not_found', [{}, {}, {}, { id: ANY_ID }]],
    ['precondition_failed', [{}, { 'if-match': '"1"' }, { if_match: '"1"' }]],
    ['precondition_failed', [{}, { 'base-version': '"9"' }, { base_version: '"9"' }]],
    ['malformed_header', [{}, { 'if-match': '3' }, { if_match: '3' }]],
    ['malformed_header', [{}, { 'base-version': '3' }, { base_version: '3' }]],
    ['email_taken', [{ email: TAKEN }, {}, {}]],
    ['reference_not_found', [NOBODY, {}, {}]],
    ['field_not_writable', [{ is_trial: true }, {}, {}, { role: 'profile' }]],
  ])('%s has the problem of a PUT, and the next item succeeds', async (code, request) => {
    await stack.query(`insert into users (email) values ($1) on conflict do nothing`, [TAKEN]);
    const { put, problem, failed, next } = await compare(...request);
    expect(problem.code).toBe(code);
    expect(failed).toEqual({
      id: expect.any(String),
      status: put.status,
      ...(put.headers.has('etag') && { etag: put.headers.get('etag') }),
      problem,
    });
    expect(next).toMatchObject({ status: 200, etag: '"2"' });
  });

  test('edit_conflict has the conflicts of a PUT', async () => {
    const { put, problem, failed } = await compare(
      { first_name: 'Joan' },
      { 'base-version': '"2"' },
      { base_version: '"2"' },
    );
    expect(put.body.conflicts).toMatchObject([{ base: 'Ada', sent: 'Joan', current: 'Grace' }]);
    const masked = (text: unknown) =>
      JSON.stringify(text).replace(/"(changed_at|changed_by)":"[^"]+"/g, '"$1":""');
    expect(masked(failed.problem)).toBe(masked(problem));
    expect([failed.status, failed.etag]).toEqual([409, '"3"']);
  });

  test.each<[string, unknown, object[]]>([
    ['is not an object', 7, [{ pointer: '', code: 'invalid_type' }]],
    ['has no fields', { id: ANY_ID }, [{ pointer: '/fields', code: 'required' }]],
    ['has no id', { fields: {} }, [{ pointer: '/id', code: 'required' }]],
    ['has no UUID', { id: '7', fields: {} }, [{ pointer: '/id', code: 'invalid_format' }]],
    [
      'has fields that are a list',
      { id: ANY_ID, fields: [] },
      [{ pointer: '/fields', code: 'invalid_type' }],
    ],
    [
      'has a misspelled condition',
      { id: ANY_ID, fields: {}, if_macth: '"1"' },
      [
        {
          pointer: '/if_macth',
          code: 'unknown_field',
          detail: 'Unknown field. Did you mean if_match?',
        },
      ],
    ],
    [
      'has an empty condition',
      { id: ANY_ID, fields: {}, if_match: '' },
      [{ pointer: '/if_match', code: 'required' }],
    ],
    [
      'has a condition that is null',
      { id: ANY_ID, fields: {}, base_version: null },
      [{ pointer: '/base_version', code: 'not_nullable' }],
    ],
    [
      'has a version that is a number',
      { id: ANY_ID, fields: {}, base_version: 7 },
      [{ pointer: '/base_version', code: 'invalid_type' }],
    ],
    [
      'has an empty idempotency_key',
      { id: ANY_ID, fields: {}, idempotency_key: '' },
      [{ pointer: '/idempotency_key', code: 'invalid_format' }],
    ],
  ])('%s', async (_, item, errors) => {
    const { send } = await partner();
    const { body } = await send([item]);
    expect(body.meta).toEqual({ updated: 0, failed: 1 });
    expect(body.data[0]).toMatchObject({
      status: 422,
      problem: { code: 'validation_failed', errors },
    });
    const { id } = item as { id?: string };
    expect(body.data[0].id).toBe(id === ANY_ID ? id : null);
  });

  test('needs the scope for others, or a condition, like a PUT; the others succeed', async () => {
    const owner = await stack.user({ is_superuser: true });
    const { key, keyId } = await stack.key(owner, { role: 'profile' });
    const other = await stack.user();
    await stack.query('update api_keys set require_precondition = true where id = $1', [keyId]);
    const { body } = await stack.call('PATCH', '/user', key, [
      { id: other, fields: { first_name: 'Ada' }, if_match: '*' },
      { id: owner, fields: { first_name: 'Ada' } },
      { id: owner, fields: { first_name: 'Ada' }, if_match: '"1"' },
    ]);
    expect(body.data).toMatchObject([
      { status: 403, problem: { code: 'insufficient_scope' } },
      { status: 428, problem: { code: 'precondition_required' } },
      { status: 200, etag: '"2"' },
    ]);
    expect(await versionOf(other)).toBe(1);
  });
});

describe('application/x-ndjson', () => {
  test('gets a line for each line, without an envelope', async () => {
    const { sendLines } = await partner();
    const id = await stack.user();
    const lines = [
      JSON.stringify({ id, fields: { first_name: 'Ada' } }),
      `${JSON.stringify({ id: ANY_ID, fields: {} })}\r`,
    ];
    for (const end of ['', '\n']) {
      const response = await sendLines(lines.join('\n') + end);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'application/x-ndjson',
      ]);
      expect(response.text.endsWith('\n')).toBe(true);
      expect(
        response.text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toMatchObject([
        { id, status: 200, etag: '"2"' },
        { id: ANY_ID, status: 404, problem: { code: 'user_not_found' } },
      ]);
    }
  });

  test.each([
    ['an empty line', '{"a":1}\n\n{"a":1}', 'Line 2: remove the empty line.'],
    ['two empty lines at the end', '{"a":1}\n\n', 'Line 2: remove the empty line.'],
    [
      'a line that is cut off',
      '{"a":1}\n{"a":',
      'Line 2, column 6: the JSON ends too early; close every quote and bracket.',
    ],
    [
      'a line with two values',
      '{"a":1} {"a":1}',
      'Line 1, column 9: the JSON ends before this; send one object and nothing else.',
    ],
    ['a form', 'a=b', 'Line 1 looks like a form; send a JSON object.'],
  ])('with %s is malformed as a whole', async (_, body, detail) => {
    const { sendLines } = await partner();
    const response = await sendLines(body);
    expect(response.body).toMatchObject({ status: 400, code: 'malformed_json', detail });
  });

  test('needs at least one line', async () => {
    const { sendLines } = await partner();
    for (const body of ['']) expect((await sendLines(body)).body.code).toBe('validation_failed');
  });
});

describe('the request as a whole is refused', () => {
  const item = { id: ANY_ID, fields: {} };
  test.each<[string, unknown, string, string]>([
    ['if it is no array', item, 'validation_failed', 'The body must be a JSON array.'],
    ['if it is empty', [], 'validation_failed', 'Send 1 to 1000 items.'],
  ])('%s', async (_, body, code, detail) => {
    const { send } = await partner();
    const response = await send(body);
    expect([response.body.code, response.body.errors[0].detail]).toEqual([code, detail]);
  });

  test.each(['If-Match', 'If-None-Match', 'Base-Version', 'Idempotency-Key'])(
    'if it has %s, which each item has',
    async (header) => {
      const { send } = await partner();
      const { body } = await send([item], { [header]: '"1"' });
      expect(body).toMatchObject({
        code: 'malformed_header',
        errors: [{ header, detail: 'Send it in each item of the body instead.' }],
      });
    },
  );

  test('if it is larger than 1 MiB', async () => {
    const { sendLines } = await partner();
    const line = JSON.stringify({ id: ANY_ID, fields: { address: 'x' } });
    const body = `${line}\n`.padEnd(1024 * 1024, ' ');
    expect((await sendLines(`${body} `)).body).toMatchObject({
      status: 413,
      detail: 'Send a body of at most 1048576 bytes.',
    });
    expect((await sendLines(`${line.padEnd(1024 * 1024 - 1, ' ')}\n`)).status).toBe(200);
  });

  test('if it is a merge patch, with the types that it may be', async () => {
    const { send } = await partner();
    const response = await send([item], { 'content-type': 'application/merge-patch+json' });
    expect([response.status, response.headers.get('accept-patch')]).toEqual([
      415,
      'application/json, application/x-ndjson',
    ]);
  });

  test.each([
    ['', 'The body is empty; send a JSON array.'],
    [
      '{"id":1}\n{"id":2}',
      'Line 2, column 1: the JSON ends before this; send one array and nothing else.',
    ],
    ['x', 'Line 1, column 1: expected an array, which begins with [.'],
  ])('if it is malformed: %j', async (text, detail) => {
    const { key } = await partner();
    const response = await stack.fetch('/api/v1/user', {
      method: 'PATCH',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: text,
    });
    expect(response.body).toMatchObject({ code: 'malformed_json', detail });
  });
});

describe('Prefer: atomic', () => {
  const ATOMIC = { prefer: 'atomic' };

  test('makes all updates', async () => {
    const { send } = await partner();
    const [a = '', b = ''] = await people(2);
    const response = await send(
      [a, b].map((id) => ({ id, fields: { first_name: 'Ada' } })),
      ATOMIC,
    );
    expect(response.body.meta).toEqual({ updated: 2, failed: 0 });
    expect(response.headers.get('preference-applied')).toBe('atomic');
    expect([await versionOf(a), await versionOf(b)]).toEqual([2, 2]);
  });

  test('makes none if one fails, and names all that failed', async () => {
    const { send } = await partner();
    const [a = '', b = ''] = await people(2);
    const { email } = await stack.row(b);
    const { status, body } = await send(
      [
        { id: a, fields: { first_name: 'Ada' }, idempotency_key: randomUUID() },
        { id: a, fields: {}, if_match: '"1"' },
        { id: a, fields: { email } },
        { id: ANY_ID, fields: {} },
      ],
      ATOMIC,
    );
    expect([status, body.code]).toEqual([409, 'batch_failed']);
    expect(body.items).toMatchObject([
      { index: 1, id: a, status: 412, etag: '"2"', problem: { code: 'precondition_failed' } },
      { index: 2, id: a, status: 409, problem: { code: 'email_taken' } },
      { index: 3, id: ANY_ID, status: 404, problem: { code: 'user_not_found' } },
    ]);
    expect(await versionOf(a)).toBe(1);
    expect(await stack.query('select from idempotency_records where user_id = $1', [a])).toEqual(
      [],
    );
  });

  test('names invalid items and those that the database refuses', async () => {
    const { send } = await partner();
    const id = await stack.user();
    const { body } = await send(
      [{ id: 'x' }, { id, fields: { first_name: 'Ada' } }, { id, fields: {}, if_match: '"9"' }],
      ATOMIC,
    );
    expect(
      body.items.map(({ index, status }: { index: number; status: number }) => [index, status]),
    ).toEqual([
      [0, 422],
      [2, 412],
    ]);
    expect(await versionOf(id)).toBe(1);
  });

  test.each(['atomic=maybe', 'atomic=', 'return=minimal; atomic', 'Atomic?'])(
    'is refused if it is unclear: %s',
    async (prefer) => {
      const { send } = await partner();
      const { body } = await send([{ id: ANY_ID, fields: {} }], { prefer });
      expect([body.code, body.errors[0].header]).toEqual(['malformed_header', 'Prefer']);
    },
  );
});

describe('Prefer: validate-only', () => {
  test('reports what would happen, item after item, and writes nothing', async () => {
    const { key, keyId, send } = await partner();
    const [a = '', b = ''] = await people(2);
    await stack.put(a, key, { country: 'UK' });
    await stack.query('update api_keys set last_used_at = null where id = $1', [keyId]);
    const email = `${randomUUID()}@example.com`;
    const response = await send(
      [
        { id: a, fields: { email }, if_match: '"2"', idempotency_key: randomUUID() },
        { id: a, fields: { first_name: 'Ada' }, if_match: '"3"' },
        { id: b, fields: { email } },
      ],
      { prefer: 'validate-only' },
    );
    expect(response.headers.get('preference-applied')).toBe('validate-only');
    expect(response.body).toMatchObject({
      message: 'Batch validated',
      meta: { updated: 2, failed: 1, validate_only: true },
      data: [
        { id: a, status: 200, etag: '"2"' },
        { id: a, status: 200, etag: '"2"' },
        { id: b, status: 409, problem: { code: 'email_taken' } },
      ],
    });
    expect(await stack.row(a)).toMatchObject({ version: 2, first_name: null });
    expect(await stack.query('select from idempotency_records where user_id = $1', [a])).toEqual(
      [],
    );
    const [row] = await stack.query('select last_used_at from api_keys where id = $1', [keyId]);
    expect(row).toEqual({ last_used_at: null });
  });

  test('with atomic says whether all would be updated', async () => {
    const { send } = await partner();
    const id = await stack.user();
    const headers = { prefer: 'atomic, validate-only' };
    const good = await send([{ id, fields: { first_name: 'Ada' } }], headers);
    expect(good.body.meta).toEqual({ updated: 1, failed: 0, validate_only: true });
    expect(good.headers.get('preference-applied')).toBe('atomic, validate-only');
    const bad = await send([{ id, fields: {}, if_match: '"9"' }], headers);
    expect(bad.body.code).toBe('batch_failed');
    expect(await versionOf(id)).toBe(1);
  });
});

describe('idempotency_key', () => {
  test('makes an item take effect once, in batches and in PUTs', async () => {
    const { key, send } = await partner();
    const id = await stack.user();
    const item = { id, fields: { first_name: 'Ada' }, idempotency_key: 'sync 1' };
    expect((await send([item, item])).body.data).toEqual([
      { id, status: 200, etag: '"2"' },
      { id, status: 200, etag: '"2"', replayed: true },
    ]);
    await stack.put(id, key, { first_name: 'Grace' });
    expect((await send([item])).body.data).toEqual([
      { id, status: 200, etag: '"2"', replayed: true },
    ]);
    const put = await stack.put(id, key, item.fields, { 'idempotency-key': '"sync 1"' });
    expect([put.headers.get('idempotency-replayed'), put.headers.get('etag')]).toEqual([
      'true',
      '"2"',
    ]);
    const other = await send([{ ...item, fields: { first_name: 'Joan' } }]);
    expect(other.body.data).toMatchObject([
      { status: 422, problem: { code: 'idempotency_key_reused' } },
    ]);
    expect(await stack.row(id)).toMatchObject({ first_name: 'Grace', version: 3 });
  });

  test('lets only one of two twins through that are sent at once', async () => {
    const { send } = await partner();
    const users = await people(20);
    const items = users.map((id) => ({ id, fields: { first_name: 'Ada' }, idempotency_key: id }));
    const others = users.map((id, i) => ({
      id: users[(i + 1) % 20],
      fields: { first_name: 'Grace' },
      idempotency_key: id,
    }));
    const responses = await Promise.all([send(items), send(others)]);
    const statuses = responses.map(({ body }) =>
      body.data.map((item: { status: number }) => item.status),
    );
    for (let i = 0; i < 20; i++)
      expect([statuses[0]?.[i], statuses[1]?.[i]].sort()).toEqual([200, 422]);
  });
});

describe('a batch whose response was lost', () => {
  test('takes effect once, each item with its own result', async () => {
    const { send } = await partner();
    const [a = '', b = ''] = await people(2);
    stack.database.faults.push('cutAfterCommit');
    const { body, headers } = await send([
      { id: a, fields: { first_name: 'Ada' } },
      { id: b, fields: { first_name: 'Ada' }, if_match: '"1"' },
      { id: a, fields: { first_name: 'Grace' } },
    ]);
    expect(headers.get('server-timing')).toContain('db_requests;desc="2"');
    expect(body.data).toEqual([
      { id: a, status: 200, etag: '"2"' },
      { id: b, status: 200, etag: '"2"' },
      { id: a, status: 200, etag: '"3"' },
    ]);
    expect(await stack.log(a)).toHaveLength(2);
    expect(await stack.log(b)).toHaveLength(1);
  });

  test('leaves the outcome of an item unknown that an earlier attempt may yet apply', async () => {
    const { send } = await partner();
    const id = await stack.user();
    stack.database.faults.push('cut');
    const { body } = await send([
      { id, fields: { first_name: 'Ada' } },
      { id, fields: {}, if_match: '"9"' },
      { id: ANY_ID, fields: {} },
    ]);
    expect(body.data).toMatchObject([
      { status: 200, etag: '"2"' },
      { status: 412 },
      { status: 504, problem: { code: 'outcome_unknown', outcome: 'unknown' } },
    ]);
  });

  test('is not applied again by an attempt that arrives late', async () => {
    const { send } = await partner();
    const id = await stack.user();
    stack.database.faults.push({ late: 500 });
    const { body } = await send([
      { id, fields: { first_name: 'Ada' } },
      { id, fields: { first_name: 'Grace' }, if_match: '"1"' },
    ]);
    expect(body.data).toMatchObject([{ etag: '"2"' }, { status: 412 }]);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(await stack.row(id)).toMatchObject({ first_name: 'Ada', version: 2 });
  });

  test('and that failed as a whole has an unknown outcome', async () => {
    const { send } = await partner();
    stack.database.faults.push('cut');
    const { body } = await send([{ id: ANY_ID, fields: {} }], { prefer: 'atomic' });
    expect(body).toMatchObject({ code: 'outcome_unknown', outcome: 'unknown' });
  });
});

describe('batches beside other requests', () => {
  test('over the same users in opposite order do not deadlock', async () => {
    const [one, two] = [await partner(), await partner()];
    const users = await people(100);
    const items = (name: string) => users.map((id) => ({ id, fields: { first_name: name } }));
    const requests = stack.database.requests;
    for (let round = 0; round < 5; round++) {
      const responses = await Promise.all([
        one.send(items(`a${round}`)),
        two.send(items(`b${round}`).reverse()),
      ]);
      for (const { body } of responses) expect(body.meta).toEqual({ updated: 100, failed: 0 });
    }
    // A deadlock would have been tried again.
    expect(stack.database.requests - requests).toBe(10);
    expect(await versionOf(users[0] ?? '')).toBe(11);
  });

  test('do not wait for the users of items that are refused', async () => {
    const { key } = await stack.key(await stack.user(), { role: 'profile' });
    const other = await stack.pool.connect();
    const id = await stack.user();
    try {
      await other.query('begin');
      await other.query('select from users where id = $1 for update', [id]);
      const { body } = await stack.call('PATCH', '/user', key, [{ id, fields: {} }]);
      expect(body.data[0].status).toBe(403);
    } finally {
      await other.query('rollback');
      other.release();
    }
  });

  test('that lose a race for an e-mail address report that item, and update the others once', async () => {
    const { send } = await partner();
    const users = await people(120);
    const email = `${randomUUID()}@example.com`;
    const rival = await stack.pool.connect();
    try {
      await rival.query('begin');
      await rival.query('insert into users (email) values ($1)', [email]);
      const response = send(
        users.map((id, i) => ({ id, fields: i === 60 ? { email } : { first_name: 'Ada' } })),
      );
      const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      await expect.poll(async () => (await stack.query(waiting)).length).toBe(1);
      await rival.query('commit');
      const { body } = await response;
      expect(body.meta).toEqual({ updated: 119, failed: 1 });
      expect(body.data[60].problem.code).toBe('email_taken');
    } finally {
      rival.release();
    }
    for (const id of [users[0] ?? '', users[119] ?? '']) expect(await versionOf(id)).toBe(2);
  });

  test('report a constraint of the operator as a PUT does, for that item alone', async () => {
    const { send } = await partner();
    const users = await people(120);
    await stack.query(`alter table users add constraint no_x check (first_name <> 'X')`);
    try {
      const { body } = await send(
        users.map((id, i) => ({ id, fields: { first_name: i % 50 === 7 ? 'X' : 'Ada' } })),
      );
      expect(body.meta).toEqual({ updated: 117, failed: 3 });
      expect(body.data[57]).toMatchObject({
        status: 500,
        problem: { code: 'internal_error', outcome: 'not_applied' },
      });
      expect(stack.errors.at(-1) ?? '').not.toContain('no_x":');
    } finally {
      await stack.query('alter table users drop constraint no_x');
    }
    expect(await versionOf(users[0] ?? '')).toBe(2);
    expect(await versionOf(users[7] ?? '')).toBe(1);
  });

  test('that change account fields are judged by the rights that the owner has then', async () => {
    const { id, send } = await partner();
    const other = await stack.user();
    const response = await overtaken(
      stack,
      {
        holds: 'users',
        id,
        meanwhile: `update users set is_superuser = false where id = '${id}'`,
      },
      () => send([{ id: other, fields: { is_superuser: true } }]),
    );
    expect(response.body.data[0]).toMatchObject({ status: 403 });
    expect(await stack.row(other)).toMatchObject({ is_superuser: false });
  });
});
