import { startChild } from './child.ts';
import type { OperationName } from './operations.ts';
import type { Person } from './population.ts';
import { cpuMs, familyCpuMs } from './processes.ts';
import type { Stack } from './stack.ts';
import type { Workerd } from './workerd.ts';

/** What to send, and how much of it. */
export interface LoadJob {
  origin: string;
  /** If there are several, the connections take them in turn, one each. */
  operation: OperationName | readonly OperationName[];
  /**
   * Requests of all connections together. If not given, each connection sends its next request when it
   * has received a response.
   */
  perSecond?: number;
  connections: number;
  /** Each connection has its own share of the people, so that no two connections change the same row. */
  people: readonly Person[];
  /** How long to send before counting. */
  warmupSeconds: number;
  /** How long to count; longer if there are too few responses by then. */
  seconds: number;
  /** Stops counting earlier, after this number of responses. */
  requests?: number;
}

/** What was counted. Response times are in milliseconds. */
export interface LoadResult {
  requests: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p90: number;
  p99: number;
}

/** The messages of the process that sends the requests, in this order. */
export type LoadMessage = 'counting' | 'counted' | LoadResult | { failure: string };

/** Puts Workers under load, from its own process. */
export interface Loader {
  /**
   * Sends a job's requests and waits for all responses. Calls `sample` when counting begins and when it
   * ends. Rejects if any response has an unexpected status, in the warm-up too.
   */
  run<Sample>(
    job: LoadJob,
    sample: () => Sample,
  ): Promise<{ result: LoadResult; before: Sample; after: Sample }>;
  stop(): Promise<void>;
}

export function startLoader(): Loader {
  const child = startChild<LoadMessage>('./load-process.ts');
  const next = async <Expected extends LoadMessage>(): Promise<Expected> => {
    const message = await child.next();
    if (typeof message === 'object' && 'failure' in message) throw new Error(message.failure);
    return message as Expected;
  };
  return {
    async run(job, sample) {
      child.process.send(job);
      await next<'counting'>();
      const before = sample();
      await next<'counted'>();
      const after = sample();
      return { result: await next<LoadResult>(), before, after };
    },
    stop: child.stop,
  };
}

/**
 * What was counted, and the CPU time per request in milliseconds: of workerd, of all processes of
 * Postgres, and of the local Neon.
 */
export interface Measured extends LoadResult {
  workerCpuMs: number;
  postgresCpuMs: number;
  neonCpuMs: number;
}

/** Puts a Worker under load. */
export async function measureLoad(
  loader: Loader,
  stack: Stack,
  { origin, pid }: Workerd,
  job: Omit<LoadJob, 'origin'>,
): Promise<Measured> {
  const { result, before, after } = await loader.run({ ...job, origin }, () => ({
    worker: cpuMs(pid),
    postgres: familyCpuMs(stack.postgresPid),
    neon: cpuMs(stack.neonPid),
  }));
  return {
    ...result,
    workerCpuMs: (after.worker - before.worker) / result.requests,
    postgresCpuMs: (after.postgres - before.postgres) / result.requests,
    neonCpuMs: (after.neon - before.neon) / result.requests,
  };
}

/** A result as a line for people. */
export const lineOf = ({ p50, p99, perSecond }: LoadResult): string =>
  `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(1)} ms, ${perSecond.toFixed(0)}/s`;
