import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { databaseOf, runScript } from '../support/run-script.ts';
import { useStack } from '../support/stack.ts';

// Each command is a process, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const stack = useStack();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explain-'));
});
afterAll(() => rm(folder, { recursive: true }));

const explain = (...args: string[]) =>
  runScript('tools/explain-request.ts', { args, env: databaseOf(stack) });

test('shows the key, its owner, each field before and after, and repeats', async () => {
  const owner = await stack.user({ email: 'ops@example.com', is_superuser: true });
  const user = await stack.user({ email: 'ada@example.com', first_name: 'Ada' });
  const { key } = await stack.key(owner);
  const headers = { 'x-request-id': 'checkout-1', 'idempotency-key': 'order-7' };
  const change = { first_name: 'Augusta', phone: '+1\u202e' };
  for (const replayed of [null, 'true']) {
    const response = await stack.put(user, key, change, headers);
    expect([response.status, response.headers.get('idempotency-replayed')]).toEqual([
      200,
      replayed,
    ]);
    await stack.logLine(response);
  }
  await expect.poll(() => stack.logs.filter((line) => line.includes('checkout-1')).length).toBe(2);
  const log = join(folder, 'tail.log');
  await writeFile(log, stack.logs.map((line) => `  (log) ${line}\n`).join(''));

  const { code, stdout } = await explain('checkout-1', '--log', log);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toContain(`made version 2 of ada@example.com (${user}), by the key in-`);
  expect(lines[0]).toContain('… "test" of ops@example.com');
  expect(lines.slice(1, 4).sort()).toEqual([
    '  Repeats under the Idempotency-Key order-7 get the same response for 24 hours.',
    '  first_name: "Ada" → "Augusta"',
    '  phone: null → "+1\\u202e"',
  ]);
  expect(lines[4]).toMatch(
    /^log: PUT \/api\/v1\/user\/:user_id 200 in \d+ ms, database requests: 1$/,
  );
  expect(lines[5]).toMatch(/, replayed$/);
  expect(stdout).not.toContain(key);

  const { changes, log: found } = JSON.parse(
    (await explain('checkout-1', '--log', log, '--json')).stdout,
  );
  expect(changes[0]).toMatchObject({
    ...{ user_id: user, version: 2, key_owner: 'ops@example.com', idempotency_key: 'order-7' },
    fields: { first_name: { before: 'Ada', after: 'Augusta' } },
  });
  expect(found.map(({ replayed }: { replayed?: true }) => replayed)).toEqual([undefined, true]);
});

test('shows erased users and what was done with keys', async () => {
  const owner = await stack.user({ email: 'root@example.com', is_superuser: true });
  const user = await stack.user();
  const { key } = await stack.key(owner);
  const headers = { 'x-request-id': 'cleanup-1' };
  await stack.call('DELETE', `/user/${user}`, key, undefined, headers);
  const { body } = await stack.call(
    'POST',
    '/keys',
    key,
    { name: 'new', role: 'profile' },
    headers,
  );
  const { stdout } = await explain('cleanup-1');
  expect(stdout).toContain(`erased ${user}, by the key in-`);
  expect(stdout).toContain(
    `created the key ${body.data.id} of root@example.com, by key root@example.com`,
  );
});

test('says in one line that nothing is known', async () => {
  const { code, stderr } = await explain('never-sent');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Nothing is known of a request never-sent: .+\n$/);
});
