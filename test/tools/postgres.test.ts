import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPlace } from '../../tools/postgres-place.ts';

/** Runs a module in its own Node process. Returns the exit code. */
const exitCodeOf = (module: string): Promise<number> =>
  new Promise((done) =>
    execFile('node', ['--input-type=module', '-e', module], (error) =>
      done(Number(error?.code ?? 0)),
    ),
  );

test('a process that uses the embedded Postgres keeps its exit code, so that failed tests fail CI', async () => {
  expect(await exitCodeOf(`await import('./tools/postgres.ts'); process.exitCode = 3`)).toBe(3);
});

test('and adds no signal handlers', async () => {
  const module = `await import('./tools/postgres.ts');
    process.exit(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM'))`;
  expect(await exitCodeOf(module)).toBe(0);
});

test('a folder with other files, also behind a link, is not changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'place-'));
  try {
    await mkdir(join(folder, 'theirs'));
    await writeFile(join(folder, 'theirs/file'), '');
    await symlink(join(folder, 'theirs'), join(folder, 'postgres'));
    await expect(findPlace(join(folder, 'postgres'))).rejects.toThrow(
      /theirs has files that do not belong to Postgres: move them/,
    );
    expect((await stat(join(folder, 'theirs'))).uid).toBe(process.getuid?.());
  } finally {
    await rm(folder, { recursive: true });
  }
});
