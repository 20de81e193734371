import { describe, expect, test } from 'vitest';
import { ApiProblem, ProfileClient, type User } from '../../client/src/index.ts';
import { useStack } from '../support/stack.ts';
import { failureOf, problem, scripted, USER, user } from './scripted.ts';

const stack = useStack();

async function person(columns: object = {}) {
  const id = await stack.user({ is_superuser: true, ...columns });
  const { key } = await stack.key(id);
  const client = new ProfileClient({ baseUrl: stack.origin, key });
  const other = (fields: object) => stack.put(id, key, fields);
  return { id, key, client, other };
}

describe('updateUser', () => {
  test('gives the current user to the callback, and returns the updated user', async () => {
    const { id, client } = await person({ first_name: 'Ada', phone: '1' });
    const seen: User[] = [];
    const updated = await client.updateUser(id, (before) => {
      seen.push(before);
      return { phone: `${before.phone}2` };
    });
    expect(seen).toMatchObject([{ id, first_name: 'Ada', phone: '1' }]);
    expect(updated).toMatchObject({ user: { first_name: 'Ada', phone: '12' }, version: '"2"' });
    expect(updated).toMatchObject({ mergedFrom: null, replayed: false, validateOnly: false });
  });

  test('accepts the whole changed user, and an asynchronous callback', async () => {
    const { id, client } = await person({ first_name: 'Ada' });
    await client.updateUser(id, async (before) => ({ ...before, last_name: 'Lovelace' }));
    expect((await stack.log(id)).map(({ changes }) => Object.keys(changes))).toEqual([
      ['last_name'],
    ]);
  });

  test('reads again and calls the callback again after a conflicting update', async () => {
    const { id, client, other } = await person({ state: 'a' });
    const rivals = ['b', 'c'];
    const { user, version } = await client.updateUser(id, async ({ state }) => {
      const rival = rivals.shift();
      if (rival) await other({ state: rival });
      return { state: `${state}!` };
    });
    expect([user.state, version]).toEqual(['c!', '"4"']);
  });

  test('loses none of many simultaneous updates', async () => {
    const { id, client } = await person({ state: '' });
    const append = (letter: string) =>
      client.updateUser(id, ({ state }) => ({ state: `${state}${letter}` }), { tries: 20 });
    await Promise.all([...'abcdef'].map(append));
    const { state } = await stack.row(id);
    expect([...String(state)].sort().join('')).toBe('abcdef');
  });

  test('gives up after a number of tries', async () => {
    const { id, client, other } = await person();
    let count = 0;
    const failure = await failureOf(
      client.updateUser(
        id,
        async () => {
          await other({ state: `${++count}` });
          return { state: 'mine' };
        },
        { tries: 3 },
      ),
    );
    expect(failure).toMatchObject({ code: 'precondition_failed', version: '"4"' });
    expect(count).toBe(3);
  });

  test('writes nothing if the callback returns null or throws', async () => {
    const { id, client } = await person();
    expect((await client.updateUser(id, () => null)).version).toBe('"1"');
    const failure = client.updateUser(id, () => {
      throw new Error('no');
    });
    expect(await failureOf(failure)).toEqual(new Error('no'));
    expect(await stack.log(id)).toEqual([]);
  });

  test('sends another Idempotency-Key with each try, because each is another request', async () => {
    const { client, sent, waits } = scripted([
      user(),
      problem(412, 'precondition_failed', {}, { ETag: '"8"' }),
      user({}, { ETag: 'W/"8"' }),
    ]);
    await client.updateUser(USER, () => ({}));
    expect(sent('if-match')).toEqual([null, '"7"', null, '"8"']);
    expect(new Set(sent('idempotency-key')).size).toBe(3);
    expect(waits).toEqual([100]);
  });

  test('throws if a proxy has removed the ETag', async () => {
    const { client, requests } = scripted([user({}, {})]);
    const failure = await failureOf(client.updateUser(USER, () => ({})));
    expect(failure).toMatchObject({ name: 'UnexpectedResponse' });
    expect(requests).toHaveLength(1);
  });
});

describe('updateUserFrom', () => {
  test('is merged with changes of other fields', async () => {
    const { id, client, other } = await person({ first_name: 'Ada', phone: '1' });
    const { version } = await client.getUser(id);
    await other({ phone: '2' });
    const updated = await client.updateUserFrom(id, version, { first_name: 'Grace' });
    expect(updated).toMatchObject({ user: { first_name: 'Grace', phone: '2' }, mergedFrom: 1 });
  });

  test('gets the conflicts', async () => {
    const { id, client, other } = await person({ phone: '1' });
    const { version } = await client.getUser(id);
    await other({ phone: '2' });
    const failure = await failureOf(client.updateUserFrom(id, version, { phone: '3' }));
    expect(failure).toBeInstanceOf(ApiProblem);
    expect(failure).toMatchObject({
      code: 'edit_conflict',
      version: '"2"',
      conflicts: [{ pointer: '/phone', base: '1', sent: '3', current: '2' }],
    });
  });
});

describe('setUser', () => {
  test('overwrites without a version', async () => {
    const { id, client, other } = await person();
    const { version } = await client.getUser(id);
    await other({ phone: '2' });
    expect((await client.setUser(id, { phone: '3' })).version).toBe('"3"');
    const failure = await failureOf(client.setUser(id, { phone: '4' }, { version }));
    expect(failure).toMatchObject({ code: 'precondition_failed', version: '"3"' });
  });

  test('writes nothing with validateOnly, and gets the same errors', async () => {
    const { id, client } = await person();
    const { user, version, validateOnly } = await client.setUser(
      id,
      { first_name: 'Ada' },
      { validateOnly: true },
    );
    expect([user.first_name, version, validateOnly]).toEqual(['Ada', '"1"', true]);
    expect((await stack.row(id))['first_name']).toBeNull();
    const failure = await failureOf(
      client.setUser(id, { first_name: 'x'.repeat(256) }, { validateOnly: true }),
    );
    expect(failure).toMatchObject({ errors: [{ pointer: '/first_name', code: 'too_long' }] });
  });
});

test('getUserIfChanged returns null for the known version', async () => {
  const { id, client, other } = await person();
  const { version } = await client.getUser(id);
  expect(await client.getUserIfChanged(id, version)).toBeNull();
  await other({ phone: '2' });
  expect(await client.getUserIfChanged(id, version)).toMatchObject({ user: { phone: '2' } });
});
