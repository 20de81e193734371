import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { localDirectory, requireWritable } from './local-stack.ts';

/** The folders to which building the Worker writes. */
const BUILD_FOLDERS = ['dist', 'dist/assets', 'dist/driver', '.wrangler', '.wrangler/tmp'];

/** How to run a command of wrangler, as arguments of `spawn`. */
type Command = [string, string[], { env: Record<string, string | undefined> }];

/** Returns how to run a command of wrangler on this machine, without the account of the user. */
export function wrangler(...words: string[]): Command {
  // Its settings folder, because the user's home may be missing or not writable.
  const home = resolve(localDirectory(), 'wrangler');
  const own = { HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home };
  const [program, args, { env }] = wranglerAsOperator(...words);
  return [program, args, { env: { ...env, ...own } }];
}

/** Returns how to run a command of wrangler with the account of the user, from `wrangler login`. */
export function wranglerAsOperator(...words: string[]): Command {
  const installed = dirname(createRequire(import.meta.url).resolve('wrangler/package.json'));
  const env = {
    ...process.env,
    // The top level of wrangler.toml, unless `--env` names another; without it, wrangler warns.
    CLOUDFLARE_ENV: '',
    NODE_NO_WARNINGS: '1',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_WRITE_LOGS: 'false',
    // Otherwise it would write the URLs of all requests, with keys, to a file that everybody can read.
    X_LOCAL_OBSERVABILITY: 'false',
    X_LOCAL_EXPLORER: 'false',
  };
  return [process.execPath, [join(installed, 'wrangler-dist/cli.js'), ...words], { env }];
}

/** Throws a line that says what to do if the Worker cannot be built here. */
export async function requireBuildable(): Promise<void> {
  for (const folder of ['.', ...BUILD_FOLDERS.filter((name) => existsSync(name))])
    await requireWritable(
      folder,
      'The Worker is built there: run this as its owner, or in your own copy (LOCAL_DIR moves only the data).',
    );
}
