import { describe, expect, expectTypeOf, test } from 'vitest';
import { type Change, ProfileClient, type Revert } from '../../client/src/index.ts';
import { useStack } from '../support/stack.ts';
import { failureOf } from './scripted.ts';

const stack = useStack();

/** A user with the versions 1 (Ada), 2 (Grace), 3 (phone). */
async function person() {
  const id = await stack.user({ is_superuser: true, first_name: 'Ada' });
  const { key } = await stack.key(id);
  const client = new ProfileClient({ baseUrl: stack.origin, key });
  await client.setUser(id, { first_name: 'Grace' }, { requestId: 'rename-7' });
  await client.setUser(id, { phone: '1' });
  return { id, key, client };
}

test('listChanges returns the changes of all pages, newest first', async () => {
  const { id, key, client } = await person();
  const changes: Change[] = [];
  for await (const change of client.listChanges(id, { pageSize: 2 })) changes.push(change);
  expect(changes.map(({ version }) => version)).toEqual([3, 2, 1]);
  expect(changes[1]).toMatchObject({
    changed_by: key.slice(0, 9),
    request_id: 'rename-7',
    reverts: null,
    fields: { first_name: { before: 'Ada', after: 'Grace' } },
  });
});

describe('getVersion', () => {
  test('returns the user as of a version', async () => {
    const { id, client } = await person();
    expect(await client.getVersion(id, 2)).toMatchObject({
      user: { first_name: 'Grace', phone: null },
      version: '"2"',
    });
  });

  test('throws version_not_found for one that the user never had', async () => {
    const { id, client } = await person();
    expect(await failureOf(client.getVersion(id, 4))).toMatchObject({
      operation: 'getVersion',
      code: 'version_not_found',
    });
  });
});

describe('revertUser', () => {
  test('to a version restores the user as they were', async () => {
    const { id, client } = await person();
    const { user, version, replayed } = await client.revertUser(id, { version: 1 });
    expect([user, version, replayed]).toEqual([
      (await client.getVersion(id, 1)).user,
      '"4"',
      false,
    ]);
    expect(user).toMatchObject({ first_name: 'Ada', phone: null });
  });

  test('of a change keeps later changes of other fields', async () => {
    const { id, client } = await person();
    const { user } = await client.revertUser(id, { undo: 2 });
    expect(user).toMatchObject({ first_name: 'Ada', phone: '1' });
  });

  test('of a change is a conflict if a later change has the same field', async () => {
    const { id, client } = await person();
    await client.setUser(id, { first_name: 'Joan' });
    expect(await failureOf(client.revertUser(id, { undo: 2 }))).toMatchObject({
      operation: 'revertUser',
      code: 'edit_conflict',
      version: '"4"',
      conflicts: [{ pointer: '/first_name', base: 'Grace', sent: 'Ada', current: 'Joan' }],
    });
  });

  test('with a version reverts only a user who still has it', async () => {
    const { id, client } = await person();
    const failure = await failureOf(client.revertUser(id, { version: 1 }, { version: '"2"' }));
    expect(failure).toMatchObject({ code: 'precondition_failed', version: '"3"' });
  });

  test('with validateOnly writes nothing', async () => {
    const { id, client } = await person();
    const reverted = await client.revertUser(id, { version: 1 }, { validateOnly: true });
    expect(reverted).toMatchObject({ user: { first_name: 'Ada' }, validateOnly: true });
    expect((await client.getUser(id)).version).toBe('"3"');
  });

  test('under your own Idempotency-Key takes effect once', async () => {
    const { id, client } = await person();
    const revert = () => client.revertUser(id, { undo: 3 }, { idempotencyKey: 'support 12' });
    const [first, again] = [await revert(), await revert()];
    expect([first.version, again.version, again.replayed]).toEqual(['"4"', '"4"', true]);
  });

  test('takes either, not both and not none, and the compiler knows', () => {
    expectTypeOf<{ version: number }>().toExtend<Revert>();
    expectTypeOf<{ undo: number }>().toExtend<Revert>();
    expectTypeOf<{ version: number; undo: number }>().not.toExtend<Revert>();
    expectTypeOf<object>().not.toExtend<Revert>();
  });
});

test('exportUser returns everything that is stored, and no secret', async () => {
  const { id, key, client } = await person();
  const everything = await client.exportUser(id);
  expect(everything).toMatchObject({
    profile: (await client.getUser(id)).user,
    version: 3,
    changes: [{ version: 1 }, { version: 2 }, { version: 3 }],
    keys: [{ prefix: key.slice(0, 9) }],
    sessions: [],
  });
  expect(JSON.stringify(everything)).not.toContain(key);
});
