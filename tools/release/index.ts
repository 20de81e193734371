import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { command, runCommand } from '../command.ts';
import { initDatabase, urlsToKeep } from '../init-database.ts';
import { Cloudflare } from './cloudflare.ts';
import { keep } from './kept.ts';
import { promote, release, rollback, type Settings, status } from './operations.ts';
import { type Options, secretsFileOf, tagOf, withEnvironment, withOptions } from './options.ts';
import { DOES, nameOf, plan } from './plan.ts';
import { config } from './settings.ts';
import type { Tools } from './steps.ts';
import { requireDatabaseUrl, toolsOf } from './tools.ts';

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => stop.abort(new Error('Stopped. Run it again to go on.')));

/** Returns the environment of a subcommand, whether it is named before or after it. */
const environmentOf = (subcommand: Command): string | undefined =>
  subcommand.optsWithGlobals<{ env?: string }>().env;

const program = withOptions(
  command(
    'npm run release --',
    'Releases the Worker in steps, each with a line: checks, migrations, a version without requests, the conformance command, a growing share of the requests. Rolls back by itself. After an interruption, run it again.',
  ),
).action(async (options: Options) => {
  const { settings, tools } = await prepare(options);
  await (options.dryRun ? rehearse(settings, tools) : release(settings, tools));
});

withEnvironment(program.command('status'))
  .description('Shows which version gets the requests, and what is left to do.')
  .action(async (_, self: Command) =>
    console.log(await status(new Cloudflare(environmentOf(self)))),
  );

withEnvironment(program.command('rollback'))
  .description('Gives all requests to the previous version, or to the named one, at once.')
  .argument('[version]', 'its id or its tag')
  .action(async (named: string | undefined, _, self: Command) =>
    console.log(await rollback(new Cloudflare(environmentOf(self)), named)),
  );

withEnvironment(program.command('promote'))
  .description('Gives all requests to the version of an unfinished release, without waiting.')
  .action(async (_, self: Command) =>
    console.log(await promote(new Cloudflare(environmentOf(self)))),
  );

program
  .command('init-database')
  .description(
    'Creates the roles of the database at DATABASE_URL, or gives them new passwords, and prints their URLs.',
  )
  .action(async () => console.log(urlsToKeep(await initDatabase(requireDatabaseUrl()))));

program
  .command('keep')
  .description('Keeps the built bundle in releases, for the checks of the next release.')
  .action(async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    keep(version);
    console.log(`Kept as releases/${version}. Commit it, and tag the commit v${version}.`);
  });

await runCommand(program, stop.signal);

/** Returns what the options say, and what the steps act on. */
async function prepare(options: Options): Promise<{ settings: Settings; tools: Tools }> {
  const { env, ramp, wait, errors, slower } = options;
  const { queues, ...worker } = await config(env);
  const settings = {
    ...{ tag: tagOf(options), secrets: secretsFileOf(options), again: options.again },
    ...{ queues, ramp, waitMs: wait, budget: { errors, slower } },
  };
  return { settings, tools: toolsOf(options, worker, new Cloudflare(env), stop.signal) };
}

/** Prints the steps of a release, and runs those that need neither network nor database. */
async function rehearse(settings: Settings, tools: Tools): Promise<void> {
  const nobody = { kind: 'settled', version: '', previous: undefined, message: undefined } as const;
  tools.print(
    `Release ${settings.tag} of a Worker that exists; the first one of all is deployed at once.`,
  );
  for (const step of [{ name: 'settings' } as const, ...plan(nobody, [], settings)])
    tools.print(`  ${nameOf(step).padEnd(11)}${DOES[step.name]}`);
  tools.print(`settings: ${await tools.settings()}`);
  tools.print(`check: ${await tools.check()}`);
  tools.print(`backward: ${await tools.backward()}`);
}
