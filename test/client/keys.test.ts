import { expect, test } from 'vitest';
import { ProfileClient } from '../../client/src/index.ts';
import { useStack } from '../support/stack.ts';
import { failureOf } from './scripted.ts';

const stack = useStack();

test('a key is created, read, listed, rotated, revoked and reported', async () => {
  const id = await stack.user();
  const { key } = await stack.key(id);
  const { keys } = new ProfileClient({ baseUrl: stack.origin, key });
  const created = await keys.create({ name: 'checkout', role: 'profile' });
  expect(await keys.get(created.id)).toMatchObject({ name: 'checkout', state: 'active' });
  const first = await keys.list({ limit: 1 });
  const second = await keys.list({ limit: 1, cursor: first.nextCursor });
  expect([first.keys[0]?.id, second.keys[0]?.name, second.nextCursor]).toEqual([
    created.id,
    'test',
    null,
  ]);
  const successor = await keys.rotate(created.id, { grace: 60 });
  expect((await keys.revoke(created.id)).state).toBe('revoked');
  const own = new ProfileClient({ baseUrl: stack.origin, key: successor.key }).keys;
  expect((await own.self()).scopes_now).toEqual(['user:read', 'user:write']);
  await keys.report(successor.key);
  expect(await failureOf(own.self())).toMatchObject({
    operation: 'getOwnKey',
    code: 'revoked_api_key',
  });
});
