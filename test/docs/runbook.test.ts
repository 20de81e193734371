import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import project from '../../package.json' with { type: 'json' };
import { type ErrorCode, errorCatalogue } from '../../src/errors.ts';
import { databaseOf } from '../support/run-script.ts';
import { useStack } from '../support/stack.ts';
import { bash, missing } from './examples.ts';

// Runs what the runbook says in the situations that it is for, and compares what is printed with what it shows.

vi.setConfig({ testTimeout: 120_000 });

const stack = useStack({ DB_TIMEOUT_MS: '2000', WEBHOOKS_LOOPBACK: 'on' });
const runbook = await readFile('docs/guides/runbook.md', 'utf8');
const ADA = '7f1d7a51-4bd5-4d1c-8a4a-0d9e3c1f2b60';

/** A command, and what must be printed. */
interface Step {
  command: string;
  expected: string[];
}

/** Returns the commands and statements of a section, each with the block of its output if there is one. */
function stepsOf(title: string): Step[] {
  const [, section = ''] = runbook.split(`\n## ${title}\n`);
  const blocks = [...(section.split('\n## ')[0] ?? '').matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)];
  return blocks.flatMap(([, language = '', text = ''], at) => {
    if (language !== 'sh' && language !== 'sql') return [];
    const [, below, output = ''] = blocks[at + 1] ?? [];
    const expected = below === '' || below === 'http' ? output.split('\n').filter(Boolean) : [];
    return [{ command: text.trim(), expected }];
  });
}

/**
 * Runs one of the commands, without npm, which takes a second each time. Returns the lines that it should have
 * printed and did not, and all that it printed; nothing if it printed them all.
 */
async function lacking(
  { command, expected }: Step | undefined = { command: 'false', expected: ['a command'] },
  env: Record<string, string> = {},
): Promise<string[]> {
  const real = command
    .replaceAll('https://api.example.com', stack.origin)
    .replace(/npm run (\w+) --/g, (_, name: keyof typeof project.scripts) => project.scripts[name]);
  const { stdout, stderr } = await bash(real, { ...databaseOf(stack), ...env });
  const printed = `${stdout}\n${stderr}`.replaceAll('\r', '');
  const lacks = missing({ command, expected }, printed, {
    origin: stack.origin,
    key: '',
    user: '',
  });
  return lacks.length === 0 && expected.length > 0 ? [] : [...lacks, printed];
}

test('the database is down: the probe fails, and the command says why', async () => {
  const [probe, list] = stepsOf('The database is down');
  stack.database.faults.push('cut', 'cut', 'cut', 'cut');
  expect(await lacking(probe)).toEqual([]);
  stack.database.faults.splice(0);
  const wrong = new URL(stack.databaseUrl);
  wrong.password = 'wrong';
  expect(await lacking(list, { DATABASE_URL: wrong.href })).toEqual([]);
});

test('a leaked key is revoked, and what it did is found', async () => {
  const owner = await stack.user({ email: 'demo@example.com', is_superuser: true });
  const user = await stack.user({ email: 'ada@example.com', id: ADA });
  const { key, keyId } = await stack.key(owner);
  await stack.query(`update api_keys set name = 'leaked' where id = $1`, [keyId]);
  await stack.put(user, key, { country: 'Nowhere' }, { 'x-request-id': 'stolen-1' });
  const [report, changes, explain, created] = stepsOf('A leaked API key');
  expect(await lacking(report, { LEAKED_KEY: key })).toEqual([]);
  const { status, body } = await stack.put(user, key, {});
  expect([status, body.code]).toEqual([401, 'revoked_api_key']);
  const own = changes?.command.replace('in-ZCt5XS', key.slice(0, 'in-ZCt5XS'.length)) ?? '';
  expect(await stack.query(own)).toEqual([expect.objectContaining({ request_id: 'stolen-1' })]);
  expect(await lacking(explain, { LOCAL_DIR: 'dist/nothing' })).toEqual([]);
  expect(await stack.query(created?.command ?? '')).toEqual([]);
});

test('requests are slow: the statement shows the transaction that is open', async () => {
  const [activity] = stepsOf('Requests are slow');
  const open = await stack.pool.connect();
  const { rows } = await open
    .query('begin; select pg_backend_pid() as pid')
    .then((all) => (Array.isArray(all) ? all[1] : all));
  expect(await stack.query(activity?.command ?? '')).toContainEqual(
    expect.objectContaining({ pid: rows[0].pid, state: 'idle in transaction' }),
  );
  await open.query('rollback');
  open.release();
});

test('the feed lags: the command shows what holds it back', async () => {
  const open = await stack.pool.connect();
  await open.query('begin');
  await open.query('select pg_current_xact_id()');
  const [status] = stepsOf('The feed lags');
  expect(await lacking(status)).toEqual([]);
  await open.query('rollback');
  open.release();
});

test('a user who was erased by mistake is created again, with the profile of the branch', async () => {
  const owner = await stack.user({ is_superuser: true });
  const { key } = await stack.key(owner);
  await stack.query(`update users set phone = '+44 20 7946 0000' where id = $1`, [ADA]);
  const folder = await mkdtemp(join(tmpdir(), 'runbook-'));
  const steps = stepsOf('A user was erased by mistake').map(({ command, ...others }) => ({
    ...others,
    command: command.replaceAll('ada.json', join(folder, 'ada.json')),
  }));
  const [read, create, restore] = steps;
  await lacking(read, { BRANCH_URL: stack.databaseUrl });
  await stack.call('DELETE', `/user/${ADA}`, key);
  expect(await lacking(create)).toEqual([]);
  expect(await lacking(restore, { KEY: key })).toEqual([]);
  expect(await stack.row(ADA)).toMatchObject({ country: 'Nowhere', phone: '+44 20 7946 0000' });
  await rm(folder, { recursive: true });
});

test('a webhook that is blocked by its receiver is listed, and paused', async () => {
  const owner = await stack.user({ is_superuser: true });
  const { key } = await stack.key(owner);
  const { body } = await stack.call('POST', '/webhooks', key, { url: 'http://127.0.0.1:9/' });
  await stack.put(owner, key, { first_name: 'Ada' });
  const path = `/webhooks/${body.data.id}`;
  const isBlocked = async () => (await stack.call('GET', path, key)).body.data.blocked_by !== null;
  await vi.waitUntil(isBlocked, { timeout: 20_000 });
  const [, list, pause] = stepsOf('A provider is down');
  expect(await lacking(list)).toEqual([]);
  const own = pause && { ...pause, command: pause.command.replace(/[0-9a-f-]{36}/, body.data.id) };
  expect(await lacking(own)).toEqual([]);
});

test('after a restore, the cursors of readers end', async () => {
  const [restart, erased] = stepsOf('Restoring the database');
  expect(await lacking(restart)).toEqual([]);
  expect(await stack.query(erased?.command ?? '')).toEqual([]);
});

test('the faults that the guides name are ones of the Worker', async () => {
  const files = ['src/db/faults.ts', 'src/health.ts', 'src/auth/sign-in-failure.ts'];
  const sources = await Promise.all(
    [...files, 'src/auth/openid.ts', 'src/auth/routes.ts'].map((file) => readFile(file, 'utf8')),
  );
  const guide = await readFile('docs/guides/sign-in-providers.md', 'utf8');
  const [, signIn = ''] = guide.split('\n## When a sign-in fails\n');
  const rows = [runbook.split('## A bad release')[0] ?? '', signIn]
    .flatMap((text) => [...text.matchAll(/^\| (`.+?) \|/gm)])
    .flatMap(([, cell = '']) => [...cell.matchAll(/`([a-z][a-z A-Z-]{10,}?)(?:: .*?)?`/g)]);
  expect(rows.length).toBeGreaterThan(8);
  for (const [, fault = ''] of rows) expect(sources.join('\n')).toContain(fault);
});

test('the errors that it names have these statuses', () => {
  const found = [...runbook.matchAll(/\b([45]\d\d) `(\w+)`/g)];
  expect(found.length).toBeGreaterThan(4);
  for (const [, status, code = ''] of found)
    expect([code, `${errorCatalogue[code as ErrorCode]?.status}`]).toEqual([code, status]);
});
