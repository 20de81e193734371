import { resolve } from 'node:path';
import { cpuMs } from './processes.ts';
import type { Recorder, Statement } from './recorder.ts';
import { extended } from './statements.ts';
import { median, medianRatio } from './statistics.ts';

/** How much is measured: rounds, batches of each side in a round, and PUTs in a batch. */
interface ComparePlan {
  readonly rounds: number;
  readonly batches: number;
  readonly batch: number;
  /** Whether to build the Workers first. */
  readonly build: boolean;
}

export const fullCompare: ComparePlan = { rounds: 10, batches: 20, batch: 25, build: true };

/** A checkout of this repository with its dependencies and its own bench. */
interface Side {
  record: () => Promise<Statement[]>;
  run: (statements: readonly Statement[]) => Promise<number>;
  stop: () => Promise<void>;
}

/**
 * Compares the statement of a PUT with that of another checkout, such as the commit before a change.
 * Each side has its own Postgres. Returns the CPU time of this checkout divided by that of the other.
 */
export async function compare(
  other: string,
  plan: ComparePlan,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const { rounds, batches, batch } = plan;
  const home = process.cwd();
  const sides: Side[] = [];
  try {
    for (const folder of [resolve(other), home]) sides.push(await startSide(folder, plan));
    process.chdir(home);
    const costs = sides.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted();
      const statements: Statement[][] = [];
      for (const side of sides) statements.push(await side.record());
      for (let i = 0; i < batches; i++)
        for (const at of (round + i) % 2 === 0 ? [0, 1] : [1, 0]) {
          const part = statements[at]?.slice(i * batch, (i + 1) * batch) ?? [];
          costs[at]?.push((await sides[at]?.run(part)) ?? Number.NaN);
        }
    }
    const [before = [], now = []] = costs;
    say(
      `before: ${median(before).toFixed(3)} ms of CPU per PUT, now: ${median(now).toFixed(3)} ms`,
    );
    return medianRatio(now, before);
  } finally {
    for (const side of sides) await side.stop();
  }
}

/** Starts what a checkout needs, with the checkout's own code. */
async function startSide(folder: string, plan: ComparePlan): Promise<Side> {
  process.chdir(folder);
  const of = <T>(file: string): Promise<T> => import(`${folder}/${file}`);
  const { build } = await of<typeof import('../tools/build.ts')>('tools/build.ts');
  const { bundleContenders } = await of<typeof import('./contenders.ts')>('bench/contenders.ts');
  const { startStack } = await of<typeof import('./stack.ts')>('bench/stack.ts');
  const { populate } = await of<typeof import('./population.ts')>('bench/population.ts');
  const { startRecorder } = await of<typeof import('./recorder.ts')>('bench/recorder.ts');
  const { putsOf } = await of<typeof import('./operations.ts')>('bench/operations.ts');
  if (plan.build) await build('dist');
  const { ours } = await bundleContenders();
  const stack = await startStack();
  const people = await populate(stack.pool, plan.batches * plan.batch);
  await stack.pool.query('vacuum analyze');
  const recorder: Recorder = await startRecorder(stack, ours);
  const session = await stack.pool.connect();
  const { rows } = await session.query('select pg_backend_pid() as pid');
  return {
    record: () => recorder.record(putsOf(people)),
    async run(statements) {
      const before = cpuMs(rows[0].pid);
      for (const statement of statements) await session.query(extended(statement));
      return (cpuMs(rows[0].pid) - before) / statements.length;
    },
    async stop() {
      session.release();
      await recorder.stop();
      await stack.stop();
    },
  };
}
