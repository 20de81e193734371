import type { Contender, Modules } from '../contenders.ts';
import { type LoadResult, startLoader } from '../load.ts';
import type { OperationName } from '../operations.ts';
import { populate } from '../population.ts';
import { residentBytes } from '../processes.ts';
import { circumstances, loadBefore, type Results } from '../results.ts';
import { type Stack, startStack } from '../stack.ts';
import { type Bundle, startWorkerd } from '../workerd.ts';
import { type Growth, growthOf } from './growth.ts';

interface MemoryPlan {
  minutes: number;
  /** Requests to each Worker per second, at an even rate. */
  perSecond: number;
  connections: number;
  people: number;
  sampleSeconds: number;
}

export const fullMemory = (minutes: number): MemoryPlan => ({
  minutes,
  perSecond: 150,
  connections: 16,
  people: 256,
  sampleSeconds: 1,
});

/** Takes seconds: it shows only that the benchmark works. */
export const tinyMemory: MemoryPlan = {
  minutes: 2 / 60,
  perSecond: 50,
  connections: 4,
  people: 8,
  sampleSeconds: 0.1,
};

/**
 * `ours`: the shipped Worker. `collected`: the same, with the memory of served requests freed often.
 * `nothing`: a Worker that does nothing, which shows how much memory is workerd's own.
 */
export type Watched = 'ours' | 'collected' | 'nothing';

/** Resident memory of one workerd under load. */
interface MemoryResult {
  watched: Watched;
  load: LoadResult;
  /** Resident memory in bytes, from the beginning of the load. */
  samples: number[];
  growth: Growth;
}

export interface MemoryData {
  plan: MemoryPlan;
  workers: MemoryResult[];
}

interface Options {
  modules: Record<Contender, Modules>;
  plan: MemoryPlan;
  say: (line: string) => void;
  signal: AbortSignal;
}

const MIXED: readonly OperationName[] = ['get', 'put', 'refusedAtEdge', 'refusedByDatabase'];
/** The operations to which `nothing` returns the expected status, 200. */
const ACCEPTED: readonly OperationName[] = ['get', 'put'];

/** Puts all Workers under the same load at the same time and samples their memory. */
export async function runMemory(options: Options): Promise<Results<MemoryData>> {
  const load = loadBefore();
  const { modules, plan } = options;
  const stack = await startStack();
  try {
    const facts = await circumstances(stack.pool, load);
    const collected: Bundle = {
      modules: { 'collected.js': 'bench/memory/collected.js', ...modules.ours },
      v8Flags: ['--expose-gc'],
    };
    const workers = await Promise.all([
      watch(options, stack, 'ours', MIXED, { modules: modules.ours }),
      watch(options, stack, 'collected', MIXED, collected),
      watch(options, stack, 'nothing', ACCEPTED, { modules: modules.nothing }),
    ]);
    return { kind: 'memory', ...facts, data: { plan, workers } };
  } finally {
    await stack.stop();
  }
}

async function watch(
  { plan, say, signal }: Options,
  stack: Stack,
  watched: Watched,
  operation: readonly OperationName[],
  bundle: Bundle,
): Promise<MemoryResult> {
  const { connections, perSecond, minutes, sampleSeconds } = plan;
  const people = await populate(stack.pool, plan.people);
  const worker = await startWorkerd({ ...bundle, bindings: stack.bindings() });
  const loader = startLoader();
  const samples: number[] = [];
  const timer = setInterval(() => {
    const bytes = residentBytes(worker.pid);
    samples.push(bytes);
    if ((samples.length * sampleSeconds) % 60 === 0)
      say(`${watched}: ${Math.round(bytes / 2 ** 20)} MiB`);
  }, sampleSeconds * 1000);
  try {
    const job = { origin: worker.origin, operation, people, connections, perSecond };
    const loaded = loader.run({ ...job, seconds: minutes * 60, warmupSeconds: 0 }, () => {});
    const { result } = await Promise.race([loaded, rejectOn(signal)]);
    return { watched, load: result, samples, growth: growthOf(samples) };
  } finally {
    clearInterval(timer);
    await loader.stop();
    await worker.stop();
  }
}

const rejectOn = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
