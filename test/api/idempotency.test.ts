import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../support/database-endpoint.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '4000' });
const KEY = { 'idempotency-key': '"8e03978e-40d5-43dd-bc93-6894a57f9324"' };

afterEach(() => stack.database.faults.splice(0));

async function person(columns: object = {}) {
  const id = await stack.user({ is_superuser: true, ...columns });
  const { key, keyId } = await stack.key(id);
  const put = (body: object, headers: Record<string, string> = KEY) =>
    stack.put(id, key, body, headers);
  return { id, key, keyId, put };
}

const replayed = ({ headers }: { headers: Headers }) => headers.get('idempotency-replayed');

/** Waits until this many statements wait for a lock in this database. */
const waiting = (count: number) =>
  expect
    .poll(
      async () =>
        (
          await stack.query(
            `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
          )
        ).length,
    )
    .toBe(count);

describe('a repeat under the same Idempotency-Key', () => {
  test('returns the same status and body, marked as replayed, and has no effect', async () => {
    const { id, put } = await person();
    const first = await put({ first_name: 'Ada', birthdate: '2000-01-01T00:00:00.5Z' });
    await put({ first_name: 'Grace' }, {});
    const before = await stack.row(id);
    const again = await put({ first_name: 'Ada', birthdate: '2000-01-01T00:00:00.5Z' });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get('etag')).toBe('"2"');
    expect([replayed(first), replayed(again)]).toEqual([null, 'true']);
    expect(await stack.row(id)).toEqual(before);
    expect(await stack.log(id)).toHaveLength(2);
  });

  test('makes one database request, like the first', async () => {
    const { put } = await person();
    for (const requests of [1, 1]) {
      const before = stack.database.requests;
      const { headers } = await put({ first_name: 'Ada' });
      expect(stack.database.requests - before).toBe(requests);
      expect(headers.get('server-timing')).toContain(`db_requests;desc="${requests}"`);
    }
  });

  const TEXT = KEY['idempotency-key'].slice(1, -1);
  test.each([
    [TEXT, `"${TEXT}"`],
    [`"${TEXT}"`, TEXT],
    [`"${TEXT}"`, `"${TEXT}";v=1`],
    [TEXT, `"${TEXT}" ; a ;b="x;\\"y" ; c=?1;d=:YQ==:`],
    ['a\\b', '"a\\\\b"'],
    ["order:7/a=b&c'd'", '"order:7/a=b&c\'d\'"'],
    ['x'.repeat(255), `"${'x'.repeat(255)}"`],
    [`"${'\\"'.repeat(255)}"`, `"${'\\"'.repeat(255)}";x`],
  ])('%s repeats %s: the text counts, with or without quotation marks', async (one, other) => {
    const { put } = await person();
    const first = await put({ first_name: 'Ada' }, { 'idempotency-key': one });
    const again = await put({ first_name: 'Ada' }, { 'idempotency-key': other });
    expect([first.status, replayed(first), again.status, replayed(again)]).toEqual([
      200,
      null,
      200,
      'true',
    ]);
  });

  test('is in the log line', async () => {
    const { put } = await person();
    expect(await stack.logLine(await put({}))).not.toHaveProperty('replayed');
    expect(await stack.logLine(await put({}))).toMatchObject({ status: 200, replayed: true });
  });

  test('is recognized in any order of members, form of a date and case of the id', async () => {
    const { id, key, put } = await person();
    await put({ first_name: 'Ada', birthdate: '2000-01-01T00:00:00Z' });
    const again = await stack.put(
      id.toUpperCase(),
      key,
      { id, birthdate: '2000-01-01T01:00:00+01:00', first_name: 'Ada', follower_count: 1 },
      KEY,
    );
    expect([again.status, replayed(again)]).toEqual([200, 'true']);
  });

  test('of a PUT may be a PATCH', async () => {
    const { id, key, put } = await person();
    await put({ first_name: 'Ada' });
    const again = await stack.fetch(`/api/v1/user/${id}?api_key=${key}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', ...KEY },
      body: '{"first_name": "Ada"}',
    });
    expect(replayed(again)).toBe('true');
  });

  test('is replayed although its If-Match no longer matches', async () => {
    const { put } = await person();
    await put({ first_name: 'Ada' }, { ...KEY, 'if-match': '"1"' });
    const again = await put({ first_name: 'Ada' }, { ...KEY, 'if-match': '"1"' });
    expect([again.status, again.headers.get('etag'), replayed(again)]).toEqual([
      200,
      '"2"',
      'true',
    ]);
  });

  test('returns again that it was merged', async () => {
    const { put } = await person();
    await put({ country: 'UK' }, {});
    const headers = { ...KEY, 'base-version': '"1"' };
    const first = await put({ first_name: 'Ada' }, headers);
    await put({ first_name: 'Grace' }, {});
    const again = await put({ first_name: 'Ada' }, headers);
    expect(first.body.meta).toEqual({ merged_from: 1 });
    expect([again.text, replayed(again)]).toEqual([first.text, 'true']);
  });

  test('returns 204 with the ETag again under Prefer: return=minimal', async () => {
    const { put } = await person();
    const headers = { ...KEY, prefer: 'return=minimal' };
    await put({ first_name: 'Ada' }, headers);
    await put({ first_name: 'Grace' }, {});
    const again = await put({ first_name: 'Ada' }, headers);
    expect([again.status, again.headers.get('etag'), replayed(again)]).toEqual([
      204,
      '"2"',
      'true',
    ]);
  });
});

describe('a refusal that the statement decides is recorded too:', () => {
  test('412', async () => {
    const { put } = await person();
    const headers = { ...KEY, 'if-match': '"2"' };
    const first = await put({ first_name: 'Ada' }, headers);
    await put({ first_name: 'Grace' }, {});
    const again = await put({ first_name: 'Ada' }, headers);
    expect([again.status, again.body.code, replayed(again)]).toEqual([
      412,
      'precondition_failed',
      'true',
    ]);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  test('409 edit_conflict, with the conflicts as they were', async () => {
    const { put } = await person();
    await put({ first_name: 'Betty', birthdate: '2000-01-01T00:00:00Z' }, {});
    const headers = { ...KEY, 'base-version': '"1"' };
    const edit = { first_name: 'Ada', birthdate: null, is_trial: true };
    const first = await put(edit, headers);
    await put({ first_name: 'Grace' }, {});
    const again = await put(edit, headers);
    expect([again.status, replayed(again)]).toEqual([409, 'true']);
    expect(again.body).toEqual({ ...first.body, request_id: again.body.request_id });
  });

  test('403 field_not_writable, also after a later promotion', async () => {
    const { id, put } = await person({ is_superuser: false });
    const first = await put({ is_trial: true });
    await stack.query('update users set is_superuser = true where id = $1', [id]);
    const again = await put({ is_trial: true });
    expect(again.body).toEqual({ ...first.body, request_id: again.body.request_id });
    expect([again.body.code, replayed(again)]).toEqual(['field_not_writable', 'true']);
    expect(await stack.row(id)).toMatchObject({ is_trial: false });
  });
});

describe('without a decision nothing is recorded, and the key can be used again:', () => {
  test('409 email_taken', async () => {
    const { put } = await person();
    const rival = await stack.user({ email: 'wanted@example.com' });
    expect((await put({ email: 'wanted@example.com' })).body.code).toBe('email_taken');
    await stack.query('delete from users where id = $1', [rival]);
    const again = await put({ email: 'wanted@example.com' });
    expect([again.status, replayed(again)]).toEqual([200, null]);
  });

  test('422 of the body', async () => {
    const { put } = await person();
    expect((await put({ first_nam: 'Ada' })).status).toBe(422);
    expect((await put({ first_name: 'Ada' })).status).toBe(200);
  });

  test('404', async () => {
    const { key } = await person();
    const id = '11111111-1111-4111-8111-111111111111';
    expect((await stack.put(id, key, {}, KEY)).status).toBe(404);
    await stack.user({ id });
    expect((await stack.put(id, key, {}, KEY)).status).toBe(200);
  });

  test('a dry run', async () => {
    const { id, put } = await person();
    await put({ first_name: 'Ada' }, { ...KEY, prefer: 'validate-only' });
    expect(await stack.query('select from idempotency_records where user_id = $1', [id])).toEqual(
      [],
    );
    const real = await put({ first_name: 'Ada' });
    expect([real.status, real.headers.get('etag'), replayed(real)]).toEqual([200, '"2"', null]);
  });
});

test('a repeat with validate-only is a replay although the address is taken by now', async () => {
  const { put } = await person();
  const first = await put({ email: 'passing@example.com' });
  await put({ email: 'gone@example.com' }, {});
  const rival = await stack.user({ email: 'passing@example.com' });
  const again = await put({ email: 'passing@example.com' }, { ...KEY, prefer: 'validate-only' });
  expect([again.status, replayed(again)]).toEqual([200, 'true']);
  expect(again.body.data).toEqual(first.body.data);
  await stack.query('delete from users where id = $1', [rival]);
});

test('a record that is older than a column returns the current value of the column', async () => {
  const { id, put } = await person({ is_enterprise: true });
  await put({ first_name: 'Ada' });
  await stack.query(
    `update idempotency_records set result = result #- '{user,is_enterprise}' where user_id = $1`,
    [id],
  );
  const again = await put({ first_name: 'Ada' });
  expect([again.body.data.is_enterprise, replayed(again)]).toEqual([true, 'true']);
});

describe('another request under the same key is 422 idempotency_key_reused and has no effect:', () => {
  test.each<[string, object, Record<string, string>]>([
    ['another body', { first_name: 'Grace' }, {}],
    ['an additional field', { first_name: 'Ada', phone: null }, {}],
    ['no field', {}, {}],
    ['another If-Match', { first_name: 'Ada' }, { 'if-match': '"2"' }],
    ['another Base-Version', { first_name: 'Ada' }, { 'base-version': '"2"' }],
    ['another If-None-Match', { first_name: 'Ada' }, { 'if-none-match': '"7"' }],
  ])('%s', async (_, body, headers) => {
    const { id, put } = await person();
    await put({ first_name: 'Ada' });
    const response = await put(body, { ...KEY, ...headers });
    expect(response.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(replayed(response)).toBeNull();
    expect(response.body).not.toHaveProperty('data');
    expect(await stack.row(id)).toMatchObject({ version: 2 });
  });

  test('another user', async () => {
    const { key, put } = await person();
    const other = await stack.user();
    await put({ first_name: 'Ada' });
    const response = await stack.put(other, key, { first_name: 'Ada' }, KEY);
    expect(response.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(await stack.row(other)).toMatchObject({ version: 1 });
  });
});

describe('a key belongs to the API key that used it:', () => {
  test('the same text under another API key is another request', async () => {
    const { id, put } = await person();
    const other = await stack.key(id);
    await put({ first_name: 'Ada' });
    const response = await stack.put(id, other.key, { first_name: 'Grace' }, KEY);
    expect([response.status, response.headers.get('etag'), replayed(response)]).toEqual([
      200,
      '"3"',
      null,
    ]);
  });

  test('a revoked API key does not get the recorded response', async () => {
    const { keyId, put } = await person();
    await put({ first_name: 'Ada' });
    await stack.query('update api_keys set revoked_at = now() where id = $1', [keyId]);
    const response = await put({ first_name: 'Ada' });
    expect([response.body.code, replayed(response)]).toEqual(['revoked_api_key', null]);
  });

  test('a key whose owner can no longer reach the user does not get it either', async () => {
    const { id, key } = await person();
    const other = await stack.user();
    await stack.put(other, key, { first_name: 'Ada' }, KEY);
    await stack.query('update users set is_superuser = false where id = $1', [id]);
    const response = await stack.put(other, key, { first_name: 'Ada' }, KEY);
    expect([response.body.code, replayed(response)]).toEqual(['insufficient_scope', null]);
  });
});

describe('after 24 hours', () => {
  const age = (id: string, time: string) =>
    stack.query(
      `update idempotency_records set created_at = now() - $2::interval where user_id = $1`,
      [id, time],
    );

  test('a key can be used again, cleaned up or not', async () => {
    const { id, put } = await person();
    await put({ first_name: 'Ada' });
    await age(id, '24 hours 1 second');
    const anew = await put({ first_name: 'Grace' });
    expect([anew.status, anew.headers.get('etag'), replayed(anew)]).toEqual([200, '"3"', null]);
    expect(replayed(await put({ first_name: 'Grace' }))).toBe('true');
  });

  test('but not before', async () => {
    const { id, put } = await person();
    await put({ first_name: 'Ada' });
    await age(id, '23 hours 59 minutes');
    expect(replayed(await put({ first_name: 'Ada' }))).toBe('true');
  });

  test('identical requests with an old key take effect once', async () => {
    const { id, put } = await person();
    await put({ first_name: 'Ada' });
    await age(id, '25 hours');
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => put({ first_name: 'Grace' })),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(responses.filter((response) => replayed(response) === null)).toHaveLength(1);
    expect(await stack.log(id)).toHaveLength(2);
  });
});

describe('identical requests at once', () => {
  test('take effect once, and all get the same response', async () => {
    const { id, put } = await person();
    const responses = await Promise.all(
      Array.from({ length: 16 }, () => put({ first_name: 'Ada' })),
    );
    expect(new Set(responses.map(({ text }) => text)).size).toBe(1);
    expect(responses.filter((response) => replayed(response) === null)).toHaveLength(1);
    expect(await stack.log(id)).toHaveLength(1);
    for (const { headers } of responses)
      expect(headers.get('server-timing')).toMatch(/db_requests;desc="[12]"/);
  });

  test('with an If-Match do not refuse each other', async () => {
    const { put } = await person();
    const headers = { ...KEY, 'if-match': '"1"' };
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => put({ first_name: 'Ada' }, headers)),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });

  test('that wait for each other make one database request each', async () => {
    const { id, put } = await person();
    const holder = await stack.pool.connect();
    await holder.query('begin');
    await holder.query('select from users where id = $1 for update', [id]);
    const responses = [put({ first_name: 'Ada' }), put({ first_name: 'Ada' })];
    await waiting(2);
    await holder.query('commit');
    holder.release();
    const timings = (await Promise.all(responses)).map(({ headers }) =>
      headers.get('server-timing')?.at(-2),
    );
    expect(timings.sort()).toEqual(['1', '1']);
  });

  test('on two users: one takes effect, the other is refused', async () => {
    const { id, key } = await person();
    const other = await stack.user();
    const responses = await Promise.all(
      [id, other].map((user) => stack.put(user, key, { first_name: 'Ada' }, KEY)),
    );
    expect(responses.map(({ body }) => body.code ?? 'ok').sort()).toEqual([
      'idempotency_key_reused',
      'ok',
    ]);
  });
});

describe('under faults of the database, a request with a key', () => {
  test.each<[Fault, boolean]>([
    ['cut', false],
    ['cutAfterCommit', true],
    ['cutResponse', true],
    [{ status: 500, body: 'Internal Server Error' }, false],
    [{ status: 200, body: 'garbage' }, false],
  ])(
    'whose outcome is unknown (%o) is sent again and takes effect once',
    async (fault, wasApplied) => {
      const { id, put } = await person();
      stack.database.faults.push(fault);
      const response = await put({ first_name: 'Ada' });
      expect([response.status, response.headers.get('etag')]).toEqual([200, '"2"']);
      expect(replayed(response)).toBe(wasApplied ? 'true' : null);
      expect(response.headers.get('server-timing')).toContain('db_requests;desc="2"');
      expect(await stack.log(id)).toHaveLength(1);
    },
  );

  test('is not sent a fourth time', async () => {
    const { put } = await person();
    stack.database.faults.push('cut', 'cut', 'cut');
    const before = stack.database.requests;
    const response = await put({ first_name: 'Ada' });
    expect(response.body).toMatchObject({ code: 'outcome_unknown', outcome: 'unknown' });
    expect(stack.database.requests - before).toBe(3);
  });

  const refused = { status: 500, body: `{"message": "Couldn't connect to compute node"}` };
  test('stays unknown if only the later attempts certainly did not run', async () => {
    const { id, put } = await person();
    stack.database.faults.push('cutAfterCommit', refused, refused);
    const response = await put({ first_name: 'Ada' });
    expect(response.body).toMatchObject({ code: 'outcome_unknown', outcome: 'unknown' });
    expect(await stack.row(id)).toMatchObject({ version: 2 });
  });

  test.each<[string, string]>([
    [
      'a key that was revoked in between',
      'update api_keys set revoked_at = now() where id = $2 and $1 <> $2',
    ],
    [
      'an address that was taken in between',
      `insert into users (email) select 'late@example.com' where $1 <> $2`,
    ],
  ])('stays unknown if the second attempt found %s', async (_, meanwhile) => {
    const { id, keyId, put } = await person();
    stack.database.faults.push('cut');
    const holder = await stack.pool.connect();
    await holder.query('begin');
    await holder.query(meanwhile.replaceAll('$1', `'${id}'`).replaceAll('$2', `'${keyId}'`));
    const pending = put({ email: 'late@example.com' });
    await expect.poll(() => stack.database.faults.length).toBe(0);
    await holder.query('commit');
    holder.release();
    expect((await pending).body).toMatchObject({ code: 'outcome_unknown', outcome: 'unknown' });
    await stack.query(`delete from users where email = 'late@example.com'`);
  });

  test('stays unknown if the key was revoked after the first attempt took effect', async () => {
    const { id, keyId, put } = await person();
    stack.database.faults.push('cutAfterCommit', { delay: 500 });
    const pending = put({ first_name: 'Ada' });
    await expect.poll(async () => (await stack.row(id))['version']).toBe(2);
    await stack.query('update api_keys set revoked_at = now() where id = $1', [keyId]);
    expect((await pending).body).toMatchObject({ code: 'outcome_unknown', outcome: 'unknown' });
  });

  test('gives each attempt its share of the time and ends at the deadline', async () => {
    const { put } = await person();
    stack.database.faults.push('hang', 'hang', 'hang');
    const before = stack.database.requests;
    const response = await put({ first_name: 'Ada' });
    expect(response.body.code).toBe('outcome_unknown');
    expect(response.headers.get('server-timing')).toContain('db_requests;desc="3"');
    expect(stack.database.requests - before).toBe(3);
    stack.database.faults.push('hang');
    expect((await put({ first_name: 'Ada' })).status).toBe(200);
  });
});

describe('the header', () => {
  test('is ignored if it is empty', async () => {
    const { put } = await person();
    for (const state of ['a', 'b'])
      expect(replayed(await put({ state }, { 'idempotency-key': '' }))).toBeNull();
  });

  test.each(['"a"', 'a', `"${'x'.repeat(255)}"`, '"a b!\\"\\\\~"', '  "a"  '])(
    '%s is valid',
    async (key) => {
      const { put } = await person();
      for (const expected of [null, 'true'])
        expect(replayed(await put({}, { 'idempotency-key': key }))).toBe(expected);
    },
  );

  test.each([
    '""',
    '"a',
    '"a"b',
    '"\\a"',
    '"a";',
    '"a";B=1',
    '"a";b="c',
    '"a"; b=1, "a"; b=1',
    '"a", "b"',
    'a, a',
    'a,b',
    'a b',
    'a;b=1',
    'a"b',
    `"${'x'.repeat(256)}"`,
    'x'.repeat(256),
    '"é"',
    'é',
    "'a'",
  ])('%j is malformed', async (key) => {
    const { put } = await person();
    const before = stack.database.requests;
    expect((await put({}, { 'idempotency-key': key })).body).toMatchObject({
      status: 400,
      code: 'malformed_header',
      errors: [{ header: 'Idempotency-Key', code: 'invalid_format' }],
    });
    expect(stack.database.requests).toBe(before);
  });
});

test('deleting a user deletes their records', async () => {
  const { id, put } = await person();
  await put({ first_name: 'Ada' });
  await stack.query('delete from users where id = $1', [id]);
  expect(await stack.query('select from idempotency_records where user_id = $1', [id])).toEqual([]);
});
