import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { overtaken } from '../support/overtaken.ts';
import { useStack } from '../support/stack.ts';

// The operator acts for a user with the same statements, without the Worker.

const stack = useStack();

/** Runs the command on the database of the stack. Returns its output. */
const keys = (...words: string[]) => keysReading('', ...words);

/** Runs the command with a text on its standard input. Returns its output. */
async function keysReading(input: string, ...words: string[]): Promise<string> {
  const env = {
    ...process.env,
    DATABASE_URL: stack.databaseUrl,
    DATABASE_ENDPOINT: `http://127.0.0.1:${stack.database.port}/sql`,
  };
  const running = promisify(execFile)(process.execPath, ['tools/keys.ts', ...words], { env });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

const create = async (userId: string, role: string) =>
  JSON.parse(await keys('create', '--user', userId, '--name', 'n', '--role', role, '--json'));

test('actions of the operator are recorded, with neither a key nor a user as actor', async () => {
  const id = await stack.user();
  const created = await create(id, 'profile');
  const rotated = JSON.parse(await keys('rotate', created.id, '--grace', '1h', '--json'));
  await keys('revoke', created.id);
  const record = await stack.query(
    `select key_id, action, owner_id, actor, actor_key_id, actor_user_id from key_events
     where owner_id = $1`,
    [id],
  );
  const byOperator = { owner_id: id, actor: 'operator', actor_key_id: null, actor_user_id: null };
  expect(record).toHaveLength(4);
  expect(record).toEqual(
    expect.arrayContaining([
      { key_id: created.id, action: 'created', ...byOperator },
      { key_id: created.id, action: 'rotated', ...byOperator },
      { key_id: created.id, action: 'revoked', ...byOperator },
      { key_id: rotated.id, action: 'created', ...byOperator },
    ]),
  );
});

test('a key that the operator reports is revoked with the operator as actor', async () => {
  const { key, keyId } = await stack.key(await stack.user());
  await keysReading(`${key}\n`, 'report');
  expect(
    await stack.query('select action, actor from key_events where key_id = $1', [keyId]),
  ).toEqual([{ action: 'reported', actor: 'operator' }]);
});

test('the list has the keys of all users, newest first, in the form of the API', async () => {
  const created = [];
  for (const role of ['profile', 'read_only'])
    created.unshift(await create(await stack.user(), role));
  const listed = JSON.parse(await keys('list', '--json')).slice(0, 2);
  expect(listed).toEqual(created.map(({ key: _, ...shown }) => shown));
});

test('the operator cannot create a key that its owner may not have, even if the owner is demoted meanwhile', async () => {
  const id = await stack.user({ is_superuser: true });
  const meanwhile = `update users set is_superuser = false where id = '${id}'`;
  const late = overtaken(stack, { holds: 'users', id, meanwhile }, () => create(id, 'full_access'));
  await expect(late).rejects.toMatchObject({ code: 1, stdout: '' });
  expect(await stack.query('select from api_keys where owner_id = $1', [id])).toEqual([]);
});
