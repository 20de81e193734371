import { expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack();

/** Creates a user with this many inactive keys, half revoked and half expired, and one active key. */
async function owner(inactive: number) {
  const id = await stack.user({ is_superuser: true });
  await stack.query(
    `insert into api_keys (owner_id, name, scopes, hash, prefix, created_at, revoked_at, expires_at)
     select $1::uuid, 'ended', '{user:read}', sha256(($1::text || n)::bytea), 'in-000000', now() - interval '1 hour',
       case when n % 2 = 0 then now() end, case when n % 2 = 1 then now() - interval '1 minute' end
     from generate_series(1, $2::int) as n`,
    [id, inactive],
  );
  return { id, ...(await stack.key(id)) };
}

const createdHash = ([request]: unknown[]): Buffer =>
  Buffer.from(/"hash":"\\\\x(\w+)"/.exec(String(request))?.[1] ?? '', 'hex');

/**
 * Returns how many pages of the database the statement of a request reads. Its changes are rolled
 * back.
 */
async function pagesOf(request: () => Promise<{ status: number }>): Promise<number> {
  expect((await request()).status).toBeLessThan(300);
  const { query, params } = stack.database.statement;
  const client = await stack.pool.connect();
  const explain = async () => {
    await client.query('begin');
    // Deletes the key that the request has created, so that the statement can create it again.
    await client.query('delete from api_keys where hash = $1', [createdHash(params)]);
    const { rows } = await client.query(`explain (analyze, buffers, format json) ${query}`, params);
    await client.query('rollback');
    return rows[0]['QUERY PLAN'][0].Plan;
  };
  // The first calls compile the functions and plan their queries.
  for (let call = 0; call < 8; call++) await explain();
  const plan = await explain();
  client.release();
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

test('the cost of listing, creating and rotating keys does not depend on the number of inactive keys', async () => {
  const few = await owner(100);
  const many = await owner(20_000);
  await stack.query('vacuum analyze api_keys');
  const send = (method: string, path: string, key: string, body?: object) =>
    stack.fetch(`/api/v1/keys${path}`, {
      method,
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['POST', '', { name: 'n', role: 'profile' }],
    ['POST', '/self/rotate', { grace: 3600 }],
  ] as const) {
    const pages = [];
    for (const { key } of [few, many])
      pages.push(await pagesOf(() => send(method, path, key, body)));
    const [before = 0, after = 0] = pages;
    expect(after, `${method} ${path}`).toBeLessThan(2 * before + 20);
  }
});
