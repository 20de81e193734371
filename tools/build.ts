import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify, stripVTControlCharacters } from 'node:util';
import { gzipSync } from 'node:zlib';
import { command, runCommand } from './command.ts';
import { requireBuildable, wrangler } from './wrangler.ts';

/** Cloudflare allows 3 MiB; we allow what starts fast. In bytes, gzipped. */
const LIMIT = 94 * 1024;

/** Lines of wrangler about our own build commands, which print nothing on success. */
const WARNINGS = /^\[custom build\] (?!Running: )(.+)$/gm;

/** Misspelled keys of wrangler.toml, which wrangler ignores with this warning, even when strict. */
const UNKNOWN_KEYS = /Unexpected fields found in [^\n]*/;

/**
 * Writes the bundle that `wrangler deploy` would upload to `directory`. Returns its gzipped size in
 * bytes. Throws if wrangler.toml has keys that wrangler does not know.
 */
export async function build(directory: string): Promise<number> {
  await requireBuildable();
  const { stdout, stderr } = await promisify(execFile)(
    ...wrangler('deploy', '--dry-run', '--minify', '--outdir', directory),
  );
  const [unknown] = UNKNOWN_KEYS.exec(stripVTControlCharacters(stdout + stderr)) ?? [];
  if (unknown) throw new Error(`wrangler.toml: ${unknown}.`);
  for (const [, warning] of stdout.matchAll(WARNINGS)) console.warn(warning);
  return gzipSync(await readFile(`${directory}/index.js`)).length;
}

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

if (import.meta.main)
  await runCommand(
    command(
      'npm run build --',
      `Writes the bundle that would be deployed to dist. Fails if it has more than ${kib(LIMIT)} gzipped.`,
    ).action(async () => {
      const size = await build('dist');
      console.log(`dist/index.js: ${kib(size)} gzipped, of at most ${kib(LIMIT)}`);
      if (size > LIMIT) process.exitCode = 1;
    }),
  );
