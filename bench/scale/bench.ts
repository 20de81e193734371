import { randomBytes } from 'node:crypto';
import type { Loader, LoadResult } from '../load.ts';
import { type OperationName, operations, type Request } from '../operations.ts';
import type { Person, References } from '../population.ts';
import { cpuMs, familyCpuMs } from '../processes.ts';
import type { Stack } from '../stack.ts';
import type { Workerd } from '../workerd.ts';
import type { ScalePlan } from './plan.ts';
import type { Recorder } from './recorder.ts';

/** What measuring needs. */
export interface ScaleBench {
  stack: Stack;
  /** The shipped one. */
  worker: Workerd;
  loader: Loader;
  recorder: Recorder;
  references: References;
  plan: ScalePlan;
  /** Called with a line for people. */
  say: (line: string) => void;
  /** Ends the run between two measurements. */
  signal: AbortSignal;
}

/** What was counted, and the CPU time of each request in the three processes, in milliseconds. */
export interface Measured extends LoadResult {
  workerCpuMs: number;
  postgresCpuMs: number;
  neonCpuMs: number;
}

/** Sends an operation over so many connections, each with people of its own. */
export async function measure(
  { stack, worker, loader, references, plan, signal }: ScaleBench,
  operation: OperationName,
  people: readonly Person[],
  connections: number,
  seconds = plan.seconds,
): Promise<Measured> {
  signal.throwIfAborted();
  const job = { origin: worker.origin, operation, people, references, connections, seconds };
  const { result, before, after } = await loader.run(
    { ...job, warmupSeconds: plan.warmup },
    () => [cpuMs(worker.pid), familyCpuMs(stack.postgresPid), cpuMs(stack.neonPid)] as const,
  );
  const perRequest = (i: 0 | 1 | 2) => (after[i] - before[i]) / result.requests;
  return {
    ...result,
    workerCpuMs: perRequest(0),
    postgresCpuMs: perRequest(1),
    neonCpuMs: perRequest(2),
  };
}

/** One request of an operation for each person, with values that are new each time. */
export function requestsOf(
  { references }: ScaleBench,
  operation: OperationName,
  people: readonly Person[],
): Request[] {
  const mark = randomBytes(6).toString('hex');
  return people.map((person) =>
    operations[operation].request({ person, count: 0, mark, references }),
  );
}

export const lineOf = ({ p50, p99, perSecond }: LoadResult): string =>
  `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(1)} ms, ${perSecond.toFixed(0)}/s`;
