import { beforeAll, describe, expect, test } from 'vitest';
import { signInVariables, usePeople } from '../support/oidc-people.ts';
import { useStack } from '../support/stack.ts';

// In a failover the database is read-only for a while (SQLSTATE 25006).

const variables = await signInVariables();
const stack = useStack(variables);
const people = usePeople(stack, variables);
const caller = { id: '', key: '', keyId: '', cookie: '' };

beforeAll(async () => {
  const { id, cookie } = await people.signedIn({ is_superuser: true });
  // Never used before, so that each request would record its first use.
  Object.assign(caller, { id, cookie, ...(await stack.key(id)) });
  await stack.query(
    `do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$`,
  );
  await stack.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
});

const send = (method: string, path: string, body?: unknown, headers = {}) =>
  stack.fetch(path.replace('{user}', caller.id).replace('{key}', caller.keyId), {
    method,
    headers: {
      authorization: `Bearer ${caller.key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

describe('while the database is read-only', () => {
  test.each(['/api/v1/user/{user}', '/api/v1/keys', '/api/v1/keys/{key}', '/api/v1/keys/self'])(
    'GET %s still works',
    async (path) => {
      const { status, body } = await send('GET', path);
      expect([status, body.code]).toEqual([200, undefined]);
    },
  );

  test('so do the requests of a signed-in user', async () => {
    for (const path of ['/auth/session', '/api/v1/keys'])
      expect((await stack.fetch(path, { headers: { cookie: caller.cookie } })).status).toBe(200);
  });

  test.each([
    ['PUT', '/api/v1/user/{user}', { first_name: 'Ada' }, {}],
    ['PUT', '/api/v1/user/{user}', {}, {}],
    ['PUT', '/api/v1/user/{user}', { is_enterprise: true }, {}],
    ['PUT', '/api/v1/user/{user}', { first_name: 'Ada' }, { 'idempotency-key': '"a"' }],
    ['POST', '/api/v1/keys', { name: 'n', role: 'profile' }, {}],
    ['POST', '/api/v1/keys/{key}/rotate', {}, {}],
    ['POST', '/api/v1/keys/self/rotate', {}, {}],
    ['DELETE', '/api/v1/keys/{key}', undefined, {}],
    ['POST', '/api/v1/feedback', { page: '/docs', helpful: true }, {}],
  ])('%s %s %j returns 503 not_applied with Retry-After', async (method, path, body, headers) => {
    const { status, body: problem, headers: received } = await send(method, path, body, headers);
    expect([status, problem.code, problem.outcome, received.get('retry-after')]).toEqual([
      503,
      'database_unavailable',
      'not_applied',
      '1',
    ]);
  });

  test('POST /api/v1/keys/report and signing out return it too', async () => {
    const report = await send('POST', '/api/v1/keys/report', { key: caller.key });
    expect([report.status, report.body.outcome]).toEqual([503, 'not_applied']);
    const out = await stack.fetch('/auth/logout', {
      method: 'POST',
      headers: { cookie: caller.cookie, 'sec-fetch-site': 'same-origin' },
    });
    expect([out.status, out.body.outcome]).toEqual([503, 'not_applied']);
  });
});
