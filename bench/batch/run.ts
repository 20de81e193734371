import type { Modules } from '../contenders.ts';
import { putsOf, type Request } from '../operations.ts';
import { expectChanges, type Person, populate } from '../population.ts';
import { cpuMs, familyCpuMs } from '../processes.ts';
import { circumstances, loadBefore, type Results } from '../results.ts';
import { type Stack, startStack } from '../stack.ts';
import { startWorkerd, type Workerd } from '../workerd.ts';

interface BatchPlan {
  /** How many users are updated in each turn. */
  users: number;
  /** How often each way is measured. */
  rounds: number;
}

export const fullBatch: BatchPlan = { users: 1000, rounds: 15 };

/** Takes seconds: it shows only that the benchmark works. */
export const tinyBatch: BatchPlan = { users: 20, rounds: 2 };

/** How many PUTs are sent at once. */
const CONNECTIONS = 16;

/** What an update of all users took, in milliseconds: one value for each round. */
export interface Costs {
  elapsedMs: number[];
  workerCpuMs: number[];
  postgresCpuMs: number[];
}

export interface BatchData {
  plan: BatchPlan;
  puts: Costs;
  batch: Costs;
}

interface Options {
  plan: BatchPlan;
  modules: Modules;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Updates the same users with one key, in turns by a PUT for each user and in one batch. */
export async function runBatch(options: Options): Promise<Results<BatchData>> {
  const { plan, modules, say, signal } = options;
  const load = loadBefore();
  const stack = await startStack();
  const worker = await startWorkerd({ modules, bindings: stack.bindings() });
  try {
    const facts = await circumstances(stack.pool, load);
    const people = await populate(stack.pool, plan.users);
    const data: BatchData = { plan, puts: noCosts(), batch: noCosts() };
    const ways = { puts: sendPuts, batch: sendBatch };
    // The first round warms up.
    for (let round = 0; round <= plan.rounds; round++) {
      signal.throwIfAborted();
      await stack.pool.query('vacuum analyze users, user_changes');
      await stack.pool.query('checkpoint');
      for (const way of round % 2 === 0 ? WAYS : WAYS.toReversed()) {
        const took = await measure(stack, worker, people, ways[way]);
        if (round === 0) continue;
        for (const measure of MEASURES) data[way][measure].push(took[measure]);
        say(
          `round ${round}, ${way}: ${MEASURES.map((name) => took[name].toFixed(0)).join(', ')} ms`,
        );
      }
    }
    return { kind: 'batch', ...facts, data };
  } finally {
    await worker.stop();
    await stack.stop();
  }
}

const WAYS = ['puts', 'batch'] as const;
const MEASURES = ['elapsedMs', 'workerCpuMs', 'postgresCpuMs'] as const;

const noCosts = (): Costs => ({ elapsedMs: [], workerCpuMs: [], postgresCpuMs: [] });

/** Updates each person in one of the ways. Throws an error unless all were changed. */
async function measure(
  stack: Stack,
  { origin, pid }: Workerd,
  people: readonly Person[],
  send: (origin: string, puts: readonly Request[]) => Promise<void>,
): Promise<Record<keyof Costs, number>> {
  const key = people[0]?.key ?? '';
  const puts = putsOf(people.map((person) => ({ ...person, key })));
  const sample = () => ({
    elapsedMs: performance.now(),
    workerCpuMs: cpuMs(pid),
    postgresCpuMs: familyCpuMs(stack.postgresPid),
  });
  const before = sample();
  await expectChanges(stack.pool, people, () => send(origin, puts));
  const after = sample();
  return {
    elapsedMs: after.elapsedMs - before.elapsedMs,
    workerCpuMs: after.workerCpuMs - before.workerCpuMs,
    postgresCpuMs: after.postgresCpuMs - before.postgresCpuMs,
  };
}

async function sendPuts(origin: string, puts: readonly Request[]): Promise<void> {
  const rest = puts.values();
  const lane = async () => {
    for (const { path, ...init } of rest) await (await fetch(origin + path, init)).text();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
}

/** Sends the same updates in one request. */
async function sendBatch(origin: string, puts: readonly Request[]): Promise<void> {
  const items = puts.map(({ path, body }) => ({
    id: path.slice(path.lastIndexOf('/') + 1),
    fields: JSON.parse(body ?? ''),
  }));
  const response = await fetch(`${origin}/api/v1/user`, {
    method: 'PATCH',
    headers: { ...puts[0]?.headers },
    body: JSON.stringify(items),
  });
  await response.text();
}
