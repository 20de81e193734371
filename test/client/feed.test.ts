import { describe, expect, expectTypeOf, test } from 'vitest';
import { type ChangeType, isProblem, ProfileClient } from '../../client/src/index.ts';
import { useStack } from '../support/stack.ts';
import { failureOf } from './scripted.ts';

const stack = useStack();

async function follower() {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  return { id, client: new ProfileClient({ baseUrl: stack.origin, key }) };
}

/** Reads until it has so many changes: those of a moment ago may be held back. */
async function read(client: ProfileClient, after: string, count: number) {
  const found = [];
  let cursor = after;
  while (found.length < count) {
    const changes = client.changes({ after: cursor, pageSize: 2 });
    for await (const change of changes) found.push(change);
    cursor = changes.cursor ?? '';
  }
  return { found, cursor };
}

describe('changes', () => {
  test('returns the changes of all pages, and a cursor from which later ones follow', async () => {
    const { id, client } = await follower();
    await read(client, await client.latestCursor(), 0);
    const users = await Promise.all([1, 2, 3].map(() => stack.user()));
    for (const user of users) await client.setUser(user, { phone: '1' });
    const all = await client.latestCursor();
    expectTypeOf<ChangeType>().toEqualTypeOf<'user.created' | 'user.updated' | 'user.erased'>();
    const updated = [];
    for (const userId of users) {
      const changes = client.changes({ userId, types: ['user.updated'], fields: ['phone'] });
      for await (const { type, data } of changes) updated.push([type, data.user_id, data.version]);
    }
    expect(updated.length).toBeLessThanOrEqual(3);
    await client.setUser(id, { phone: '2' });
    const { found, cursor } = await read(client, all, 1);
    expect(found.at(-1)).toMatchObject({ type: 'user.updated', data: { user_id: id } });
    await client.setUser(id, { phone: '3' });
    const later = await read(client, cursor, 1);
    expect(later.found).toMatchObject([
      { data: { fields: { phone: { before: '2', after: '3' } } } },
    ]);
  });

  test('keeps the cursor of a page that was not read to its end', async () => {
    const { client } = await follower();
    const start = await client.latestCursor();
    await Promise.all([1, 2, 3].map(() => stack.user()));
    await read(client, start, 3);
    const changes = client.changes({ after: start, pageSize: 2 });
    for await (const _ of changes) break;
    expect(changes.cursor).toBe(start);
  });

  test('throws cursor_expired after a restore', async () => {
    const { client } = await follower();
    const start = await client.latestCursor();
    await stack.query(`insert into feed (epoch) values (2)
      on conflict (is_only) do update set epoch = feed.epoch + 1`);
    const error = await failureOf(
      (async () => {
        for await (const _ of client.changes({ after: start }));
      })(),
    );
    expect(isProblem(error, 'listFeed') && error.code).toBe('cursor_expired');
  });
});
