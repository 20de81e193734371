import type { Bench } from './cells.ts';
import { cpuMs } from './processes.ts';
import { startWorkerd } from './workerd.ts';

const STARTED = ['nothing', 'empty', 'ours'] as const;

/** CPU time of workerd from its start to its first response, in milliseconds, for each start. */
export type Starts = Record<(typeof STARTED)[number], number[]>;

/** Starts each Worker in a fresh process, in turns; every other round in the opposite order. */
export async function measureStarts({ stack, modules, plan, say, signal }: Bench): Promise<Starts> {
  const starts: Starts = { nothing: [], empty: [], ours: [] };
  for (let round = 0; round < plan.starts; round++) {
    for (const name of round % 2 === 0 ? STARTED : STARTED.toReversed()) {
      signal.throwIfAborted();
      const worker = await startWorkerd({ modules: modules[name], bindings: stack.bindings() });
      const response = await fetch(`${worker.origin}/healthz`);
      starts[name].push(cpuMs(worker.pid));
      await worker.stop();
      if (!response.ok) throw new Error(`${name} returned ${response.status} when it was started.`);
    }
  }
  for (const name of STARTED)
    say(`start of ${name}: CPU ${starts[name].map((ms) => ms.toFixed(0)).join(', ')} ms`);
  return starts;
}
