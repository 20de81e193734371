import { afterEach, describe, expect, test } from 'vitest';
import { hashApiKey } from '../../src/auth/api-key.ts';
import { SQLSTATES } from '../../src/db/faults.ts';
import type { ApiResponse } from '../support/contract.ts';
import type { Fault } from '../support/database-endpoint.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '2500' });
const EMAIL = 'very.private@example.com';
const NAME = 'Augusta-Ada';

async function owner() {
  const id = await stack.user({ is_superuser: true });
  return { id, ...(await stack.key(id)) };
}

/** Sends a PUT under these faults. Returns what the client got and whether the database applied it. */
async function under(...faults: Fault[]) {
  const { id, key } = await owner();
  const before = stack.database.requests;
  stack.database.faults.push(...faults);
  const response = await stack.put(id, key, { first_name: NAME, email: EMAIL });
  const requests = stack.database.requests - before;
  const applied = (await stack.row(id))['version'] === 2;
  await stack.query('delete from users where id = $1', [id]);
  await expectNothingLeaks(response, key);
  return { response, applied, requests };
}

/**
 * Expects that neither the response nor any log line contains SQL, the key, its hash, personal data
 * or the URL.
 */
async function expectNothingLeaks(response: ApiResponse, key: string) {
  await stack.logLine(response);
  const shown = response.status === 200 ? '' : response.text;
  const hash = Buffer.from(await hashApiKey(key));
  const seen = [shown, JSON.stringify([...response.headers]), ...stack.logs].join('\n');
  const secrets = [
    key,
    key.slice(3, -6),
    hash.toString('hex'),
    hash.toString('base64'),
    EMAIL,
    NAME,
    'api_key=',
    'postgres:',
    'postgresql:',
    '/sql',
  ];
  for (const secret of secrets) expect(seen).not.toContain(secret);
  expect(seen).not.toMatch(
    /\b(select|insert|update \w|returning|from users|node_modules|at \w+ \()/i,
  );
}

afterEach(() => stack.database.faults.splice(0));

const sqlstate = (code: string) => ({
  status: 400,
  body: JSON.stringify({ message: `update users ${EMAIL}`, code }),
});

const UNAVAILABLE = { status: 503, code: 'database_unavailable' };
const UNKNOWN = { status: 504, code: 'outcome_unknown', outcome: 'unknown' };

describe('if the statement surely did not run, the response is 503 not_applied:', () => {
  const compute = {
    status: 500,
    body: JSON.stringify({ message: "Couldn't connect to compute node" }),
  };

  test('the proxy cannot reach Postgres, three times', async () => {
    const { response, applied, requests } = await under(compute, compute, compute);
    expect(response.body).toMatchObject({ ...UNAVAILABLE, outcome: 'not_applied' });
    expect([applied, requests]).toEqual([false, 3]);
  });

  test('the proxy cannot reach Postgres once: the second attempt succeeds', async () => {
    const { response, applied, requests } = await under(compute);
    expect([response.status, applied, requests]).toEqual([200, true, 2]);
  });

  test.each(['08001', '08003', '08004', '08006', '57P01', '57P03', '53300'])(
    'SQLSTATE %s before the statement is tried again',
    async (code) => {
      const fault = { status: 500, body: JSON.stringify({ message: 'no connection', code }) };
      const { response, applied, requests } = await under(fault);
      expect([response.status, applied, requests]).toEqual([200, true, 2]);
    },
  );

  test('the login is refused', async () => {
    const { response } = await under({
      status: 400,
      body: JSON.stringify({ message: "password authentication failed for user 'app'", code: '' }),
    });
    expect(response.body).toMatchObject({ ...UNAVAILABLE, outcome: 'not_applied' });
  });

  test.each([401, 402, 403, 404, 413, 429])('the proxy returns %i', async (status) => {
    const { response, requests } = await under({ status, body: '{"message": "quota"}' });
    expect(response.body).toMatchObject({ ...UNAVAILABLE, outcome: 'not_applied' });
    expect(requests).toBe(1);
  });
});

describe('after an unreadable response the statement is sent again, and three of them are 503 with outcome unknown:', () => {
  test.each<[string, Fault]>([
    ['a bare 500', { status: 500, body: 'Internal Server Error' }],
    ['a 502 page', { status: 502, body: `<html>${EMAIL}</html>` }],
    ['no JSON', { status: 200, body: 'garbage' }],
    ['nothing', { status: 200, body: '' }],
    ['half of the JSON', { status: 200, body: '{"fields":[{"name":' }],
    ['other JSON', { status: 200, body: '{"msg": "select 1"}' }],
    ['null', { status: 200, body: 'null' }],
    [
      'rows of another statement',
      { status: 200, body: '{"fields":[{"name":"a","dataTypeID":25}],"rows":[["x"]]}' },
    ],
    ['an error without JSON', { status: 400, body: 'Bad Request' }],
  ])('%s', async (_, fault) => {
    const once = await under(fault);
    expect([once.response.status, once.applied, once.requests]).toEqual([200, true, 2]);
    const { response, applied, requests } = await under(fault, fault, fault);
    expect(response.body).toMatchObject({ ...UNAVAILABLE, outcome: 'unknown' });
    expect(response.headers.get('retry-after')).toBe('1');
    expect([applied, requests]).toEqual([false, 3]);
  });
});

describe('without a response the statement is sent again, and after three attempts it is 504 outcome_unknown:', () => {
  test('the connection is refused', async () => {
    const { id, key } = await owner();
    await stack.database.close();
    const response = await stack.put(id, key, { first_name: NAME });
    await stack.database.listen();
    expect(response.body).toMatchObject(UNKNOWN);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await stack.row(id)).toMatchObject({ version: 1 });
    await expectNothingLeaks(response, key);
    expect(await stack.logLine(response)).toMatchObject({
      status: 504,
      fault: 'connection lost',
      database_requests: 3,
    });
  });

  test.each<[Fault, boolean]>([
    ['cut', false],
    ['cutAfterCommit', true],
    ['cutResponse', true],
    ['hang', false],
  ])('%s', async (fault, reallyApplied) => {
    const once = await under(fault);
    expect([once.response.status, once.applied, once.requests]).toEqual([200, true, 2]);
    const { response, applied, requests } = await under(fault, fault, fault);
    expect(response.body).toMatchObject(UNKNOWN);
    expect(response.headers.get('retry-after')).toBe('1');
    expect([applied, requests]).toEqual([reallyApplied, 3]);
  });

  test('the proxy lost Postgres in the middle', async () => {
    const fault = {
      status: 400,
      body: JSON.stringify({ message: 'connection closed', code: '' }),
    };
    expect((await under(fault)).response.status).toBe(200);
    expect((await under(fault, fault, fault)).response.body).toMatchObject(UNKNOWN);
  });
});

describe('the table of SQLSTATEs maps an error of Postgres to a response:', () => {
  /** The response to a PUT, and the number of database requests. A class stands for its unlisted codes. */
  const OUTCOMES = {
    passing: [200, undefined, undefined, 2],
    unavailable: [503, 'database_unavailable', 'not_applied', 1],
    busy: [200, undefined, undefined, 2],
    lost: [200, undefined, undefined, 2],
    violation: [500, 'internal_error', 'not_applied', 1],
    defect: [500, 'internal_error', 'not_applied', 1],
  } as const;
  const unlisted = ['22P02', '25001', '42501', '42P01', '0A000', 'XX000', 'ZZZZZ'];

  test.each([...Object.entries(SQLSTATES), ...unlisted.map((code) => [code, 'defect'] as const)])(
    '%s is %s',
    async (code, meaning) => {
      const { response, requests } = await under(sqlstate(code.padEnd(5, '9')));
      expect([response.status, response.body.code, response.body.outcome, requests]).toEqual(
        OUTCOMES[meaning],
      );
      expect(response.headers.get('retry-after')).toBe(response.status >= 503 ? '1' : null);
    },
  );

  test.each([
    ['08006', 'lost'],
    ['08P01', 'lost'],
    ['53300', 'unavailable'],
    ['57014', 'unavailable'],
    ['55006', 'unavailable'],
  ] as const)('%s is %s, like its class', async (code, meaning) => {
    const { response, requests } = await under(sqlstate(code));
    expect([response.status, response.body.code, response.body.outcome, requests]).toEqual(
      OUTCOMES[meaning],
    );
  });
});

test('the deadline cancels the statement in the database', async () => {
  const { id, key } = await owner();
  await stack.query(`create function slow() returns trigger language plpgsql
    as $$ begin perform pg_sleep(20); return new; end $$`);
  await stack.query(
    'create trigger slow before update on users for each row execute function slow()',
  );
  const response = await stack.put(id, key, { first_name: NAME });
  expect(response.body).toMatchObject(UNKNOWN);
  await expect
    .poll(
      async () =>
        (await stack.query(`select from pg_stat_activity where wait_event = 'PgSleep'`)).length,
    )
    .toBe(0);
  await stack.query('drop function slow cascade');
  expect(await stack.row(id)).toMatchObject({ first_name: null, version: 1 });
});

test('a statement that waits for a lock ends before the deadline and does not run later', async () => {
  const { id, key } = await owner();
  const holder = await stack.pool.connect();
  await holder.query('begin');
  await holder.query('select from users where id = $1 for update', [id]);
  const response = await stack.put(id, key, { first_name: NAME });
  expect(response.body).toMatchObject({
    status: 503,
    code: 'database_busy',
    outcome: 'not_applied',
  });
  await holder.query('commit');
  holder.release();
  expect(await stack.row(id)).toMatchObject({ first_name: null, version: 1 });
});

test('an error in our own statement is a 500 without details', async () => {
  const { response, requests } = await under({
    status: 400,
    body: JSON.stringify({
      message: `column ${EMAIL} does not exist`,
      code: '42703',
      position: '16',
    }),
  });
  expect(response.body).toEqual({
    type: expect.stringMatching(/\/docs\/errors\/internal_error$/),
    title: 'Internal server error',
    status: 500,
    detail: expect.any(String),
    code: 'internal_error',
    request_id: response.headers.get('x-request-id'),
    outcome: 'not_applied',
  });
  expect(requests).toBe(1);
});

test('an unexpected constraint violation is a 500', async () => {
  const { response } = await under({
    status: 400,
    body: JSON.stringify({
      message: EMAIL,
      code: '23505',
      constraint: 'user_changes_pkey',
      detail: EMAIL,
    }),
  });
  expect(response.body).toMatchObject({
    status: 500,
    code: 'internal_error',
    outcome: 'not_applied',
  });
});

describe('a real Postgres', () => {
  test('that ends the connection during the statement: the second attempt succeeds', async () => {
    const { id, key } = await owner();
    const holder = await stack.pool.connect();
    await holder.query('begin');
    await holder.query('select from users where id = $1 for update', [id]);
    const response = stack.put(id, key, { first_name: NAME });
    const waiting = `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`;
    await expect.poll(async () => (await stack.query(waiting)).length).toBe(1);
    await holder.query('commit');
    holder.release();
    expect((await response).status).toBe(200);
    expect(await stack.row(id)).toMatchObject({ first_name: NAME, version: 2 });
  });

  test('without the migrations causes a 500, and the log has only the SQLSTATE', async () => {
    const { id, key } = await owner();
    await stack.query('alter table user_changes rename to elsewhere');
    const response = await stack.put(id, key, { first_name: NAME, email: EMAIL });
    await stack.query('alter table elsewhere rename to user_changes');
    expect(response.body).toMatchObject({ status: 500, code: 'internal_error' });
    expect(await stack.logLine(response)).toMatchObject({ fault: 'SQLSTATE 42P01' });
    await expectNothingLeaks(response, key);
  });
});
