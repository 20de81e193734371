import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { DEMO_ID, seedDemoData } from '../../tools/demo-data.ts';
import { databaseOf, runScript } from '../support/run-script.ts';
import { useStack } from '../support/stack.ts';

// Each command is a process, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const stack = useStack({ WEBHOOKS_LOOPBACK: 'on' });
const webhooks = (...args: string[]) =>
  runScript('tools/webhooks.ts', { args, env: databaseOf(stack) });

test('listen prints what a change sends, and deletes its webhook when it ends', async () => {
  const key = (await seedDemoData(stack.connect())) ?? '';
  const env = { ...process.env, ...databaseOf(stack) };
  const listening = spawn(process.execPath, ['tools/webhooks.ts', 'listen'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  let printed = '';
  listening.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await expect.poll(() => printed, { timeout: 60_000 }).toContain('changes of all users');
  await stack.put(DEMO_ID, key, { first_name: 'Ada' });
  // The feed waits for transactions of all databases of the server, those of other tests too.
  await expect
    .poll(() => printed, { timeout: 45_000 })
    .toMatch(/Signature verified: \{.*"after": "Ada"/s);
  listening.kill('SIGINT');
  await once(listening, 'exit');
  expect(printed).toContain('Deleted the webhook.');
  expect(await stack.query('select from webhooks')).toEqual([]);
});

test('list, pause and resume work on the webhooks of all users', async () => {
  const id = await stack.user();
  const { key } = await stack.key(id);
  const { body } = await stack.call('POST', '/webhooks', key, { url: 'http://127.0.0.1:9/' });
  const list = await webhooks('list', '--json');
  expect(JSON.parse(list.stdout)).toMatchObject([
    { id: body.data.id, owner_id: id, url: 'http://127.0.0.1:9/', state: 'active' },
  ]);
  expect(list.stdout).not.toContain('whsec_');
  await webhooks('pause', body.data.id);
  expect((await webhooks('list')).stdout).toContain('requested');
  await webhooks('resume', body.data.id);
  const shown = await stack.call('GET', `/webhooks/${body.data.id}`, key);
  expect(shown.body.data).toMatchObject({ state: 'active', paused_reason: null });
});

test('listen refuses a database that is not local', async () => {
  const { stderr, code } = await runScript('tools/webhooks.ts', {
    args: ['listen'],
    env: { DATABASE_URL: 'postgresql://me:secret@db.invalid/db' },
  });
  expect([code, stderr]).toEqual([
    1,
    'listen needs the local stack: unset DATABASE_URL, and run npm start.\n',
  ]);
});
