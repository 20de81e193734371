import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';

export const run = promisify(execFile);

/** Creates a project that has installed the client as npm would publish it. Returns its folder. */
export function usePackedClient() {
  const project = { folder: '', files: [] as string[] };
  beforeAll(async () => {
    project.folder = await mkdtemp(join(tmpdir(), 'integrator-'));
    const { folder } = project;
    const modules = join(folder, 'node_modules');
    await mkdir(modules);
    await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: 'client' });
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
    await run('tar', ['-xzf', tarball], { cwd: folder });
    await rename(join(folder, 'package'), join(modules, 'edge-profile-client'));
    const { stdout } = await run('tar', ['-tzf', tarball], { cwd: folder });
    project.files = stdout.trim().split('\n').sort();
    await mkdir(join(modules, '@types'));
    await symlink(resolve('node_modules/@types/node'), join(modules, '@types/node'));
    await symlink(resolve('node_modules/undici-types'), join(modules, 'undici-types'));
  });
  afterAll(() => rm(project.folder, { recursive: true, force: true }));
  return project;
}
