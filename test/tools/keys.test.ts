import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { overtaken } from '../support/overtaken.ts';
import { databaseOf } from '../support/run-script.ts';
import { useStack } from '../support/stack.ts';

// Each command is a process, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

// The operator acts for a user with the same statements, without the Worker.

const stack = useStack();

/** Runs the command on the database of the stack. Returns its output. */
const keys = (...words: string[]) => keysReading('', ...words);

/** Runs the command with a text on its standard input. Returns its output. */
async function keysReading(input: string, ...words: string[]): Promise<string> {
  const env = { ...process.env, ...databaseOf(stack) };
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

test('for people, the list names owners by e-mail and has at most 100 columns', async () => {
  const email = `${'long.'.repeat(10)}${randomUUID()}@example.com`;
  const id = await stack.user({ email, is_superuser: true });
  const { key, keyId } = await stack.key(id, { scopes: ['user:read', 'user:write'] });
  await stack.query('update api_keys set name = $2, role = null where id = $1', [
    keyId,
    '鍵\u202e'.repeat(30),
  ]);
  const expiring = await create(id, 'billing_sync');
  await stack.query("update api_keys set expires_at = '2031-02-03 04:05Z' where id = $1", [
    expiring.id,
  ]);
  const revoked = await create(id, 'profile');
  await keys('revoke', revoked.id);
  const today = new Date().toISOString().slice(0, 10);

  const lines = (await keys('list', '--user', email)).split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['id, first characters', 'name, owner', 'role, expiry', 'last used'],
    [revoked.id, 'n', 'profile', 'never'],
    [`${revoked.prefix}…`, expect.stringMatching(/^(long\.){5}.+…$/), `revoked ${today}`],
    [expiring.id, 'n', 'billing_sync', 'never'],
    [`${expiring.prefix}…`, expect.any(String), 'expires 2031-02-03'],
    [keyId, expect.stringMatching(/^鍵‹U\+202E›鍵‹U\+202E›.+…$/), '2 scopes', 'never'],
    [`${key.slice(0, 9)}…`, expect.any(String), 'never expires'],
    [''],
  ]);
  for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(100);
});

/** Returns how many columns of a terminal a line takes. A Chinese character takes two. */
const columns = (line: string): number => line.replaceAll('鍵', '__').length;

test('the operator cannot create a key that its owner may not have, even if the owner is demoted meanwhile', async () => {
  const id = await stack.user({ is_superuser: true });
  const meanwhile = `update users set is_superuser = false where id = '${id}'`;
  const late = overtaken(stack, { holds: 'users', id, meanwhile }, () => create(id, 'full_access'));
  await expect(late).rejects.toMatchObject({ code: 1, stdout: '' });
  expect(await stack.query('select from api_keys where owner_id = $1', [id])).toEqual([]);
});
