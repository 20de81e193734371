import { check } from '../check.ts';
import { databaseUrlFrom } from '../local-stack.ts';
import { migrate } from '../migrate.ts';
import { checkBackward } from './backward.ts';
import { watchCommand, watchTail } from './budget.ts';
import type { Cloudflare } from './cloudflare.ts';
import { conformVersion, type Target } from './conform.ts';
import { type Options, secretsFileOf } from './options.ts';
import { type Config, checkSecrets } from './settings.ts';
import type { Tools } from './steps.ts';

/** Returns what a release acts on, as the options say. */
export function toolsOf(
  options: Options,
  config: Omit<Config, 'queues'>,
  cloudflare: Cloudflare,
  signal: AbortSignal,
): Tools {
  const target = targetOf(options);
  return {
    cloudflare,
    signal,
    print: console.log,
    watch: options.logCommand ? watchCommand(options.logCommand) : watchTail(options.env),
    settings: async () => {
      requireDatabaseUrl();
      await checkSecrets(secretsFileOf(options), config.vars);
      return `${config.name}, ${Object.keys(config.vars).length} variables`;
    },
    check: async () => {
      if (!options.check) return 'left out';
      await check();
      return 'passed';
    },
    backward: () => checkBackward(),
    migrate: async () => {
      const applied = await migrate(requireDatabaseUrl(), 'migrations');
      return applied === 0 ? 'the database is up to date' : `applied ${applied}`;
    },
    requireConformable: () => void (options.conform && target()),
    conform: (version) =>
      options.conform
        ? conformVersion(target(), config.name, version, signal)
        : Promise.resolve('left out'),
  };
}

/** Returns the URL of the database, as its owner, who alone may change tables. Throws if it is not set. */
export function requireDatabaseUrl(): string {
  const url = databaseUrlFrom('DATABASE_URL');
  if (url) return url;
  throw new Error('Set DATABASE_URL to the connection string of your Neon database.');
}

/** Returns where the conformance command runs. Throws a line that says what is missing. */
const targetOf =
  ({ url, user }: Options) =>
  (): Target => {
    const { CONFORM_URL = '', CONFORM_USER = '', CONFORM_KEY: key = '' } = process.env;
    const target = {
      url: (url ?? CONFORM_URL).replace(/\/+$/, ''),
      user: user ?? CONFORM_USER,
      key,
    };
    if (Object.values(target).every((value) => value !== '')) return target;
    throw new Error(
      'Set CONFORM_URL, CONFORM_USER and CONFORM_KEY, or leave it out: --no-conform.',
    );
  };
