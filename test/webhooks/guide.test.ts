import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../../tools/ports.ts';
import { useStack } from '../support/stack.ts';
import { World } from './world.ts';

const stack = useStack({ WEBHOOKS_LOOPBACK: 'on' });
const world = new World(stack);
let program: ChildProcess | undefined;
let folder = '';
afterAll(async () => {
  program?.kill();
  await rm(folder, { recursive: true, force: true });
});

test('the receiver of the guide accepts what is sent, and refuses what another secret signs', async () => {
  const guide = await readFile('docs/guides/webhooks.md', 'utf8');
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
  const port = await freePort();
  const { id, key } = await world.owner();
  const hook = { url: `http://127.0.0.1:${port}/` };
  const { body } = await stack.call('POST', '/webhooks', key, hook);
  const { body: other } = await stack.call('POST', '/webhooks', key, hook);
  folder = await mkdtemp(join(tmpdir(), 'receiver-'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'receiver.ts');
  await writeFile(
    file,
    code.replace('whsec_YOUR_SECRET', body.data.secret).replace('3000', `${port}`),
  );
  program = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  program.stdout?.on('data', (chunk) => {
    printed += chunk;
  });
  const send = async (webhook: string) =>
    (await stack.call('POST', `/webhooks/${webhook}/test`, key)).body.data.status;
  await expect.poll(() => send(body.data.id)).toBe(204);
  expect(await send(other.data.id)).toBe(400);
  await stack.put(id, key, { first_name: 'Ada' });
  // The feed waits for transactions of all databases of the server, those of other tests too.
  await expect.poll(() => printed, { timeout: 45_000 }).toContain('user.updated 2\n');
}, 90_000);
