import { Command } from 'commander';
import { build } from '../tools/build.ts';
import { full, quick } from './plan.ts';
import { writeReport } from './report.ts';
import { newestResults, writeResults } from './results.ts';
import { run } from './run.ts';
import { type ScaleFacts, targetLines, targetsOf } from './targets.ts';

/** Where a full run leaves its results, and one that is only a look at how things are. */
const KEPT = 'bench';
const SCRATCH = '.local/bench';

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => interrupted.abort(new Error(`Ended by ${name}.`)));

const began = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);

const program = new Command('npm run bench --')
  .description('Measures the Worker against the floor and against the conventional way.')
  .option('--quick', 'two minutes instead of eleven; leaves the report alone')
  .option('--out <directory>', 'where results and report go')
  .action(async (options: { quick?: true; out?: string }) => {
    const bundleBytes = await build('dist');
    const results = await run({
      plan: options.quick ? quick : full,
      bundleBytes,
      say,
      signal: interrupted.signal,
    });
    const directory = options.out ?? (options.quick ? SCRATCH : KEPT);
    say(`wrote ${writeResults(directory, results)}`);
    say(`wrote ${await writeReport(directory)}`);
    const scale = newestResults<ScaleFacts>(directory, 'scale');
    console.log(`\n${targetLines(targetsOf(results.data, scale?.data))}`);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(interrupted.signal.aborted ? interrupted.signal.reason.message : error);
  process.exitCode = 1;
}
