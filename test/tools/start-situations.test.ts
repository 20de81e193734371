import { spawn, spawnSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../tools/ports.ts';
import { ProjectCopy } from '../support/project-copy.ts';

// npm start, npm test and npm run reset in various folders, and after killed processes. With NPM_CI=1 the
// copies get their node_modules from npm ci, which takes minutes, instead of links.
const READY = /^(curl|npm run keys) (.+\n)+\n/m;
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = { uid: 65534, gid: 65534 };
/** A user id without a name. */
const NAMELESS = { uid: 54321, gid: 54321 };
/** Other users need access to node_modules, because the copies link to it. */
const SHARED =
  IS_ROOT && spawnSync('test', ['-r', `${process.cwd()}/package.json`], NOBODY).status === 0;

// Most tests start everything, some more than once.
vi.setConfig({ testTimeout: 120_000 });

const copies: ProjectCopy[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const copy of copies.splice(0)) {
    await copy.run('npm run -s reset');
    await copy.remove();
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function clone(...circumstances: Parameters<typeof ProjectCopy.make>): Promise<ProjectCopy> {
  const copy = await ProjectCopy.make(...circumstances);
  copies.push(copy);
  return copy;
}

async function closedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'closed-')); // 0700
  folders.push(folder);
  return folder;
}

const freePorts = async () => ({
  PORT: `${await freePort()}`,
  NEON_PORT: `${await freePort()}`,
  OIDC_PORT: `${await freePort()}`,
});

const FOR_TESTS = ['test', 'vitest.config.ts'];

/** Runs one test file with its setup. */
async function requireTests(project: ProjectCopy, env: Record<string, string> = {}): Promise<void> {
  const { stdout, stderr } = await project.run('npx vitest run test/api/feedback.test.ts', env);
  expect(stripVTControlCharacters(stdout + stderr)).toMatch(/Test Files +1 passed/);
}

/** Returns output without the messages of npm itself. */
const ownLines = (text: string) => text.match(/^(?!npm ).+$/gm);

/** Runs the printed curl. Returns its status. */
async function pasted(project: ProjectCopy, output: string): Promise<string> {
  const curl = /^curl (.+\n)+/m.exec(output)?.[0] ?? 'false';
  return (await project.run(curl.replace('curl', 'curl -s -o /dev/null -w "%{http_code}"'))).stdout;
}

describe.skipIf(!IS_ROOT)('as root (skipped for other users)', () => {
  test('in a folder that only root may enter, npm start works and reset deletes everything', async () => {
    const parent = await closedFolder();
    const project = await clone({ parent, installScripts: true });
    const env = await freePorts();
    const first = await project.start('npm start', env, READY);
    expect(await pasted(project, first.output())).toBe('200');
    await first.stop('SIGTERM', 'process');

    const second = await project.start('npm start', env, READY);
    expect(second.output()).toContain('To create another API key');
    await second.stop('SIGTERM', 'process');

    const elsewhere = dirname(await readlink(join(project.folder, '.local/postgres')));
    expect(await stat(elsewhere)).toMatchObject({ uid: 0, mode: 0o40755 });
    expect((await project.run('npm run -s reset')).code).toBe(0);
    await expect(stat(elsewhere)).rejects.toThrow('ENOENT');
  });

  test('and npm test finds its Postgres', async () => {
    const parent = await closedFolder();
    await requireTests(await clone({ parent, more: FOR_TESTS, installScripts: true }));
  });

  test('with files of another user and a restrictive umask, npm start works', async () => {
    const project = await clone({ owner: NOBODY, mode: 0o700, installScripts: true });
    const stack = await project.start("sh -c 'umask 077; npm start'", await freePorts(), READY);
    expect(await pasted(project, stack.output())).toBe('200');
    await stack.stop('SIGINT', 'group');
  });

  test('if root may not switch users, one line says so', async () => {
    const project = await clone();
    const { code, stderr } = await project.run(
      'setpriv --bounding-set -setuid,-setgid --inh-caps -setuid,-setgid npm start -s',
      await freePorts(),
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^Postgres does not run as root, and .* Run this as another user.*\n$/),
    ]);
  });
});

describe.skipIf(!SHARED)('as another user (skipped if not root, or in a folder of root)', () => {
  test('without a home and after npm ci --ignore-scripts, npm start and npm test work', async () => {
    const project = await clone({ user: NOBODY, more: FOR_TESTS, installScripts: false });
    const env = { ...(await freePorts()), HOME: '/nonexistent' };
    const stack = await project.start('npm start', env, READY);
    expect(await pasted(project, stack.output())).toBe('200');
    await stack.stop('SIGTERM', 'process');
    await requireTests(project, env);
  });

  test('with a user id without a name, one line says what to do', async () => {
    const project = await clone({ user: NAMELESS });
    const env = { ...(await freePorts()), HOME: '/' };
    const { code, stderr } = await project.run('npm start -s', env);
    expect([code, ownLines(stderr)]).toEqual([
      1,
      [expect.stringContaining('Postgres needs a name for user id 54321: as root run echo')],
    ]);
  });

  test.each([
    [
      'the folder of the project',
      'npm start -s',
      '.',
      /^\/\S+ is not writable for user id 65534\. .*owner/,
    ],
    ['dist', 'npm start -s', 'dist', /^\/\S+\/dist is not writable for user id 65534\. .*owner/],
    [
      'LOCAL_DIR',
      'npm start -s',
      '.local',
      /^\/\S+\/\.local is not writable for .* Set LOCAL_DIR to/,
    ],
    [
      'the folder of the project',
      'npm run -s build',
      '.',
      /^\/\S+ is not writable for user id 65534\. /,
    ],
  ])('%s is not writable: %s says so in one line', async (_, command, folder, line) => {
    const project = await clone({ user: NOBODY });
    const closed = join(project.folder, folder);
    await mkdir(closed, { recursive: true });
    await chown(closed, 0, 0);
    const { code, stderr } = await project.run(command, { ...(await freePorts()), HOME: '/' });
    expect([code, ownLines(stderr)]).toEqual([1, [expect.stringMatching(line)]]);
  });
});

describe('after kill -9', () => {
  test('the next npm start ends the remaining processes and starts, on the same ports or others', async () => {
    const project = await clone();
    const env = await freePorts();
    const first = await project.start('npm start', env, READY);
    await first.stop('SIGKILL', (await project.stack()).pid);
    expect((await project.processes()).join()).toMatch(
      /postgres\0-D.*wrangler|wrangler.*postgres\0-D/,
    );

    const second = await project.start('npm start', env, READY);
    expect(second.output()).toContain(
      'Stopped the processes that an earlier npm start left running.\n',
    );
    expect(await postgresServers(project)).toHaveLength(1);

    // Postgres is killed too, and other processes get both process ids.
    await second.stop('SIGKILL', 'group');
    const local = join(project.folder, '.local');
    const stranger = spawn('sleep', ['600'], IS_ROOT ? await ownerOf(join(local, 'postgres')) : {});
    try {
      await replacePid(join(local, 'stack.json'), stranger.pid);
      await replacePid(join(local, 'postgres/postmaster.pid'), stranger.pid);
      const { stderr } = await project.run('npm run -s keys -- list', { DATABASE_URL: '' });
      expect(stderr).toContain('No database: run npm start');

      const third = await project.start('npm start', await freePorts(), READY);
      expect(await postgresServers(project)).toHaveLength(1);
      await third.stop('SIGKILL', (await project.stack()).pid);
      await replacePid(join(local, 'stack.json'), stranger.pid);
      expect((await project.run('npm run -s reset && test ! -e .local')).code).toBe(0);
      await expect.poll(() => project.processes()).toEqual([]);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill();
    }
  });
});

const postgresServers = async (project: ProjectCopy): Promise<string[]> =>
  (await project.processes()).filter((command) => command.includes('/bin/postgres\0-D'));

/** Replaces the first number of a file with another process id. */
async function replacePid(file: string, pid: number | undefined): Promise<void> {
  await writeFile(file, (await readFile(file, 'utf8')).replace(/\d+/, `${pid}`));
}

async function ownerOf(file: string): Promise<{ uid: number; gid: number }> {
  const { uid, gid } = await stat(file);
  return { uid, gid };
}
