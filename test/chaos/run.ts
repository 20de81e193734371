import { InvalidArgumentError } from 'commander';
import { build } from '../../tools/build.ts';
import { command, runCommand } from '../../tools/command.ts';

const SHOWN_VIOLATIONS = 5;

const interrupted = new AbortController();

/** Handles signals itself, because Miniflare would end the process before Postgres is stopped. */
function takeSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.removeAllListeners(name);
    process.on(name, () => interrupted.abort(new Error(`Ended by ${name}.`)));
  }
}

interface Shape {
  ops: number;
  seed: number;
  clients: number;
  users: number;
}

async function chaos({ ops: operations, ...shape }: Shape): Promise<void> {
  takeSignals();
  // Loaded after the command line is parsed, because loading takes two seconds.
  const [{ check }, { play }, { format, summaryOf }] = await Promise.all([
    import('./check.ts'),
    import('./play.ts'),
    import('./report.ts'),
  ]);
  await build('dist');
  const onProgress = (begun: number) => {
    if (begun === 1) takeSignals();
    if (begun % 1000 === 0) console.error(`${begun} of ${operations}`);
  };
  const { signal } = interrupted;
  const outcome = await play({ ...shape, operations, bundle: 'dist/index.js', onProgress, signal });
  const violations = check(outcome.history);
  console.log(format(summaryOf(outcome, violations)));
  for (const violation of violations.slice(0, SHOWN_VIOLATIONS))
    console.log(
      `\n${violation.rule}: ${violation.says}\n${JSON.stringify(violation.evidence, null, 2)}`,
    );
  if (violations.length > 0) process.exitCode = 1;
}

function whole(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('It must be a whole number of at least 1.');
}

await runCommand(
  command(
    'npm run chaos --',
    'Runs clients that change users while the database fails in every way, and compares their responses with the database. Exits with 1 if they disagree.',
  )
    .option('--ops <number>', 'number of operations', whole, 2000)
    .option('--seed <number>', 'seed of the operations and faults', whole, 1)
    .option('--clients <number>', 'number of simultaneous clients', whole, 16)
    .option('--users <number>', 'number of users', whole, 8)
    .action(chaos),
  interrupted.signal,
);
// Clients of an aborted run may still be waiting.
if (process.exitCode === 1) process.exit();
