import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { command, runCommand } from './command.ts';

/**
 * Everything that needs no database: format, lint, the order of imports, types, unused code, migrations,
 * openapi.json, the client, the bundle. The longest come first, because two run at once.
 */
const STEPS = [
  'node site/openapi/check.ts',
  'npm run -s check -w client',
  'npm run -s build',
  'biome check .',
  'tsc',
  'node tools/check-migrations.ts',
  'knip',
  'node tools/check-style.ts',
  'node tools/check-workflows.ts',
  'tsc -p settings',
  'tsc -p site/browser',
];

const PATH = [resolve('node_modules/.bin'), process.env['PATH']].join(delimiter);

/** The output of a command line. */
interface Done {
  code: number;
  output: string;
}

/** Runs a command line of this project to its end. */
const run = (commandLine: string): Promise<Done> =>
  new Promise((done) => {
    const [program = '', ...words] = commandLine.split(' ');
    const options = { env: { ...process.env, PATH }, maxBuffer: 16 * 2 ** 20 };
    execFile(program, words, options, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });

/**
 * Runs all steps, as many at once as there are processors, and prints the output of each when it has ended.
 * Throws if any of them failed.
 */
export async function check(): Promise<void> {
  const waiting = [...STEPS];
  const failed: string[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { code, output } = await run(step);
      console.log(`> ${step}\n${output.trimEnd()}`);
      if (code !== 0) failed.push(step);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (failed.length > 0) throw new Error(`${failed.join(', ')} failed.`);
}

if (import.meta.main)
  await runCommand(
    command('npm run check --', `Runs all checks without the tests: ${STEPS.join(', ')}.`).action(
      check,
    ),
  );
