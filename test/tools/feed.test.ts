import { expect, test, vi } from 'vitest';
import { databaseOf, runScript } from '../support/run-script.ts';
import { useStack } from '../support/stack.ts';

// Each command is a process, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const stack = useStack();

const feed = (...args: string[]) => runScript('tools/feed.ts', { args, env: databaseOf(stack) });

test('status names the open transaction that holds the feed back', async () => {
  const open = await stack.pool.connect();
  const { rows } = await open.query('select pg_backend_pid() as pid');
  await open.query('begin');
  await open.query('select pg_current_xact_id()');
  await stack.user();
  const status = JSON.parse((await feed('status', '--json')).stdout);
  const text = (await feed('status')).stdout;
  await open.query('rollback');
  open.release();
  expect(status.lag_seconds).toBeGreaterThan(0);
  expect(status.open).toContainEqual(
    expect.objectContaining({ pid: rows[0].pid, state: 'idle in transaction' }),
  );
  expect(text).toMatch(/^Epoch 1\. Lag [\d.]+ s\.\npid/);
  expect(text).toContain('idle in transaction');
});

test('status shows to the owner of the tables what Postgres hides of other roles as -', async () => {
  await stack.query(`create role operator login password 'operator' in role edge_profile_owner`);
  const url = new URL(stack.databaseUrl);
  Object.assign(url, { username: 'operator', password: 'operator' });
  const open = await stack.pool.connect();
  const { rows } = await open.query('select pg_backend_pid() as pid');
  await open.query('begin');
  await open.query('select pg_current_xact_id()');
  const { stdout } = await runScript('tools/feed.ts', {
    args: ['status'],
    env: { ...databaseOf(stack), DATABASE_URL: url.href },
  });
  await open.query('rollback');
  open.release();
  expect(stdout).toMatch(new RegExp(`^${rows[0].pid} +\\S+ +postgres +- +-$`, 'm'));
  await stack.query('drop role operator');
});

test('restart ends the cursors from before', async () => {
  const { key } = await stack.key(await stack.user());
  const before = await stack.call('GET', '/changes?after=latest', key);
  expect(await feed('restart')).toEqual({
    code: 0,
    stdout: 'Epoch 2. Earlier cursors get 410 cursor_expired.\n',
    stderr: '',
  });
  expect((await feed('restart')).stdout).toContain('Epoch 3.');
  const { next_cursor } = before.body.meta;
  const after = await stack.call('GET', `/changes?after=${next_cursor}`, key);
  expect([after.status, after.body.code]).toEqual([410, 'cursor_expired']);
});
