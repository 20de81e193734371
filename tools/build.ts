import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { demandBuildable, wrangler } from './wrangler.ts';

/** Cloudflare allows 3 MiB; we allow what starts fast. In bytes, gzipped. */
const LIMIT = 72 * 1024;

/** Writes to `directory` the very bundle that `wrangler deploy` would upload; answers its gzipped size. */
export async function build(directory: string): Promise<number> {
  await demandBuildable();
  await promisify(execFile)(...wrangler('deploy', '--dry-run', '--minify', '--outdir', directory));
  return gzipSync(await readFile(`${directory}/index.js`)).length;
}

if (import.meta.main) {
  const size = await build('dist').catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  console.log(`dist/index.js: ${kib(size)} gzipped, of at most ${kib(LIMIT)}`);
  if (size > LIMIT) process.exit(1);
}
