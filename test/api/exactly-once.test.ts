import { describe, expect, test } from 'vitest';
import { ADMITTED, replyWith } from '../support/database-endpoint.ts';
import { useStack } from '../support/stack.ts';

// A change takes effect once, however often it is sent and in whatever order the attempts arrive. The
// response is its result. Requests here have no Idempotency-Key unless stated.

const stack = useStack({ DB_TIMEOUT_MS: '9000' });

async function person(columns: object = {}) {
  const id = await stack.user({ is_superuser: true, ...columns });
  const { key, keyId } = await stack.key(id);
  const put = (body: object, headers: Record<string, string> = {}) =>
    stack.put(id, key, body, headers);
  return { id, key, keyId, put };
}

/** Changes fields as another writer would, with a new version and a log row. */
const otherWriter = (id: string, changes: Record<string, [before: string | null, after: string]>) =>
  stack.query(
    `with written as (
      update users set ${Object.entries(changes).map(([field, [, after]]) => `${field} = '${after}'`)},
        version = version + 1
      where id = $1 returning id, version
    )
    insert into user_changes (user_id, version, api_key_id, request_id, changed_at, changes)
    select id, version, gen_random_uuid(), 'other', now(), $2 from written`,
    [
      id,
      JSON.stringify(
        Object.fromEntries(
          Object.entries(changes).map(([field, [before, after]]) => [field, { before, after }]),
        ),
      ),
    ],
  );

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a change whose response was lost', () => {
  test('is found by the next attempt: one version, one log row, no replay', async () => {
    const { id, put } = await person();
    stack.database.faults.push('cutAfterCommit');
    const response = await put({ first_name: 'Ada' });
    expect([response.status, response.headers.get('etag'), response.body.data.first_name]).toEqual([
      200,
      '"2"',
      'Ada',
    ]);
    expect(response.headers.get('idempotency-replayed')).toBeNull();
    expect(response.headers.get('server-timing')).toContain('db_requests;desc="2"');
    expect(await stack.log(id)).toHaveLength(1);
  });

  test('returns the result of the change, not the current user', async () => {
    const { id, put } = await person();
    stack.database.faults.push('cutAfterCommit', { delay: 600 });
    const pending = put({ first_name: 'Ada', phone: '1' });
    await expect.poll(async () => (await stack.row(id))['version']).toBe(2);
    await otherWriter(id, { first_name: ['Ada', 'Grace'], country: [null, 'UK'] });
    await otherWriter(id, { first_name: ['Grace', 'Joan'] });
    const { headers, body } = await pending;
    expect(headers.get('etag')).toBe('"2"');
    expect(body.data).toMatchObject({ first_name: 'Ada', phone: '1', country: null });
    expect(await stack.row(id)).toMatchObject({ first_name: 'Joan', country: 'UK', version: 4 });
  });

  test('returns the version that it was merged from', async () => {
    const { id, put } = await person();
    await otherWriter(id, { country: [null, 'UK'] });
    stack.database.faults.push('cutAfterCommit');
    const response = await put({ first_name: 'Ada' }, { 'base-version': '"1"' });
    expect([response.headers.get('etag'), response.body.meta]).toEqual(['"3"', { merged_from: 1 }]);
  });
});

describe('a late attempt', () => {
  test('does nothing after the repeat was applied', async () => {
    const { id, put } = await person();
    stack.database.faults.push({ late: 700 });
    expect((await put({ first_name: 'Ada' })).headers.get('etag')).toBe('"2"');
    await otherWriter(id, { first_name: ['Ada', 'Grace'] });
    await pause(1000);
    expect(await stack.row(id)).toMatchObject({ first_name: 'Grace', version: 3 });
  });

  test.each([
    ['changed nothing', { first_name: 'Ada' }, {}, [200, undefined]],
    ['was refused', { first_name: 'Ada' }, { 'if-match': '"2"' }, [412, 'precondition_failed']],
  ] as const)('does nothing after the repeat %s', async (_, body, headers, expected) => {
    const { id, put } = await person({ first_name: expected[0] === 200 ? 'Ada' : 'Joan' });
    stack.database.faults.push({ late: 700 });
    const response = await put(body, headers);
    expect([response.status, response.body.code]).toEqual(expected);
    // Now the statement could run, and would overwrite the change of another writer.
    await otherWriter(id, { first_name: ['Ada', 'Grace'] });
    await pause(1000);
    expect(await stack.row(id)).toMatchObject({ first_name: 'Grace', version: 2 });
  });

  test('does nothing after `not_after`', async () => {
    const { id, put } = await person();
    await put({ first_name: 'Ada' });
    const [sent] = stack.database.statement.params;
    const request = { ...JSON.parse(String(sent)), update: { first_name: 'Late' } };
    const run = async (notAfter: number | undefined) => {
      const not_after = notAfter && new Date(Date.now() + notAfter).toISOString();
      const change_id = crypto.randomUUID();
      const [row] = await stack.query<{ result: { verdict: string } }>(
        'select profile.update_user($1) as result',
        [JSON.stringify({ ...request, not_after, change_id })],
      );
      return [row?.result.verdict, (await stack.row(id))['version']];
    };
    expect(await run(-61_000)).toEqual(['too_late', 2]);
    expect(await run(undefined)).toEqual(['too_late', 2]);
    expect(await run(-55_000)).toEqual(['updated', 3]);
  });
});

describe('an Idempotency-Key', () => {
  test('belongs to the lineage of an API key, so a client may rotate its key in between', async () => {
    const { id, key, put } = await person();
    const headers = { 'idempotency-key': 'once' };
    await put({ first_name: 'Ada' }, headers);
    const rotated = await stack.fetch('/api/v1/keys/self/rotate', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const again = await stack.put(id, rotated.body.data.key, { first_name: 'Ada' }, headers);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(await stack.log(id)).toHaveLength(1);
  });

  test('is different for another key of the same user', async () => {
    const { id, put } = await person();
    const { key } = await stack.key(id);
    const headers = { 'idempotency-key': 'once' };
    await put({ first_name: 'Ada' }, headers);
    const other = await stack.put(id, key, { first_name: 'Grace' }, headers);
    expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([200, null]);
  });
});

test('a row that stays locked returns 503 database_busy, not_applied, with Retry-After', async () => {
  const { id, put } = await person();
  const holder = await stack.pool.connect();
  await holder.query('begin');
  await holder.query('select from users where id = $1 for update', [id]);
  const response = await put({ first_name: 'Ada' });
  await holder.query('rollback');
  holder.release();
  expect(response.body).toMatchObject({
    status: 503,
    code: 'database_busy',
    outcome: 'not_applied',
  });
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await stack.row(id)).toMatchObject({ first_name: null, version: 1 });
});

describe('the interface to the database', () => {
  test.each([
    ['verdict', { ...ADMITTED, verdict: 'postponed' }],
    ['verdict with the name of an object property', { ...ADMITTED, verdict: 'constructor' }],
    ['verdict: none', ADMITTED],
    ['refusal', { ...ADMITTED, refusal: 'quota_exceeded' }],
    ['refusal with the name of an object property', { ...ADMITTED, refusal: 'toString' }],
    ['refusal: none', { verdict: 'updated' }],
  ])('an unknown %s returns 500 internal_error with outcome unknown', async (_, response) => {
    const { put } = await person();
    stack.database.faults.push(replyWith(response));
    expect((await put({ first_name: 'Ada' })).body).toMatchObject({
      status: 500,
      code: 'internal_error',
      outcome: 'unknown',
    });
  });

  test('an attempt after `not_after` returns 503 not_applied, because the clocks differ', async () => {
    const { put } = await person();
    stack.database.faults.push(replyWith({ ...ADMITTED, verdict: 'too_late' }));
    const response = await put({ first_name: 'Ada' });
    expect(response.body).toMatchObject({ code: 'database_unavailable', outcome: 'not_applied' });
    expect(await stack.logLine(response)).toMatchObject({
      fault: expect.stringContaining('clock'),
    });
  });

  test.each([
    ['the accepted scopes', 'accepted_scopes'],
    ['the scope for all users', 'all_users_scope'],
    ['the superuser scopes', 'superuser_scopes'],
    ['the scope of each field', 'scope_by_field'],
  ])('a request without %s is refused', async (_, member) => {
    const admin = await person({ is_superuser: member !== 'superuser_scopes' });
    const id = member === 'all_users_scope' ? await stack.user() : admin.id;
    await stack.put(id, admin.key, { first_name: 'Ada' });
    const [sent] = stack.database.statement.params;
    const { [member]: left, ...request } = JSON.parse(String(sent));
    expect(left).toBeDefined();
    const [row] = await stack.query<{ result: { refusal: string; verdict?: string } }>(
      'select profile.update_user($1) as result',
      [JSON.stringify({ ...request, update: { first_name: 'B' }, change_id: crypto.randomUUID() })],
    );
    expect([row?.result.refusal, row?.result.verdict]).toEqual(
      member === 'scope_by_field'
        ? [null, 'field_not_writable']
        : ['insufficient_scope', undefined],
    );
  });
});
