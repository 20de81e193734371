import { describe, expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack();

/** Creates a user with version 1 and the keys of two apps: the phone, which was offline, and the web. */
async function offline() {
  const id = await stack.user({ is_superuser: true, first_name: 'Ada' });
  const phone = await stack.key(id);
  const web = await stack.key(id);
  return {
    id,
    web: (body: object) => stack.put(id, web.key, body),
    webPrefix: web.key.slice(0, 9),
    phone: (base: string, body: object, headers: Record<string, string> = {}) =>
      stack.put(id, phone.key, body, { 'base-version': base, ...headers }),
  };
}

describe('Base-Version', () => {
  test('of the current version is a plain update', async () => {
    const { phone } = await offline();
    const response = await phone('"1"', { first_name: 'Grace' });
    expect([response.status, response.headers.get('etag'), response.body.meta]).toEqual([
      200,
      '"2"',
      {},
    ]);
  });

  test('merges an edit with later changes of other fields', async () => {
    const { id, web, phone } = await offline();
    await web({ last_name: 'L' });
    await web({ country: 'UK' });
    const response = await phone('"1"', { first_name: 'Grace', phone: '1' });
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"4"']);
    expect(response.body.meta).toEqual({ merged_from: 1 });
    expect(response.body.data).toMatchObject({
      first_name: 'Grace',
      last_name: 'L',
      country: 'UK',
      phone: '1',
    });
    expect((await stack.log(id)).map(({ changes }) => Object.keys(changes))).toEqual([
      ['last_name'],
      ['country'],
      ['phone', 'first_name'],
    ]);
  });

  test('returns 409 with everything that an app needs to show a choice, and changes nothing', async () => {
    const { id, web, webPrefix, phone } = await offline();
    await web({ first_name: 'Betty', country: 'UK' });
    await web({ first_name: 'Carol', birthdate: '2000-01-01T01:00:00.5+01:00' });
    const response = await phone('"1"', {
      birthdate: '1990-01-01T00:00:00Z',
      phone: '1',
      first_name: 'Grace',
    });
    expect(response.body).toMatchObject({ status: 409, code: 'edit_conflict' });
    expect(response.headers.get('etag')).toBe('"3"');
    const [, last] = await stack.query<{ changed_at: Date }>(
      'select changed_at from user_changes where user_id = $1 and version > 1 order by version',
      [id],
    );
    const { conflicts } = response.body;
    expect(conflicts).toEqual([
      {
        pointer: '/birthdate',
        base: null,
        sent: '1990-01-01T00:00:00Z',
        current: '2000-01-01T00:00:00.5Z',
        changed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
        changed_by: webPrefix,
      },
      {
        pointer: '/first_name',
        base: 'Ada',
        sent: 'Grace',
        current: 'Carol',
        changed_at: conflicts[0].changed_at,
        changed_by: webPrefix,
      },
    ]);
    expect(Math.abs(Date.parse(conflicts[0].changed_at) - Number(last?.changed_at))).toBeLessThan(
      2,
    );
    expect(await stack.row(id)).toMatchObject({ version: 3, phone: null });
  });

  test('names the key of the last change, not of the first', async () => {
    const { id, web, webPrefix, phone } = await offline();
    const other = await stack.key(id);
    await stack.put(id, other.key, { first_name: 'Betty' });
    await web({ first_name: 'Carol' });
    const { body } = await phone('"1"', { first_name: 'Grace' });
    expect(body.conflicts).toMatchObject([{ base: 'Ada', changed_by: webPrefix }]);
  });

  test('shows earlier date-times in the format of the API', async () => {
    const { web, phone } = await offline();
    await web({ birthdate: '2000-01-01T00:00:00Z' });
    await web({ birthdate: '2001-01-01T00:00:00Z' });
    const { body } = await phone('"2"', { birthdate: null });
    expect(body.conflicts).toMatchObject([{ base: '2000-01-01T00:00:00Z', sent: null }]);
  });

  test('can be resolved from the version in the conflict', async () => {
    const { web, phone } = await offline();
    await web({ first_name: 'Betty' });
    const refused = await phone('"1"', { first_name: 'Grace' });
    const chosen = await phone(refused.headers.get('etag') ?? '', { first_name: 'Grace' });
    expect([chosen.status, chosen.body.meta]).toEqual([200, {}]);
  });

  test('is no conflict if both changes set the same value', async () => {
    const { web, phone } = await offline();
    await web({ first_name: 'Grace' });
    const response = await phone('"1"', { first_name: 'Grace', phone: '1' });
    expect([response.status, response.body.meta]).toEqual([200, { merged_from: 1 }]);
  });

  test('is a conflict if a field was changed and changed back', async () => {
    const { web, phone } = await offline();
    await web({ first_name: 'Betty' });
    await web({ first_name: 'Ada' });
    expect((await phone('"1"', { first_name: 'Grace' })).body.code).toBe('edit_conflict');
  });

  test('shows the prefix of a deleted key', async () => {
    const { id, web, phone } = await offline();
    await web({ first_name: 'Betty' });
    const [change] = await stack.log(id);
    await stack.query('delete from api_keys where id = $1', [change?.api_key_id]);
    const { body } = await phone('"1"', { first_name: 'Grace' });
    expect(body.conflicts).toMatchObject([{ changed_by: expect.stringMatching(/^in-\w{6}$/) }]);
  });

  test.each([
    ['a future version', '"9"', ''],
    ['a very large version', '"99999999999999999999"', ''],
    [
      'a version before the log begins',
      '"1"',
      'delete from user_changes where user_id = $1 and version = 2',
    ],
    [
      'a version before a hole in the log',
      '"1"',
      'delete from user_changes where user_id = $1 and version = 3',
    ],
  ])('of %s returns 412', async (_, base, loss) => {
    const { id, web, phone } = await offline();
    await web({ country: 'UK' });
    await web({ country: 'FR' });
    await web({ country: 'DE' });
    if (loss) await stack.query(loss, [id]);
    const response = await phone(base, { first_name: 'Grace' });
    expect(response.body).toMatchObject({ status: 412, code: 'precondition_failed' });
    expect(response.headers.get('etag')).toBe('"4"');
    expect(await stack.row(id)).toMatchObject({ version: 4, first_name: 'Ada' });
  });

  test('reaches at most 100 versions back, so that no request reads a long log', async () => {
    const { id, web, phone } = await offline();
    await web({ country: 'UK' });
    await stack.query(
      `insert into user_changes (user_id, version, api_key_id, request_id, changed_at, changes)
       select user_id, n, api_key_id, request_id, changed_at, '{}'
       from user_changes, generate_series(3, 101) as n where user_id = $1 and version = 2`,
      [id],
    );
    await stack.query('update users set version = 101 where id = $1', [id]);
    expect((await phone('"1"', { first_name: 'Grace' })).body.meta).toEqual({ merged_from: 1 });
    expect((await phone('"1"', { first_name: 'Betty' })).body.code).toBe('precondition_failed');
  });

  test('is checked after If-Match', async () => {
    const { web, phone } = await offline();
    await web({ country: 'UK' });
    const response = await phone('"1"', { first_name: 'Grace' }, { 'if-match': '"1"' });
    expect(response.status).toBe(412);
  });

  test.each(['7', 'W/"7"', '"0"', '"-1"', '"1", "2"', '*'])('%j is malformed', async (base) => {
    const { phone } = await offline();
    const before = stack.database.requests;
    expect((await phone(base, {})).body).toMatchObject({
      status: 400,
      code: 'malformed_header',
      errors: [{ header: 'Base-Version', code: 'invalid_format' }],
    });
    expect(stack.database.requests).toBe(before);
  });

  test('includes a change that it waited for, in one round trip', async () => {
    const { id, phone } = await offline();
    for (const [field, code] of [
      ['country', undefined],
      ['first_name', 'edit_conflict'],
    ] as const) {
      const [before] = await stack.query<{ version: number }>(
        'select version from users where id = $1',
        [id],
      );
      const other = await stack.pool.connect();
      await other.query('begin');
      await other.query(
        `update users set ${field} = 'other', version = version + 1 where id = $1`,
        [id],
      );
      await other.query(
        `insert into user_changes (user_id, version, api_key_id, request_id, changed_at, changes)
         select id, version, gen_random_uuid(), 'other', now(),
           jsonb_build_object('${field}', '{"before": "Ada", "after": "other"}'::jsonb) from users where id = $1`,
        [id],
      );
      const requests = stack.database.requests;
      const response = phone(`"${before?.version}"`, { first_name: `Grace ${field}` });
      const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      await expect.poll(async () => (await stack.query(waiting)).length).toBe(1);
      await other.query('commit');
      other.release();
      expect((await response).body.code).toBe(code);
      expect(stack.database.requests - requests).toBe(1);
    }
  });

  test('eight edits of different fields from one version are all merged', async () => {
    const { id, phone } = await offline();
    const fields = [
      'first_name',
      'last_name',
      'phone',
      'state',
      'country',
      'address',
      'stripe_customer_id',
      'stripe_subscription_id',
    ];
    const responses = await Promise.all(fields.map((field) => phone('"1"', { [field]: 'x' })));
    expect(responses.map(({ status }) => status)).toEqual(fields.map(() => 200));
    expect(await stack.row(id)).toMatchObject({
      version: 9,
      ...Object.fromEntries(fields.map((field) => [field, 'x'])),
    });
  });
});
