import { spawnSync } from 'node:child_process';
import { delimiter, resolve } from 'node:path';
import { command, runCommand } from './command.ts';

/**
 * Everything that needs no database: format, lint, the order of imports, types, unused code, migrations,
 * openapi.json, the client, the bundle.
 */
const STEPS = [
  'biome check .',
  'tsc',
  'tsc -p settings',
  'tsc -p site/browser',
  'knip',
  'node tools/check-style.ts',
  'node tools/check-migrations.ts',
  'node site/openapi/check.ts',
  'npm run -s check -w client',
  'npm run -s build',
];

const PATH = [resolve('node_modules/.bin'), process.env['PATH']].join(delimiter);

/** Runs a command line of this project. Throws if it fails. */
export function step(commandLine: string, words: readonly string[] = []): void {
  console.log(`> ${commandLine}`);
  const [program = '', ...first] = commandLine.split(' ');
  const { status } = spawnSync(program, [...first, ...words], {
    stdio: 'inherit',
    env: { ...process.env, PATH },
  });
  if (status !== 0) throw new Error(`${commandLine} failed.`);
}

/** Runs all steps, up to the first that fails. */
export function check(): void {
  for (const each of STEPS) step(each);
}

if (import.meta.main)
  await runCommand(
    command('npm run check --', `Runs all checks without the tests: ${STEPS.join(', ')}.`).action(
      check,
    ),
  );
