import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '6000' });

async function reader(scopes = ['user:read', 'users:all']) {
  const id = await stack.user({ is_superuser: true });
  return { id, ...(await stack.key(id, { scopes: scopes as never })) };
}

const superuser = async () => stack.key(await stack.user({ is_superuser: true }));

const get = (key: string, query: Record<string, string> = {}) =>
  stack.call('GET', `/changes?${new URLSearchParams(query)}`, key);

interface Item {
  id: string;
  type: string;
  timestamp: string;
  data: Record<string, unknown> & { user_id: string; version: number };
}

/** A cursor from which only later changes follow than those that were committed. */
async function latest(key: string): Promise<string> {
  for (;;) {
    const { status, body } = await get(key, { after: 'latest' });
    expect([status, body.data]).toEqual([200, []]);
    if (body.meta.lag_seconds === 0) return body.meta.next_cursor;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** All pages until the feed has what was committed before; other tests' transactions hold it back. */
async function follow(key: string, after: string, query: Record<string, string> = {}) {
  const items: Item[] = [];
  let cursor = after;
  for (;;) {
    const { status, body } = await get(key, { ...query, after: cursor });
    expect(status).toBe(200);
    items.push(...body.data);
    cursor = body.meta.next_cursor;
    if (body.meta.has_more) continue;
    if (body.meta.lag_seconds === 0) return { items, cursor };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the feed', () => {
  test('has the creation, the updates and the erasure of a user, in the order of versions', async () => {
    const { key } = await reader();
    const { key: writer } = await superuser();
    const start = await latest(key);
    const email = `${randomUUID()}@example.com`;
    const created = await stack.call(
      'POST',
      '/user',
      writer,
      { email },
      { 'x-request-id': 'make' },
    );
    const { id } = created.body.data;
    await stack.call('PUT', `/user/${id}`, writer, { phone: '1' }, { 'x-request-id': 'change' });
    const { items: before } = await follow(key, start);
    expect(before).toMatchObject([
      {
        type: 'user.created',
        data: { user_id: id, version: 1, request_id: 'make', changed_by: writer.slice(0, 9) },
      },
      {
        type: 'user.updated',
        data: {
          user_id: id,
          version: 2,
          request_id: 'change',
          reverts: null,
          fields: { phone: { before: null, after: '1' } },
        },
      },
    ]);
    const [first, second] = before;
    expect(first?.data['fields']).toMatchObject({ email: { before: null, after: email } });
    expect(second?.timestamp).toBe(second?.data['changed_at']);

    await stack.call('DELETE', `/user/${id}`, writer, undefined, { 'x-request-id': 'erase' });
    const { items: after } = await follow(key, start);
    expect(after).toMatchObject([
      {
        type: 'user.erased',
        data: { user_id: id, version: 3, request_id: 'erase', fields: {}, reverts: null },
      },
    ]);
  });

  test('has a user.created for a user of SQL, whatever version they begin with', async () => {
    const { key } = await reader();
    const start = await latest(key);
    const id = await stack.user({ version: 5 });
    expect((await follow(key, start)).items).toMatchObject([
      {
        type: 'user.created',
        data: { user_id: id, version: 5, request_id: 'sql', changed_by: null },
      },
    ]);
  });

  test('goes on where a page ended, and after an empty page where the feed ended', async () => {
    const { key } = await reader();
    const { key: writer } = await superuser();
    const start = await latest(key);
    const ids = [await stack.user(), await stack.user(), await stack.user()];
    await follow(key, start);
    const first = await get(key, { after: start, limit: '2' });
    expect(first.body.data.map((item: Item) => item.data.user_id)).toEqual(ids.slice(0, 2));
    expect(first.body.meta.has_more).toBe(true);
    const second = await get(key, { after: first.body.meta.next_cursor, limit: '2' });
    expect(second.body.data.map((item: Item) => item.data.user_id)).toEqual(ids.slice(2));
    expect(second.body.meta.has_more).toBe(false);

    const { cursor } = await follow(key, second.body.meta.next_cursor);
    await stack.query('select pg_current_xact_id()');
    // As soon as no transaction runs that began earlier, in a database of another test for example.
    const quiet = await vi.waitFor(async () => {
      const page = await get(key, { after: cursor });
      expect(page.body).toMatchObject({ data: [], meta: { has_more: false } });
      expect(page.body.meta.next_cursor).not.toBe(cursor);
      return page;
    }, 5000);
    await stack.call('PUT', `/user/${ids[0]}`, writer, { phone: '2' });
    const { items } = await follow(key, quiet.body.meta.next_cursor);
    expect(items).toMatchObject([{ data: { user_id: ids[0], version: 2 } }]);
  });

  test('starts with the oldest change that is kept if there is no cursor', async () => {
    const { key } = await reader();
    const user = await stack.user();
    const { body } = await get(key, { user_id: user, limit: '1' });
    expect(body.data.length).toBeLessThanOrEqual(1);
    const all = await follow(key, (await get(key, { limit: '1' })).body.meta.next_cursor);
    expect(all.items.map((item) => item.data.user_id)).toContain(user);
  });

  test('pages through many changes of one statement, each once', async () => {
    const { key } = await reader();
    const start = await latest(key);
    await stack.query(
      `insert into users (email) select gen_random_uuid() || '@example.com' from generate_series(1, 250)`,
    );
    const { items } = await follow(key, start, { limit: '100' });
    expect(items.length).toBe(250);
    expect(new Set(items.map(({ id }) => id)).size).toBe(250);
  });

  test('filters by user, type and field', async () => {
    const { key } = await reader();
    const { key: writer } = await superuser();
    const start = await latest(key);
    const [one, other] = [await stack.user(), await stack.user()];
    await stack.call('PUT', `/user/${one}`, writer, { phone: '1', country: 'NL' });
    await stack.call('PUT', `/user/${other}`, writer, { country: 'NO' });
    await stack.call('DELETE', `/user/${other}`, writer);
    const shown = async (query: Record<string, string>) =>
      (await follow(key, start, query)).items.map(({ type, data }) => [type, data.user_id]);
    expect(await shown({ user_id: one.toUpperCase() })).toEqual([
      ['user.created', one],
      ['user.updated', one],
    ]);
    expect(await shown({ user_id: other })).toEqual([['user.erased', other]]);
    expect(await shown({ types: 'user.updated,user.erased' })).toEqual([
      ['user.updated', one],
      ['user.erased', other],
    ]);
    expect(await shown({ fields: 'phone' })).toEqual([
      ['user.updated', one],
      ['user.erased', other],
    ]);
    expect(await shown({ fields: 'state,birthdate', types: 'user.updated' })).toEqual([]);
  });

  test('reads a bounded number of rows behind a filter that few changes pass', async () => {
    const { key } = await reader();
    const start = await latest(key);
    await stack.query(
      `insert into users (email) select gen_random_uuid() || '@example.com' from generate_series(1, 2500)`,
    );
    const rare = await stack.user({ phone: '1' });
    await follow(key, start);
    const pages = [];
    let after = start;
    do {
      pages.push((await get(key, { after, fields: 'phone' })).body);
      after = pages.at(-1).meta.next_cursor;
    } while (pages.at(-1).meta.has_more);
    expect(pages.slice(0, 2)).toMatchObject([
      { data: [], meta: { has_more: true } },
      { data: [], meta: { has_more: true } },
    ]);
    expect(pages.at(-1)).toMatchObject({ data: [{ data: { user_id: rare } }] });
    expect(pages.length).toBe(3);
  });

  test('goes on for one user as for all, after the cursor of any page', async () => {
    const { key } = await reader();
    const { key: writer } = await superuser();
    const start = await latest(key);
    const [one, other] = [await stack.user(), await stack.user()];
    for (let i = 0; i < 5; i++)
      for (const id of [one, other])
        await stack.call('PUT', `/user/${id}`, writer, { phone: `${i}` });
    const { items } = await follow(key, start);
    const versions = [];
    let after = start;
    for (let more = true; more; ) {
      const { body } = await get(key, { after, user_id: one, limit: '2' });
      versions.push(...body.data.map((item: Item) => item.data.version));
      ({ next_cursor: after, has_more: more } = body.meta);
    }
    expect(versions).toEqual([1, 2, 3, 4, 5, 6]);
    const middle = (await get(key, { after: start, limit: '6' })).body.meta.next_cursor;
    const rest = await follow(key, middle, { user_id: one });
    expect(rest.items).toEqual(items.slice(6).filter(({ data }) => data.user_id === one));
  });
});

describe('who sees what', () => {
  test('a key without users:all sees its owner only', async () => {
    const { key, id } = await reader(['user:read']);
    const { key: writer } = await superuser();
    const start = await latest(key);
    const other = await stack.user();
    await stack.call('PUT', `/user/${id}`, writer, { phone: '1' });
    await stack.call('PUT', `/user/${other}`, writer, { phone: '1' });
    const { items } = await follow(key, start);
    expect(items.map(({ data }) => data.user_id)).toEqual([id]);
    expect((await get(key, { user_id: other })).body.code).toBe('insufficient_scope');
    expect((await get(key, { user_id: id, after: start })).body.data.length).toBe(1);
  });

  test('a cursor is good for another key and with other filters', async () => {
    const { key, id } = await reader();
    const start = await latest(key);
    const { key: other } = await stack.key(id, { scopes: ['user:read', 'users:all'] });
    expect((await get(other, { after: start, types: 'user.erased' })).status).toBe(200);
  });
});

describe('a cursor', () => {
  test('that is none is refused', async () => {
    const { key } = await reader();
    const [position = '', digest = ''] = (await latest(key)).split('.');
    const foreign = (await stack.call('GET', '/user?limit=1', key)).body.meta.next_cursor;
    for (const after of ['x', `${position}.${digest.toLowerCase()}a`, foreign, '']) {
      const { status, body } = await get(key, { after });
      expect([status, body.code]).toEqual([422, 'validation_failed']);
      expect(body.errors).toMatchObject([{ parameter: 'after', code: 'invalid_format' }]);
    }
  });

  test('a name that is not known is refused', async () => {
    const { key } = await reader();
    const { body } = await get(key, { types: 'user.deleted', fields: 'phone,id', limit: '101' });
    expect(body.errors).toMatchObject([
      { parameter: 'types', code: 'unknown_value' },
      { parameter: 'fields', code: 'unknown_value' },
      { parameter: 'limit', code: 'out_of_range' },
    ]);
  });

  test('expires when the feed no longer has what follows, and that of a quiet reader does not', async () => {
    const { key } = await reader();
    const start = await latest(key);
    await stack.user();
    const { cursor } = await follow(key, start);
    await stack.user();
    await stack.query(`update user_changes set changed_at = changed_at - interval '91 days'
      where position < (select max(position) from user_changes)`);
    expect(await stack.scheduled()).toBe('ok');
    const { status, body } = await get(key, { after: start });
    expect([status, body.code]).toEqual([410, 'cursor_expired']);
    expect((await get(key, { after: cursor })).status).toBe(200);
    expect((await get(key)).status).toBe(200);
  });

  test('expires when the operator raises the epoch, or the database is younger than the cursor', async () => {
    const { key } = await reader();
    const start = await latest(key);
    await stack.query(`insert into feed (epoch) values (2)
      on conflict (is_only) do update set epoch = feed.epoch + 1`);
    expect((await get(key, { after: start })).body.code).toBe('cursor_expired');
    expect((await get(key, { after: await latest(key) })).status).toBe(200);
  });
});

test('a transaction that stays open holds back what came later, says so, and nothing is skipped', async () => {
  const { key } = await reader();
  const { key: writer } = await superuser();
  const start = await latest(key);
  const changing = await stack.user();
  const open = await stack.pool.connect();
  await open.query('begin');
  await open.query('update users set follower_count = 1 where id = $1', [changing]);
  const during = await stack.user();
  const late = randomUUID();
  await open.query('insert into users (id, email) values ($1, $2)', [late, `${late}@example.com`]);
  await stack.call('PUT', `/user/${during}`, writer, { phone: '1' });
  const page = await get(key, { after: start });
  const seen = page.body.data.map((item: Item) => item.data.user_id);
  expect(seen).not.toContain(during);
  expect(page.body.meta.lag_seconds).toBeGreaterThan(0);
  await open.query('commit');
  open.release();
  const rest = await follow(key, page.body.meta.next_cursor);
  const all = [...seen, ...rest.items.map(({ data }) => data.user_id)];
  expect(all).toEqual(expect.arrayContaining([changing, during, late]));
  expect(all.length).toBe(4);
});
