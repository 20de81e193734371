import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort, portFrom } from '../../tools/ports.ts';
import { runScript } from '../support/run-script.ts';

// Every script that users may start: those of package.json, and every executable module.

const scriptsOf = async (folder: string): Promise<string[][]> =>
  Object.entries<string>(
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).scripts,
  ).map(([name, line]) => {
    const file = /^(?:exec )?node ([\w./-]+\.ts)$/.exec(line)?.[1];
    return [name, line, file ? join(folder, file) : ''];
  });

/** One line that refers to --help. */
const REFUSED = /^error: .+ \(see (npm|node) .+ --help\)\n$/;

const npmScripts = [...(await scriptsOf('.')), ...(await scriptsOf('client'))];

/**
 * Files without exports, and those that check whether they are the main module; without child
 * processes.
 */
async function programs(): Promise<string[]> {
  const files = await Promise.all(
    ['tools', 'bench', 'client/tools', 'test/chaos', 'site'].map(async (folder) =>
      (await readdir(folder, { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  const sources = files.flat().filter((name) => /(?<!\.d|\.test)\.ts$/.test(name));
  const found = await Promise.all(
    sources.map(async (name) => {
      const text = await readFile(name, 'utf8');
      const runs = /import\.meta\.main/.test(text) || !/^export /m.test(text);
      return runs && !/endWithParent\(\)/.test(text) && !name.startsWith('site/browser')
        ? [name]
        : [];
    }),
  );
  return found.flat();
}

const entries = [...new Set([...npmScripts.map(([, , file = '']) => file), ...(await programs())])];

/** A folder with data and a build that these scripts must not touch. */
let folder: string;
let before: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scripts-'));
  for (const kept of ['.local', 'dist', 'migrations', 'bench']) {
    await mkdir(join(folder, kept));
    await writeFile(join(folder, kept, 'kept'), 'kept');
  }
  before = await state();
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns the files in a folder with their modification times. */
async function snapshot(...folders: string[]): Promise<string[]> {
  const all = await Promise.all(
    folders.map(async (each) => {
      const names = await readdir(each, { recursive: true }).catch(() => []);
      return Promise.all(
        names.map(async (name) => {
          const { mtimeMs } = await stat(join(each, name));
          return `${join(each, name)} ${mtimeMs}`;
        }),
      );
    }),
  );
  return all.flat().sort();
}

/** Returns everything that a script could write. */
const state = () => snapshot(folder, 'client/dist', 'client/src');

test.each(npmScripts)('npm run %s is one command with a command line (%s)', (_, line, file) => {
  expect([line, file]).toEqual([line, expect.stringMatching(/\.ts$/)]);
});

describe('every script', () => {
  test.concurrent.each(entries)(
    '%s --help prints the usage and does nothing else',
    async (file) => {
      const { code, stdout, stderr } = await runScript(file, { args: ['--help'], cwd: folder });
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Usage: (npm|node) .+\n\n[A-Z].+/);
    },
  );

  test.concurrent.each(entries)('%s refuses an unknown option in one line', async (file) => {
    const { code, stdout, stderr } = await runScript(file, { args: ['--frob'], cwd: folder });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(REFUSED);
  });

  test.concurrent.each([
    ['tools/reset.ts', ['-f']],
    ['tools/reset.ts', ['.']],
    ['tools/reset.ts', ['--help=x']],
    ['tools/build.ts', ['dist']],
    ['tools/release/index.ts', ['--ramp', '25,5']],
    ['tools/release/index.ts', ['rollback', 'one', 'two']],
    ['tools/keys.ts', ['list', 'all']],
    ['tools/keys.ts', ['create', '--frob']],
    ['test/chaos/run.ts', ['--ops', 'many']],
    ['test/chaos/run.ts', ['--seed']],
  ])('%s refuses %j in one line', async (file, args) => {
    const { code, stdout, stderr } = await runScript(file, { args, cwd: folder });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(REFUSED);
  });

  test.concurrent.each(['create', 'report'])('keys %s has its own help', async (name) => {
    const { code, stdout } = await runScript('tools/keys.ts', { args: [name, '--help'] });
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Usage: npm run keys -- ${name}`)]);
  });
});

test('none of these has changed a file', async () => {
  expect(await state()).toEqual(before);
});

test('a secret in a wrong place is not printed', async () => {
  const key = `in-${'k3y'.repeat(14)}x`;
  const url = 'postgresql://me:pgsecret@db.example.com/db';
  const runs = await Promise.all(
    [
      ['tools/keys.ts', key],
      ['tools/keys.ts', 'revoke', key],
      ['tools/keys.ts', `--key=${key}`],
      ['tools/release/index.ts', url],
      ['tools/reset.ts', `--database=${url}`],
      ['tools/conform/index.ts', '--url', url],
    ].map(([file = '', ...args]) => runScript(file, { args, cwd: folder })),
  );
  for (const { code, stderr } of runs) {
    expect([code, stderr.trim().split('\n')]).toEqual([1, [expect.any(String)]]);
    expect(stderr).not.toMatch(/k3y|pgsecret/);
  }
});

test.each([
  ['tools/keys.ts', ['list'], { DATABASE_URL: 'foo' }],
  ['tools/feedback.ts', [], { DATABASE_URL: 'postgresql://me:pgsecret@db.invalid/db' }],
  ['tools/release/index.ts', [], { DATABASE_URL: 'postgresql://me:pgsecret@127.0.0.1:1/db' }],
  ['tools/start.ts', [], { LOCAL_POSTGRES_URL: 'postgresql://me:pgsecret@127.0.0.1:1/db' }],
  ['tools/start.ts', [], { NEON_PORT: 'neon' }],
  ['bench/report.ts', ['nowhere'], {}],
  [
    'tools/conform/index.ts',
    ['--url', 'http://127.0.0.1:1', '--user', randomUUID()],
    { CONFORM_KEY: 'x' },
  ],
])('%s %j reports a mistake in one line (%j)', async (file, args, env) => {
  const [PORT, NEON_PORT, OIDC_PORT] = await Promise.all([1, 2, 3].map(freePort));
  const ports = { PORT: `${PORT}`, NEON_PORT: `${NEON_PORT}`, OIDC_PORT: `${OIDC_PORT}` };
  const { code, stdout, stderr } = await runScript(file, {
    args,
    env: { ...ports, ...env },
    cwd: folder,
  });
  expect([code === 0, stdout]).toEqual([false, '']);
  expect(stderr).toMatch(/^[A-Z].+\.\n$/);
  expect(stderr).not.toContain('pgsecret');
});

test('keys and feedback say what to do if npm start has ended', async () => {
  const local = join(folder, 'stale');
  await mkdir(local);
  const endpoint = `http://127.0.0.1:${await freePort()}/sql`;
  const stack = { pid: process.pid, databaseUrl: 'postgresql://u:p@h/d', endpoint };
  await writeFile(join(local, 'stack.json'), JSON.stringify(stack));
  for (const script of ['tools/keys.ts list', 'tools/feedback.ts']) {
    const [file = '', ...args] = script.split(' ');
    const { code, stderr } = await runScript(file, { args, env: { LOCAL_DIR: local } });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^.+ npm start.*\.\n$/)]);
  }
});

test.each(['abc', '0', '65536', '8e3', '0x50', '-1', ' 80', '80.5'])(
  'PORT=%j is refused',
  (port) => {
    vi.stubEnv('PORT', port);
    expect(() => portFrom('PORT', 1)).toThrow('PORT must be a port, 1 to 65535.');
    vi.unstubAllEnvs();
  },
);

test('a free port is none that Linux, macOS or Windows assigns, so nobody has it a moment later', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(Math.max(...ports)).toBeLessThan(32_768);
});
