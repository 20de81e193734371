import { parseArgs } from 'node:util';
import { build } from '../../tools/build.ts';
import { check } from './check.ts';
import { play } from './play.ts';
import { format, summaryOf } from './report.ts';

const USAGE = `npm run chaos -- [--ops 2000] [--seed 1] [--clients 16] [--users 8]

Lets clients change users while the database fails in every way, checks what they saw against what the
database has, and ends with 1 if that does not agree.`;
const SHOWN_VIOLATIONS = 5;

const { values } = parseArgs({
  options: {
    ops: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '16' },
    users: { type: 'string', default: '8' },
    help: { type: 'boolean', default: false },
  },
});

const whole = (name: 'ops' | 'seed' | 'clients' | 'users'): number => {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new Error(`--${name} must be a whole number from 1 on.`);
};

const interrupted = new AbortController();

/** Miniflare, once started, would end the process on a signal before Postgres is stopped. */
function takeSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.removeAllListeners(name);
    process.on(name, () => interrupted.abort(new Error(`Ended by ${name}.`)));
  }
}

async function main(): Promise<number> {
  const operations = whole('ops');
  const shape = {
    operations,
    seed: whole('seed'),
    clients: whole('clients'),
    users: whole('users'),
  };
  takeSignals();
  await build('dist');
  const onProgress = (begun: number) => {
    if (begun === 1) takeSignals();
    if (begun % 1000 === 0) console.error(`${begun} of ${operations}`);
  };
  const { signal } = interrupted;
  const outcome = await play({ ...shape, bundle: 'dist/index.js', onProgress, signal });
  const violations = check(outcome.history);
  console.log(format(summaryOf(outcome, violations)));
  for (const violation of violations.slice(0, SHOWN_VIOLATIONS))
    console.log(
      `\n${violation.rule}: ${violation.says}\n${JSON.stringify(violation.evidence, null, 2)}`,
    );
  return violations.length > 0 ? 1 : 0;
}

/** The clients of a run that ended early may still wait for something. */
function giveUp(error: unknown): never {
  console.error(error);
  process.exit(1);
}

if (values.help) console.log(USAGE);
else process.exitCode = await main().catch(giveUp);
