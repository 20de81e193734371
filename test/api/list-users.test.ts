import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { mintApiKey } from '../../src/auth/api-key.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '6000' });

const newEmail = () => `${randomUUID()}@example.com`;

async function reader() {
  const id = await stack.user({ is_superuser: true });
  return { id, ...(await stack.key(id, { scopes: ['user:read', 'users:all'] })) };
}

const list = (key: string, query: Record<string, string> = {}) =>
  stack.call('GET', `/user?${new URLSearchParams(query)}`, key);

/** The ids of all pages. `between`: what happens between two pages. */
async function walk(
  key: string,
  query: Record<string, string> = {},
  between: () => Promise<unknown> = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { status, body } = await list(key, { ...query, ...(cursor && { cursor }) });
    expect(status).toBe(200);
    ids.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.meta.next_cursor;
    await between();
  }
  return ids;
}

describe('GET of users', () => {
  test('returns the published members, with an ETag for each in meta', async () => {
    const { key } = await reader();
    const email = newEmail();
    const id = await stack.user({ email, version: 3 });
    const { status, body } = await list(key, { email });
    const one = await stack.call('GET', `/user/${id}`, key);
    expect([status, body.message]).toEqual([200, 'Data retrieved successfully']);
    expect(body).toMatchObject({
      meta: { next_cursor: null, etags: ['"3"'] },
      data: [one.body.data],
    });
  });

  test('walks through all users by id, each once, while others are created, changed and erased', async () => {
    const { key } = await reader();
    const { key: writer } = await stack.key(await stack.user({ is_superuser: true }));
    const there = await Promise.all(Array.from({ length: 12 }, () => stack.user()));
    const passing: string[] = [];
    const seen = await walk(key, { limit: '3' }, async () => {
      passing.push(await stack.user());
      await stack.call('PUT', `/user/${there[0]}`, writer, { first_name: randomUUID() });
      if (passing.length > 1) await stack.call('DELETE', `/user/${passing.shift()}`, writer);
    });
    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(there));
  });

  test('finds by e-mail address in any case, with a plus sign that is not escaped', async () => {
    const { key } = await reader();
    const email = `ada+${randomUUID()}@example.com`;
    const id = await stack.user({ email });
    const plain = await stack.call('GET', `/user?email=${email.toUpperCase()}`, key);
    expect(plain.body.data).toMatchObject([{ id, email }]);
    expect((await list(key, { email: newEmail() })).body).toMatchObject({
      data: [],
      meta: { next_cursor: null, etags: [] },
    });
  });

  test('finds by Stripe customer, page by page', async () => {
    const { key } = await reader();
    const customer = `cus_${randomUUID()}`;
    const ids = await Promise.all(
      Array.from({ length: 3 }, () => stack.user({ stripe_customer_id: customer })),
    );
    await stack.user({ stripe_customer_id: 'cus_other' });
    const seen = await walk(key, { stripe_customer_id: customer, limit: '2' });
    expect(seen).toEqual(ids.toSorted());
  });

  test('with updated_since lists by last change, oldest first', async () => {
    const { key } = await reader();
    const { key: writer } = await stack.key(await stack.user({ is_superuser: true }));
    const [a = '', b = '', c = ''] = await Promise.all([stack.user(), stack.user(), stack.user()]);
    const [{ since } = { since: '' }] = await stack.query<{ since: string }>(
      'select clock_timestamp()::text as since',
    );
    for (const id of [b, a, b])
      await stack.call('PUT', `/user/${id}`, writer, { phone: randomUUID() });
    const updated_since = since.replace(' ', 'T').replace(/\+00$/, '+00:00');
    expect(await walk(key, { updated_since, limit: '1' })).toEqual([a, b]);
    const created = await stack.call('POST', '/user', writer, { email: newEmail() });
    expect(await walk(key, { updated_since })).toEqual([a, b, created.body.data.id]);
    expect(await walk(key, { updated_since: '2000-01-01T00:00:00Z' })).toContain(c);
  });

  test('with updated_since compares the time after the wait for a lock, not before it', async () => {
    const { key } = await reader();
    const id = await stack.user();
    const { key: writer } = await stack.key(await stack.user({ is_superuser: true }));
    const client = await stack.pool.connect();
    await client.query('begin');
    await client.query('select from users where id = $1 for update', [id]);
    const pending = stack.call('PUT', `/user/${id}`, writer, { phone: '1' });
    await expect
      .poll(
        async () =>
          (await stack.query("select from pg_stat_activity where wait_event_type = 'Lock'")).length,
      )
      .toBeGreaterThan(0);
    const since = new Date(Date.now() + 1).toISOString();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await client.query('commit');
    client.release();
    expect((await pending).status).toBe(200);
    expect(await walk(key, { updated_since: since })).toContain(id);
  });

  test('without users:all has only the owner of the key', async () => {
    const id = await stack.user();
    await stack.user();
    const { key } = await stack.key(id, { role: 'read_only' });
    expect(await walk(key)).toEqual([id]);
    expect(await walk(key, { updated_since: '2000-01-01T00:00:00Z' })).toEqual([id]);
    const email = newEmail();
    await stack.user({ email });
    expect(await walk(key, { email })).toEqual([]);
  });

  test('requires user:read', async () => {
    const { key } = await stack.key(await stack.user(), { scopes: ['user:write'] });
    const { status, body } = await list(key);
    expect([status, body.code]).toEqual([403, 'insufficient_scope']);
  });

  test.each([
    ['limit', '0', 'out_of_range'],
    ['limit', '-1', 'out_of_range'],
    ['limit', '101', 'out_of_range'],
    ['limit', 'ten', 'out_of_range'],
    ['email', 'ada', 'invalid_format'],
    ['updated_since', 'yesterday', 'invalid_format'],
    ['stripe_customer_id', 'a\u0000', 'invalid_character'],
    ['e_mail', 'ada@example.com', 'unknown_field'],
    ['cursor', 'abc', 'invalid_format'],
    ['cursor', '', 'invalid_format'],
    ['cursor', `${btoa('["x"]')}.x`, 'invalid_format'],
  ])('refuses %s=%j with a violation of the parameter', async (name, value, code) => {
    const { key } = await reader();
    const { status, body } = await list(key, { [name]: value });
    expect([status, body.code]).toEqual([422, 'validation_failed']);
    expect(body.errors).toMatchObject([{ parameter: name, code }]);
  });

  test('refuses a parameter that is sent twice', async () => {
    const { key } = await reader();
    const { status, body } = await stack.call('GET', '/user?limit=1&limit=2', key);
    expect([status, body.errors]).toEqual([
      422,
      [{ parameter: 'limit', code: 'invalid_format', detail: 'Send limit only once.' }],
    ]);
  });

  test('suggests the parameter that was meant', async () => {
    const { key } = await reader();
    const { body } = await list(key, { 'updated-since': '2026-01-01T00:00:00Z' });
    expect(body.errors[0].detail).toBe('Unknown parameter. Did you mean updated_since?');
  });
});

test('a page costs the same by any filter, however many users there are', async () => {
  await stack.query(
    `insert into users (email, stripe_customer_id)
     select 'many' || n || '@example.com', 'cus_many' || n from generate_series(1, 20000) as n`,
  );
  await stack.query('analyze users, user_changes');
  const since = new Date(Date.now() + 3600_000).toISOString();
  const buffersOf = async (filter: object): Promise<number> => {
    const request = {
      ...{ operator: true, person_scopes: ['user:read', 'users:all'] },
      ...{ accepted_scopes: ['user:read'], all_users_scope: 'users:all', limit: 10, ...filter },
    };
    const [row] = await stack.query<{ 'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number } }] }>(
      'explain (analyze, buffers, format json) select list_users($1)',
      [JSON.stringify(request)],
    );
    return row?.['QUERY PLAN'][0].Plan['Shared Hit Blocks'] ?? Number.NaN;
  };
  await buffersOf({}); // The first call of a connection reads the catalogue, too.
  for (const filter of [
    {},
    { email: 'Many7@example.com' },
    { stripe_customer_id: 'cus_many7' },
    { updated_since: since },
  ])
    expect([filter, (await buffersOf(filter)) < 400]).toEqual([filter, true]);
});

describe('a cursor', () => {
  test('of another key, list or filter, or cut short, is refused', async () => {
    const { id, key } = await reader();
    const other = await reader();
    const { body } = await list(key, { limit: '1' });
    const cursor: string = body.meta.next_cursor;
    const responses = [
      await list(other.key, { cursor }),
      await list(key, { cursor, email: newEmail() }),
      await list(key, { cursor: cursor.slice(0, -1) }),
      await stack.call('GET', `/user/${id}/changes?cursor=${cursor}`, key),
    ];
    for (const { status, body } of responses) {
      expect([status, body.code]).toEqual([422, 'validation_failed']);
      expect(body.errors).toMatchObject([{ parameter: 'cursor', code: 'invalid_format' }]);
    }
    expect((await list(key, { cursor, limit: '2' })).status).toBe(200);
  });

  test('does not depend on the order or the spelling of the parameters', async () => {
    const { key } = await reader();
    const customer = `cus_${randomUUID()}`;
    for (let i = 0; i < 2; i++) await stack.user({ stripe_customer_id: customer });
    const since = '2000-01-01T00:00:00Z';
    const first = await list(key, {
      limit: '1',
      updated_since: since,
      stripe_customer_id: customer,
    });
    const second = await list(key, {
      cursor: first.body.meta.next_cursor,
      stripe_customer_id: customer,
      updated_since: since.replace('Z', '+00:00'),
    });
    expect([second.status, second.body.data?.length]).toEqual([200, 1]);
  });

  test('that is no position of ours is refused before the key is looked up', async () => {
    const cursor = Buffer.from('[{"toString":1}]').toString('base64url');
    for (const path of ['/user', '/keys']) {
      const { status, body } = await stack.call('GET', `${path}?cursor=${cursor}`, mintApiKey());
      expect([status, body.errors?.[0].parameter]).toEqual([422, 'cursor']);
    }
  });

  test('that its own key has forged with another position is refused, never a 500', async () => {
    const { id, key } = await reader();
    const forge = async (place: unknown[], position: unknown[]) => {
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
      const credential = `\\x${Buffer.from(hash).toString('hex')}`;
      const text = new TextEncoder().encode(JSON.stringify([[...place, credential], position]));
      const digest = Buffer.from(await crypto.subtle.digest('SHA-256', text)).subarray(0, 12);
      return `${Buffer.from(JSON.stringify(position)).toString('base64url')}.${digest.toString('base64url')}`;
    };
    const good = await forge(['users', []], [id]);
    expect((await list(key, { cursor: good })).status).toBe(200);
    for (const position of [
      ['x'],
      [],
      [id, 'x'],
      [id, id, id],
      [7],
      [{ id }],
      [[id]],
      [{ toString: 1 }],
      [id, '2020-01-01T00:00:00-16:00'],
      [id, ['2020-01-01T00:00:00Z']],
    ])
      expect((await list(key, { cursor: await forge(['users', []], position) })).status).toBe(422);
    for (const position of [['x'], [0], [1.5], [2 ** 31], [null], [1, 2]]) {
      const cursor = await forge(['changes', id], position);
      expect((await stack.call('GET', `/user/${id}/changes?cursor=${cursor}`, key)).status).toBe(
        422,
      );
    }
  });
});
