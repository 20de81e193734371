import { afterEach, describe, expect, test } from 'vitest';
import { hashApiKey } from '../../src/auth/api-key.ts';
import { SQLSTATES } from '../../src/db/faults.ts';
import type { Answer } from '../support/contract.ts';
import type { Fault } from '../support/database-endpoint.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '2500' });
const EMAIL = 'very.private@example.com';
const NAME = 'Augusta-Ada';

async function owner() {
  const id = await stack.user({ is_superuser: true });
  return { id, ...(await stack.key(id)) };
}

/** PUTs once under these faults; answers what the client saw and what the database has. */
async function under(...faults: Fault[]) {
  const { id, key } = await owner();
  const before = stack.database.requests;
  stack.database.faults.push(...faults);
  const answer = await stack.put(id, key, { first_name: NAME, email: EMAIL });
  const requests = stack.database.requests - before;
  const applied = (await stack.row(id))['version'] === 2;
  await stack.query('delete from users where id = $1', [id]);
  await expectNothingLeaks(answer, key);
  return { answer, applied, requests };
}

/** Neither the answer nor any log line holds SQL, the key, its hash, personal data or the URL. */
async function expectNothingLeaks(answer: Answer, key: string) {
  await stack.logLine(answer);
  const shown = answer.status === 200 ? '' : answer.text;
  const hash = Buffer.from(await hashApiKey(key));
  const seen = [shown, JSON.stringify([...answer.headers]), ...stack.logs].join('\n');
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

describe('without a doubt that nothing happened, the answer is 503 and says so:', () => {
  const compute = {
    status: 500,
    body: JSON.stringify({ message: "Couldn't connect to compute node" }),
  };

  test('the proxy cannot reach Postgres, three times', async () => {
    const { answer, applied, requests } = await under(compute, compute, compute);
    expect(answer.body).toMatchObject({ ...UNAVAILABLE, outcome: 'not_applied' });
    expect([applied, requests]).toEqual([false, 3]);
  });

  test('the proxy cannot reach Postgres once: it is tried again and goes well', async () => {
    const { answer, applied, requests } = await under(compute);
    expect([answer.status, applied, requests]).toEqual([200, true, 2]);
  });

  test.each(['08001', '08003', '08004', '08006', '57P01', '57P03', '53300'])(
    'SQLSTATE %s while the proxy connected, before the statement, is tried again',
    async (code) => {
      const fault = { status: 500, body: JSON.stringify({ message: 'no connection', code }) };
      const { answer, applied, requests } = await under(fault);
      expect([answer.status, applied, requests]).toEqual([200, true, 2]);
    },
  );

  test('the login is refused', async () => {
    const { answer } = await under({
      status: 400,
      body: JSON.stringify({ message: "password authentication failed for user 'app'", code: '' }),
    });
    expect(answer.body).toMatchObject({ ...UNAVAILABLE, outcome: 'not_applied' });
  });

  test.each([401, 402, 403, 404, 413, 429])('the proxy answers %i instead', async (status) => {
    const { answer, requests } = await under({ status, body: '{"message": "quota"}' });
    expect(answer.body).toMatchObject({ ...UNAVAILABLE, outcome: 'not_applied' });
    expect(requests).toBe(1);
  });
});

describe('a response that cannot be understood is asked for again, and is 503 with an unknown outcome if it stays so:', () => {
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
    expect([once.answer.status, once.applied, once.requests]).toEqual([200, true, 2]);
    const { answer, applied, requests } = await under(fault, fault, fault);
    expect(answer.body).toMatchObject({ ...UNAVAILABLE, outcome: 'unknown' });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect([applied, requests]).toEqual([false, 3]);
  });
});

describe('a response that does not come is asked for again, and is 504 outcome_unknown if it never comes:', () => {
  test('the connection is refused', async () => {
    const { id, key } = await owner();
    await stack.database.close();
    const answer = await stack.put(id, key, { first_name: NAME });
    await stack.database.listen();
    expect(answer.body).toMatchObject(UNKNOWN);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await stack.row(id)).toMatchObject({ version: 1 });
    await expectNothingLeaks(answer, key);
    expect(await stack.logLine(answer)).toMatchObject({
      status: 504,
      fault: 'connection lost',
      database_requests: 3,
    });
  });

  test.each<[Fault, boolean]>([
    ['cut', false],
    ['cutAfterCommit', true],
    ['cutAnswer', true],
    ['hang', false],
  ])('%s', async (fault, reallyApplied) => {
    const once = await under(fault);
    expect([once.answer.status, once.applied, once.requests]).toEqual([200, true, 2]);
    const { answer, applied, requests } = await under(fault, fault, fault);
    expect(answer.body).toMatchObject(UNKNOWN);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect([applied, requests]).toEqual([reallyApplied, 3]);
  });

  test('the proxy lost Postgres in the middle', async () => {
    const fault = {
      status: 400,
      body: JSON.stringify({ message: 'connection closed', code: '' }),
    };
    expect((await under(fault)).answer.status).toBe(200);
    expect((await under(fault, fault, fault)).answer.body).toMatchObject(UNKNOWN);
  });
});

describe('the table of SQLSTATEs decides what an error of Postgres becomes:', () => {
  /** What a PUT gets, and how often the database was asked; a class stands for a code that is not listed. */
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
      const { answer, requests } = await under(sqlstate(code.padEnd(5, '9')));
      expect([answer.status, answer.body.code, answer.body.outcome, requests]).toEqual(
        OUTCOMES[meaning],
      );
      expect(answer.headers.get('retry-after')).toBe(answer.status >= 503 ? '1' : null);
    },
  );

  test.each([
    ['08006', 'lost'],
    ['08P01', 'lost'],
    ['53300', 'unavailable'],
    ['57014', 'unavailable'],
    ['55006', 'unavailable'],
  ] as const)('%s is %s, as its class is', async (code, meaning) => {
    const { answer, requests } = await under(sqlstate(code));
    expect([answer.status, answer.body.code, answer.body.outcome, requests]).toEqual(
      OUTCOMES[meaning],
    );
  });
});

test('the deadline cancels the statement in the database, so that it does not run later', async () => {
  const { id, key } = await owner();
  await stack.query(`create function slow() returns trigger language plpgsql
    as $$ begin perform pg_sleep(20); return new; end $$`);
  await stack.query(
    'create trigger slow before update on users for each row execute function slow()',
  );
  const answer = await stack.put(id, key, { first_name: NAME });
  expect(answer.body).toMatchObject(UNKNOWN);
  await expect
    .poll(
      async () =>
        (await stack.query(`select from pg_stat_activity where wait_event = 'PgSleep'`)).length,
    )
    .toBe(0);
  await stack.query('drop function slow cascade');
  expect(await stack.row(id)).toMatchObject({ first_name: null, version: 1 });
});

test('a statement that waits for a lock gives up before the deadline, and does not run later', async () => {
  const { id, key } = await owner();
  const holder = await stack.pool.connect();
  await holder.query('begin');
  await holder.query('select from users where id = $1 for update', [id]);
  const answer = await stack.put(id, key, { first_name: NAME });
  expect(answer.body).toMatchObject({ status: 503, code: 'database_busy', outcome: 'not_applied' });
  await holder.query('commit');
  holder.release();
  expect(await stack.row(id)).toMatchObject({ first_name: null, version: 1 });
});

test('an error in our own statement is a 500 that tells nothing', async () => {
  const { answer, requests } = await under({
    status: 400,
    body: JSON.stringify({
      message: `column ${EMAIL} does not exist`,
      code: '42703',
      position: '16',
    }),
  });
  expect(answer.body).toEqual({
    type: expect.stringMatching(/\/docs\/errors\/internal_error$/),
    title: 'Internal server error',
    status: 500,
    detail: expect.any(String),
    code: 'internal_error',
    request_id: answer.headers.get('x-request-id'),
    outcome: 'not_applied',
  });
  expect(requests).toBe(1);
});

test('a constraint that no update can violate is a 500, not a guess', async () => {
  const { answer } = await under({
    status: 400,
    body: JSON.stringify({
      message: EMAIL,
      code: '23505',
      constraint: 'user_changes_pkey',
      detail: EMAIL,
    }),
  });
  expect(answer.body).toMatchObject({
    status: 500,
    code: 'internal_error',
    outcome: 'not_applied',
  });
});

describe('a real Postgres', () => {
  test('that ends the backend in the middle of the statement: it is tried again and goes well', async () => {
    const { id, key } = await owner();
    const holder = await stack.pool.connect();
    await holder.query('begin');
    await holder.query('select from users where id = $1 for update', [id]);
    const answer = stack.put(id, key, { first_name: NAME });
    const waiting = `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`;
    await expect.poll(async () => (await stack.query(waiting)).length).toBe(1);
    await holder.query('commit');
    holder.release();
    expect((await answer).status).toBe(200);
    expect(await stack.row(id)).toMatchObject({ first_name: NAME, version: 2 });
  });

  test('without the migrations is a 500 whose log names the SQLSTATE only', async () => {
    const { id, key } = await owner();
    await stack.query('alter table user_changes rename to elsewhere');
    const answer = await stack.put(id, key, { first_name: NAME, email: EMAIL });
    await stack.query('alter table elsewhere rename to user_changes');
    expect(answer.body).toMatchObject({ status: 500, code: 'internal_error' });
    expect(await stack.logLine(answer)).toMatchObject({ fault: 'SQLSTATE 42P01' });
    await expectNothingLeaks(answer, key);
  });
});
