import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../src/permissions.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '6000' });
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** A user with the versions 1 (Ada), 2 (Grace), 3 (phone), 4 (Joan). */
async function person(scopes?: readonly Scope[]) {
  const id = await stack.user({ is_superuser: true, first_name: 'Ada' });
  const { key, keyId } = await stack.key(id);
  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    stack.call(method, `/user/${id}${path}`, key, body, headers);
  await call('PUT', '', { first_name: 'Grace', birthdate: '1906-12-09T00:00:00Z' });
  await call('PUT', '', { phone: '1' });
  await call('PUT', '', { first_name: 'Joan' });
  const limited = scopes && (await stack.key(id, { scopes })).key;
  return { id, key, keyId, limited: limited ?? '', call };
}

describe('GET of changes', () => {
  test('returns them newest first, each with who changed what from what to what', async () => {
    const { key, call } = await person();
    const { status, body } = await call('GET', '/changes');
    expect([status, body.meta]).toEqual([200, { next_cursor: null }]);
    expect(body.data.map(({ version }: { version: number }) => version)).toEqual([4, 3, 2, 1]);
    expect(body.data[2]).toEqual({
      version: 2,
      changed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      changed_by: key.slice(0, 9),
      request_id: expect.any(String),
      reverts: null,
      fields: {
        first_name: { before: 'Ada', after: 'Grace' },
        birthdate: { before: null, after: '1906-12-09T00:00:00Z' },
      },
    });
    expect(body.data[3]).toMatchObject({
      changed_by: null,
      request_id: 'sql',
      fields: { first_name: { before: null, after: 'Ada' } },
    });
  });

  test('has pages that a change in between does not move', async () => {
    const { call } = await person();
    const first = await call('GET', '/changes?limit=2');
    await call('PUT', '', { phone: '2' });
    const second = await call('GET', `/changes?limit=2&cursor=${first.body.meta.next_cursor}`);
    const versions = [...first.body.data, ...second.body.data].map(({ version }) => version);
    expect([versions, second.body.meta.next_cursor]).toEqual([[4, 3, 2, 1], null]);
  });

  test('returns 404 for a user who does not exist, and 403 for another user', async () => {
    const { key } = await person();
    const missing = await stack.call('GET', `/user/${NOBODY}/changes`, key);
    expect([missing.status, missing.body.code]).toEqual([404, 'user_not_found']);
    const { key: own } = await stack.key(await stack.user(), { role: 'read_only' });
    const foreign = await stack.call('GET', `/user/${NOBODY}/changes`, own);
    expect([foreign.status, foreign.body.code]).toEqual([403, 'insufficient_scope']);
  });
});

describe('GET of a version', () => {
  test('returns what GET returned when the user had it', async () => {
    const id = await stack.user({ is_superuser: true });
    const { key } = await stack.key(id);
    const bodies = [
      { first_name: 'A', birthdate: '2000-01-01T00:00:00.123456Z' },
      { first_name: null, is_trial: true, stripe_customer_id: 'cus_1' },
      { birthdate: null, address: 'x\ny' },
      { email: `${randomUUID()}@example.com` },
    ];
    const seen = [await stack.call('GET', `/user/${id}`, key)];
    for (const body of bodies) {
      await stack.call('PUT', `/user/${id}`, key, body);
      seen.push(await stack.call('GET', `/user/${id}`, key));
    }
    for (const [i, then] of seen.entries()) {
      const now = await stack.call('GET', `/user/${id}/versions/${i + 1}`, key);
      expect([now.status, now.body, now.headers.get('etag')]).toEqual([
        200,
        then.body,
        then.headers.get('etag'),
      ]);
    }
  });

  test('returns 304 to a client that has it', async () => {
    const { call } = await person();
    const { status } = await call('GET', '/versions/2', undefined, { 'if-none-match': '"2"' });
    expect(status).toBe(304);
  });

  test.each(['5', '2147483647'])(
    'returns 404 version_not_found for %s, in the future',
    async (version) => {
      const { call } = await person();
      const { status, body } = await call('GET', `/versions/${version}`);
      expect([status, body.code]).toEqual([404, 'version_not_found']);
    },
  );

  test('returns 404 version_not_found where the log has a gap', async () => {
    const { id, call } = await person();
    await stack.query('delete from user_changes where user_id = $1 and version = 3', [id]);
    expect((await call('GET', '/versions/2')).body.code).toBe('version_not_found');
    expect((await call('GET', '/versions/3')).status).toBe(200);
  });

  test.each(['0', '-1', '1.5', 'x', '2147483648', '99999999999'])(
    'refuses the version %s with a violation of the parameter',
    async (version) => {
      const { call } = await person();
      const { status, body } = await call('GET', `/versions/${version}`);
      expect([status, body.code]).toEqual([422, 'validation_failed']);
      expect(body.errors).toMatchObject([{ parameter: 'version', code: 'out_of_range' }]);
    },
  );
});

describe('POST of a revert', () => {
  test('to a version restores the user, whatever came since, in a new version', async () => {
    const { call } = await person();
    const then = await call('GET', '/versions/2');
    const { status, headers, body } = await call('POST', '/revert', { version: 2 });
    expect([status, headers.get('etag'), body.message]).toEqual([
      200,
      '"5"',
      'Data updated successfully',
    ]);
    expect(body.data).toEqual(then.body.data);
    const log = await call('GET', '/changes?limit=1');
    expect(log.body.data[0]).toMatchObject({
      version: 5,
      reverts: { version: 2 },
      fields: {
        first_name: { before: 'Joan', after: 'Grace' },
        phone: { before: '1', after: null },
      },
    });
  });

  test('of one change takes that back and leaves what came since', async () => {
    const { call } = await person();
    const { status, body } = await call('POST', '/revert', { undo: 3 });
    expect([status, body.data.phone, body.data.first_name]).toEqual([200, null, 'Joan']);
    const log = await call('GET', '/changes?limit=1');
    expect(log.body.data[0]).toMatchObject({ version: 5, reverts: { undo: 3 } });
  });

  test('of a change that was changed since is a conflict, with both values', async () => {
    const { key, call } = await person();
    const { status, headers, body } = await call('POST', '/revert', { undo: 2 });
    expect([status, body.code, headers.get('etag')]).toEqual([409, 'edit_conflict', '"4"']);
    expect(body.conflicts).toEqual([
      {
        pointer: '/first_name',
        base: 'Grace',
        sent: 'Ada',
        current: 'Joan',
        changed_at: expect.any(String),
        changed_by: key.slice(0, 9),
      },
    ]);
    expect((await call('GET', '')).headers.get('etag')).toBe('"4"');
  });

  test('of a change beyond the versions that a merge reaches works', async () => {
    const { id, call } = await person();
    await stack.query(
      `with more as (select generate_series(5, 150) as version), written as (
        insert into user_changes (user_id, version, request_id, changed_at, changes)
        select $1, version, 'other', now(), '{}' from more
      ) update users set version = 150 where id = $1`,
      [id],
    );
    const { status, body } = await call('POST', '/revert', { undo: 3 });
    expect([status, body.data.phone]).toEqual([200, null]);
  });

  test('reaches 1,000 versions back and no further, as does reading one', async () => {
    const { id, call } = await person();
    await stack.query(
      `with written as (
        insert into user_changes (user_id, version, request_id, changed_at, changes)
        select $1, version, 'other', now(), '{}' from generate_series(5, 1003) as version
      ) update users set version = 1003 where id = $1`,
      [id],
    );
    expect((await call('GET', '/versions/3')).body.data.phone).toBe('1');
    for (const response of [
      await call('GET', '/versions/2'),
      await call('POST', '/revert', { version: 2 }),
      await call('POST', '/revert', { undo: 3 }),
    ])
      expect([response.status, response.body.code]).toEqual([404, 'version_not_found']);
    expect((await call('POST', '/revert', { version: 3 })).status).toBe(200);
  });

  test('that changes nothing keeps the version', async () => {
    const { call } = await person();
    const { status, headers } = await call('POST', '/revert', { version: 4 });
    expect([status, headers.get('etag')]).toEqual([200, '"4"']);
  });

  test('requires the scopes of the fields that it changes', async () => {
    const { id, key, limited } = await person(['user:read', 'user:write']);
    await stack.call('PUT', `/user/${id}`, key, { is_enterprise: true });
    const { status, body } = await stack.call('POST', `/user/${id}/revert`, limited, {
      version: 4,
    });
    expect([status, body.code]).toEqual([403, 'field_not_writable']);
    expect(body.errors).toMatchObject([
      {
        pointer: '/version',
        code: 'not_writable',
        detail: 'This key cannot change is_enterprise.',
      },
    ]);
    const own = await stack.call('POST', `/user/${id}/revert`, limited, { undo: 4 });
    expect([own.status, own.body.data.first_name]).toEqual([200, 'Grace']);
  });

  test('obeys If-Match, and validate-only', async () => {
    const { call } = await person();
    const stale = await call('POST', '/revert', { version: 1 }, { 'if-match': '"3"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    const dry = await call('POST', '/revert', { version: 1 }, { prefer: 'validate-only' });
    expect([dry.status, dry.body.data.first_name, dry.body.meta]).toEqual([
      200,
      'Ada',
      { validate_only: true },
    ]);
    expect((await call('GET', '')).headers.get('etag')).toBe('"4"');
  });

  test('under the same Idempotency-Key takes place once', async () => {
    const { call } = await person();
    const send = () => call('POST', '/revert', { undo: 3 }, { 'idempotency-key': 'r1' });
    const [first, second] = [await send(), await send()];
    expect([first.headers.get('etag'), second.headers.get('etag')]).toEqual(['"5"', '"5"']);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const other = await call('POST', '/revert', { version: 3 }, { 'idempotency-key': 'r1' });
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  test('whose response was lost takes place once', async () => {
    const { call } = await person();
    stack.database.faults.push('cutAfterCommit');
    const { status, headers } = await call('POST', '/revert', { version: 1 });
    expect([status, headers.get('etag')]).toEqual([200, '"5"']);
    expect((await call('GET', '')).headers.get('etag')).toBe('"5"');
  });

  test('of an address that somebody else has by now is email_taken', async () => {
    const { id, call } = await person();
    const { body } = await call('GET', '');
    await call('PUT', '', { email: `${randomUUID()}@example.com` });
    await stack.user({ email: body.data.email });
    const { status, body: problem } = await call('POST', '/revert', { version: 1 });
    expect([status, problem.code]).toEqual([409, 'email_taken']);
    expect(id).toBeTruthy();
  });

  test.each([
    [{ version: 9 }, 404, 'version_not_found'],
    [{ undo: 9 }, 404, 'version_not_found'],
  ])('to %j is %i %s', async (body, status, code) => {
    const { call } = await person();
    const response = await call('POST', '/revert', body);
    expect([response.status, response.body.code]).toEqual([status, code]);
  });

  test.each([
    [{}, '', 'required'],
    [{ version: 1, undo: 2 }, '/undo', 'unknown_field'],
    [{ version: 0 }, '/version', 'out_of_range'],
    [{ undo: 1 }, '/undo', 'out_of_range'],
    [{ version: '1' }, '/version', 'invalid_type'],
    [{ version: null }, '/version', 'not_nullable'],
    [{ version: 1.5 }, '/version', 'invalid_format'],
    [{ version: 2 ** 31 }, '/version', 'out_of_range'],
    [{ verison: 1 }, '/verison', 'unknown_field'],
  ])('refuses %j', async (body, pointer, code) => {
    const { call } = await person();
    const response = await call('POST', '/revert', body);
    expect([response.status, response.body.code]).toEqual([422, 'validation_failed']);
    expect(response.body.errors[0]).toMatchObject({ pointer, code });
  });
});
