import { describe, expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '5000' });
const NOWHERE = '00000000-0000-4000-8000-000000000000';

async function person() {
  const id = await stack.user({ is_superuser: true });
  const { key, keyId } = await stack.key(id);
  const put = (body: object, headers: Record<string, string>) => stack.put(id, key, body, headers);
  return { id, key, keyId, put };
}

describe('Prefer: return=minimal', () => {
  test.each([
    'return=minimal',
    'Return="minimal"',
    'RETURN=Minimal',
    'foo; bar=1, return=minimal; x',
    'return=minimal, validate-only=false',
  ])('%s applies the update and returns 204 with the ETag', async (prefer) => {
    const { id, put } = await person();
    const { status, headers, text } = await put({ first_name: 'Ada' }, { prefer });
    expect([status, text, headers.get('etag')]).toEqual([204, '', '"2"']);
    expect(headers.get('preference-applied')).toBe('return=minimal');
    expect(await stack.row(id)).toMatchObject({ first_name: 'Ada' });
  });

  test('does not hide an error', async () => {
    const { put } = await person();
    const response = await put({ role_id: NOWHERE }, { prefer: 'return=minimal' });
    expect(response.body).toMatchObject({ status: 422, code: 'reference_not_found' });
    expect(response.headers.get('preference-applied')).toBeNull();
  });

  test.each([
    'return=representation',
    'respond-async',
    'x="a, validate-only, return=minimal"',
    'return=representation, return=minimal',
    '',
  ])('%j returns the user', async (prefer) => {
    const { put } = await person();
    const response = await put({}, { prefer });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([200, null]);
  });
});

describe('Prefer: validate-only', () => {
  const DRY = { prefer: 'validate-only' };

  test('returns the user after the update and writes nothing', async () => {
    const { id, keyId, put } = await person();
    await put({ last_name: 'L' }, {});
    await stack.query('update api_keys set last_used_at = null where id = $1', [keyId]);
    const before = await stack.row(id);
    const response = await put({ first_name: 'Ada', birthdate: '2000-01-01T00:00:00Z' }, DRY);
    expect([response.status, response.headers.get('preference-applied')]).toEqual([
      200,
      'validate-only',
    ]);
    expect(response.body.meta).toEqual({ validate_only: true });
    expect(response.body.message).toBe('Data validated successfully');
    expect(response.body.data).toMatchObject({
      first_name: 'Ada',
      last_name: 'L',
      birthdate: '2000-01-01T00:00:00Z',
    });
    expect(response.headers.get('etag')).toBe('"2"');
    expect(await stack.row(id)).toEqual(before);
    expect(await stack.log(id)).toHaveLength(1);
    expect(await stack.query('select last_used_at from api_keys where id = $1', [keyId])).toEqual([
      { last_used_at: null },
    ]);
  });

  test('returns the version that the update would be merged from', async () => {
    const { put } = await person();
    await put({ last_name: 'L' }, {});
    const { body } = await put({ first_name: 'Ada' }, { ...DRY, 'base-version': '"1"' });
    expect(body.meta).toEqual({ merged_from: 1, validate_only: true });
    expect(body.data).toMatchObject({ first_name: 'Ada', last_name: 'L' });
  });

  test.each<[string, object, Record<string, string>]>([
    ['validation_failed', { first_nam: 'A' }, {}],
    ['reference_not_found', { role_id: NOWHERE }, {}],
    ['reference_not_found', { active_billing_plan_id: NOWHERE }, {}],
    ['reference_not_found', { next_billing_plan_id: NOWHERE }, {}],
    ['email_taken', { email: 'Rival@Example.com' }, {}],
    ['precondition_failed', { first_name: 'A' }, { 'if-match': '"7"' }],
    ['edit_conflict', { last_name: 'A' }, { 'base-version': '"1"' }],
  ])('reports %s like the real update', async (code, body, headers) => {
    const { id, put } = await person();
    const rival = await stack.user({ email: 'rival@example.com' });
    await put({ last_name: 'L' }, {});
    const dry = await put(body, { ...DRY, ...headers });
    const real = await put(body, headers);
    expect(dry.body.code).toBe(code);
    expect({ ...dry.body, request_id: '' }).toEqual({ ...real.body, request_id: '' });
    expect(await stack.row(id)).toMatchObject({ version: 2 });
    await stack.query('delete from users where id = $1', [rival]);
  });

  test('reports the fields that the key may not change', async () => {
    const id = await stack.user();
    const { key } = await stack.key(id, { role: 'profile' });
    const { body } = await stack.put(id, key, { is_superuser: true, first_name: 'A' }, DRY);
    expect(body).toMatchObject({
      code: 'field_not_writable',
      errors: [{ pointer: '/is_superuser' }],
    });
  });

  test('accepts the current values', async () => {
    const { id, put } = await person();
    const { email } = await stack.row(id);
    const response = await put({ email: String(email).toUpperCase(), is_trial: false }, DRY);
    expect(response.status).toBe(200);
  });

  test.each(['cut', 'cutAfterCommit'] as const)(
    'is sent again after %s, because it is harmless, and fails with not_applied after all attempts',
    async (fault) => {
      const { put } = await person();
      stack.database.faults.push(fault);
      expect((await put({ first_name: 'A' }, DRY)).status).toBe(200);
      stack.database.faults.push(fault, fault, fault);
      expect((await put({ first_name: 'A' }, DRY)).body).toMatchObject({
        status: 503,
        code: 'database_unavailable',
        outcome: 'not_applied',
      });
    },
  );

  test.each([
    'validate-only',
    'Validate-Only',
    'validate-only=true',
    'validate-only = TRUE',
    'validate-only="true"',
    'validate-only=1',
    'validate-only=?1; x=false',
    'wait=5, validate-only=true',
    'validate-only, validate-only=false',
  ])('%s asks for a dry run', async (prefer) => {
    const { id, put } = await person();
    const response = await put({ first_name: 'Ada' }, { prefer });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([
      200,
      'validate-only',
    ]);
    expect(await stack.row(id)).toMatchObject({ first_name: null, version: 1 });
  });

  test.each([
    'validate-only=false',
    'Validate-Only=FALSE',
    'validate-only="false"',
    'validate-only=0',
    'validate-only=?0',
    'validate-only=false, validate-only',
  ])('%s asks for no dry run: the update is applied', async (prefer) => {
    const { id, put } = await person();
    const response = await put({ first_name: 'Ada' }, { prefer });
    expect([response.status, response.body.meta]).toEqual([200, {}]);
    expect(response.headers.get('preference-applied')).toBeNull();
    expect(await stack.row(id)).toMatchObject({ first_name: 'Ada', version: 2 });
  });

  test.each([
    'validate-only=',
    'validate-only=""',
    'validate-only=" "',
    'validate-only=yes',
    'validate-only=off',
    'validate-only=2',
    'validate-only="true,"',
    'validate-only="false',
    'validate-only=false=true',
    'validate-only: false',
    'validate-only false',
    'validate-only constructor',
    'return=minimal, validate-only=x',
    'return=minimal; validate-only',
    'return=minimal validate-only=true',
    'wait=5;validate-only=true',
    'validate_only',
    'ValidateOnly=true',
  ])('%s is malformed: returns 400 and changes nothing', async (prefer) => {
    const { id, put } = await person();
    const before = stack.database.requests;
    expect((await put({ first_name: 'Ada' }, { prefer })).body).toMatchObject({
      status: 400,
      code: 'malformed_header',
      errors: [{ header: 'Prefer', code: 'invalid_format' }],
    });
    expect(stack.database.requests).toBe(before);
    expect(await stack.row(id)).toMatchObject({ first_name: null, version: 1 });
  });

  test('wins over return=minimal', async () => {
    const { put } = await person();
    const response = await put({ first_name: 'A' }, { prefer: 'return=minimal, validate-only' });
    expect([response.status, response.body.meta]).toEqual([200, { validate_only: true }]);
  });
});

describe('one database request', () => {
  const every: Record<string, string[]> = {
    'if-match': ['', '"1"', '"9"', '*'],
    'base-version': ['', '"1"', '"9"'],
    'idempotency-key': ['', '"k"'],
    prefer: ['', 'return=minimal', 'validate-only', 'validate-only=false'],
  };
  const combinations = Object.entries(every).reduce<Record<string, string>[]>(
    (sets, [name, values]) =>
      sets.flatMap((set) => values.map((value) => (value ? { ...set, [name]: value } : set))),
    [{}],
  );

  test.each(combinations.map((set) => [JSON.stringify(set), set] as const))(
    'with %s',
    async (_, headers) => {
      const { put } = await person();
      const before = stack.database.requests;
      const response = await put({ first_name: 'Ada', is_trial: true }, headers);
      expect(response.status).toBeLessThan(413);
      expect(stack.database.requests - before).toBe(1);
      expect(response.headers.get('server-timing')).toMatch(
        /^db;dur=\d+, total;dur=\d+, db_requests;desc="1"$/,
      );
    },
  );
});

describe('Request-Timeout', () => {
  test('shortens the deadline of the database', async () => {
    const { id, put } = await person();
    const holder = await stack.pool.connect();
    await holder.query('begin');
    await holder.query('select from users where id = $1 for update', [id]);
    const response = await put({ first_name: 'Ada' }, { 'request-timeout': '1' });
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await expect.poll(async () => (await stack.query(waiting)).length).toBe(0);
    await holder.query('commit');
    holder.release();
    // The attempt has so little time that it may end before it reports the lock.
    expect(['database_busy', 'outcome_unknown']).toContain(response.body.code);
    expect(Number((await stack.logLine(response))['database_ms'])).toBeLessThan(5000);
    expect(await stack.row(id)).toMatchObject({ version: 1 });
  });

  test('that is empty is ignored', async () => {
    const { put } = await person();
    expect((await put({}, { 'request-timeout': '' })).status).toBe(200);
  });

  test.each(['1', '30'])('%s is enough for a healthy database', async (seconds) => {
    const { put } = await person();
    expect((await put({}, { 'request-timeout': seconds })).status).toBe(200);
  });

  test.each(['0', '31', '-1', '1.5', '1s', '1, 2'])('%j is malformed', async (seconds) => {
    const { put } = await person();
    const before = stack.database.requests;
    expect((await put({}, { 'request-timeout': seconds })).body).toMatchObject({
      status: 400,
      code: 'malformed_header',
      errors: [{ header: 'Request-Timeout', code: 'invalid_format' }],
    });
    expect(stack.database.requests).toBe(before);
  });
});
