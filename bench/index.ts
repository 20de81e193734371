import { InvalidArgumentError } from 'commander';
import { build } from '../tools/build.ts';
import { command, runCommand } from '../tools/command.ts';
import { fullBatch, runBatch } from './batch/run.ts';
import { compare, fullCompare } from './compare.ts';
import { bundleContenders } from './contenders.ts';
import { fullLists, runLists } from './lists/run.ts';
import { fullMemory, runMemory } from './memory/run.ts';
import { full, quick } from './plan.ts';
import { writeReport } from './report.ts';
import { newestResults, type Results, writeResults } from './results.ts';
import { run } from './run.ts';
import { fullScale } from './scale/plan.ts';
import { runScale } from './scale/run.ts';
import { type ScaleFacts, targetLines, targetsOf } from './targets.ts';

/** The directories that a full run and a quick run write to. */
const COMMITTED = 'bench';
const SCRATCH = '.local/bench';

const interrupted = new AbortController();
const { signal } = interrupted;
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => interrupted.abort(new Error(`Stopped by ${name}.`)));

const began = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);

/** Parses a number within a range. */
const between = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
};

const program = command(
  'npm run bench --',
  'Measures the Worker against the floor and against the conventional way.',
)
  .enablePositionalOptions() // The subcommands have an --out, too.
  .option('--quick', 'two minutes instead of ten; writes to .local/bench')
  .option('--out <directory>', 'where to write results and report')
  .action(async (options: { quick?: true; out?: string }) => {
    const bundleBytes = await build('dist');
    const results = await run({
      plan: options.quick ? quick : full,
      bundleBytes,
      say,
      signal,
    });
    const directory = options.out ?? (options.quick ? SCRATCH : COMMITTED);
    await store(results, directory);
    const scale = newestResults<ScaleFacts>(directory, 'scale');
    console.log(`\n${targetLines(targetsOf(results.data, scale?.data))}`);
  });

program
  .command('scale')
  .description('Measures how cost grows with the number of users, keys and log rows.')
  .option('--to <users>', '1e7 takes about 20 minutes and 40 GB', between(1e3, 1e7), 1e6)
  .option('--out <directory>', 'where results and report go', COMMITTED)
  .action(async ({ to, out }: { to: number; out: string }) => {
    const plan = fullScale(to);
    await build('dist');
    const { ours } = await bundleContenders();
    await store(await runScale({ plan, modules: ours, say, signal }), out);
  });

program
  .command('lists')
  .description('Measures how the cost of lists, history and erasures grows with the users.')
  .option('--to <users>', 'the largest number of users', between(1e3, 1e7), 1e6)
  .option('--out <directory>', 'where results and report go', COMMITTED)
  .action(async ({ to, out }: { to: number; out: string }) => {
    const plan = fullLists(to);
    await build('dist');
    const { ours } = await bundleContenders();
    await store(await runLists({ plan, modules: ours, say, signal }), out);
  });

program
  .command('batch')
  .description('Compares many updates in one request with a PUT for each.')
  .option('--out <directory>', 'where results and report go', COMMITTED)
  .action(async ({ out }: { out: string }) => {
    await build('dist');
    const { ours } = await bundleContenders();
    await store(await runBatch({ plan: fullBatch, modules: ours, say, signal }), out);
  });

program
  .command('memory')
  .description('Measures the memory of workerd under load.')
  .option('--minutes <number>', 'how long', between(0.1, 120), 10)
  .option('--out <directory>', 'where results and report go', COMMITTED)
  .action(async ({ minutes, out }: { minutes: number; out: string }) => {
    const plan = fullMemory(minutes);
    await build('dist');
    const modules = await bundleContenders();
    await store(await runMemory({ plan, modules, say, signal }), out);
  });

program
  .command('compare')
  .description('Compares the statement of a PUT with that of another checkout, after npm ci there.')
  .argument('<folder>', 'the other checkout, such as the commit before a change')
  .action(async (folder: string) => {
    const ratio = await compare(folder, fullCompare, say, signal);
    console.log(`A PUT takes ${ratio.toFixed(3)} times as much CPU time of Postgres as before.`);
  });

/** Writes the results, and the report of the newest results of each kind. */
async function store(results: Results<unknown>, directory: string): Promise<void> {
  say(`wrote ${writeResults(directory, results)}`);
  say(`wrote ${await writeReport(directory)}`);
}

await runCommand(program, signal);
