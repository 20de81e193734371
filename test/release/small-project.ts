import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Returns a folder with the configuration that ships, and a Worker that takes no time to build. */
export async function smallProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'));
  const toml = (await readFile('wrangler.toml', 'utf8'))
    .replace('"src/index.ts"', '"worker.js"')
    .replace('./dist/assets', './assets')
    .replace(/\[(build|alias)\]\n(.+\n)+/g, '');
  await writeFile(join(folder, 'wrangler.toml'), toml);
  await writeFile(join(folder, 'worker.js'), 'export default { fetch: () => new Response() };');
  await mkdir(join(folder, 'assets'));
  await symlink(resolve('migrations'), join(folder, 'migrations'));
  return folder;
}
