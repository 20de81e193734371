import { startChild } from './child.ts';
import type { OperationName } from './operations.ts';
import type { Person, References } from './population.ts';

/** What to send, and how much of it. */
export interface LoadJob {
  origin: string;
  /** Several are shared out among the connections, in turn. */
  operation: OperationName | readonly OperationName[];
  /** Requests of all connections together; without it they come as fast as the answers. */
  perSecond?: number;
  /** Each has the next one's turn of its own share of the people, so that no two change the same row. */
  connections: number;
  people: readonly Person[];
  references: References;
  /** How long to send before counting. */
  warmupSeconds: number;
  /** How long to count; longer if there are hardly any answers by then. */
  seconds: number;
  /** Stop counting earlier, after so many answers. */
  requests?: number;
}

/** What was counted. Response times in milliseconds. */
export interface LoadResult {
  requests: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p90: number;
  p99: number;
}

/** What the process of the load sends: that counting begins, that it ended, and what was counted. */
export type LoadMessage = 'counting' | 'counted' | LoadResult | { failure: string };

/** Makes load, in a process of its own. */
export interface Loader {
  pid: number;
  /**
   * Sends a job's requests and waits for all answers. Calls `sample` when counting begins and when it
   * ends. Rejects if any answer has another status than its operation has, in the warm-up too.
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
    pid: child.pid,
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
