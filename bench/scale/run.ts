import type { Modules } from '../contenders.ts';
import { startLoader } from '../load.ts';
import { startRecorder } from '../recorder.ts';
import { circumstances, loadBefore, type Results } from '../results.ts';
import { startStack } from '../stack.ts';
import { median } from '../statistics.ts';
import type { ScaleFacts } from '../targets.ts';
import { startWorkerd } from '../workerd.ts';
import { type CleanUpResult, measureCleanUp } from './clean-up.ts';
import { MOST_WAL_GB, requireRoom, type ScaleBench, type ScalePlan } from './plan.ts';
import { measureSize, type SizeResult } from './size.ts';
import { measureWriters, type WritersCell } from './writers.ts';

/** What a run over growing tables measures, as raw values, except for what a target compares. */
export interface ScaleData extends ScaleFacts {
  plan: ScalePlan;
  sizes: SizeResult[];
  writers: WritersCell[];
  cleanUp: CleanUpResult;
}

interface Options extends Pick<ScaleBench, 'plan' | 'say' | 'signal'> {
  /** The modules of the shipped Worker. */
  modules: Modules;
}

/** Checkpoints run when the benchmark requests them, not in the middle of a measurement. */
const SETTINGS = [`max_wal_size=${MOST_WAL_GB}GB`, 'checkpoint_timeout=1h'] as const;

/** Grows one database from size to size and measures at each size; the rest at the last size. */
export async function runScale({ modules, ...options }: Options): Promise<Results<ScaleData>> {
  const { plan } = options;
  await requireRoom(plan);
  const load = loadBefore();
  const stack = await startStack(SETTINGS);
  const loader = startLoader();
  const worker = await startWorkerd({ modules, bindings: stack.bindings() });
  const recorder = await startRecorder(stack, modules);
  const bench: ScaleBench = { ...options, stack, loader, worker, recorder };
  try {
    const facts = await circumstances(stack.pool, load);
    const sizes: SizeResult[] = [];
    for (const users of plan.sizes) sizes.push(await measureSize(bench, users));
    const writers = await measureWriters(bench);
    const cleanUp = await measureCleanUp(bench);
    const buffersPerPut = sizes.map(({ users, puts }) => ({
      users,
      buffers: median(puts.lived.buffers),
    }));
    return { kind: 'scale', ...facts, data: { plan, buffersPerPut, sizes, writers, cleanUp } };
  } finally {
    await recorder.stop();
    await worker.stop();
    await loader.stop();
    await stack.stop();
  }
}
