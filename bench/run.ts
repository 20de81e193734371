import { type Bench, type Cell, measureCells } from './cells.ts';
import { checkSubjects, type SubjectTraffic } from './check.ts';
import { bundleContenders } from './contenders.ts';
import type { Plan } from './plan.ts';
import { settle } from './population.ts';
import { circumstances, loadBefore, type Results } from './results.ts';
import { startStack } from './stack.ts';
import { measureStarts, type Starts } from './startup.ts';
import { measureStatements, type StatementCosts } from './statements.ts';

/** What a run measures; raw. */
export interface RunData {
  plan: Plan;
  /** Of the bundle that would be deployed, gzipped. */
  bundleBytes: number;
  traffic: SubjectTraffic[];
  starts: Starts;
  statements: StatementCosts;
  cells: Cell[];
}

interface Options {
  plan: Plan;
  bundleBytes: number;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Where the contenders' bundles go. */
export const BUNDLES = 'dist/bench';

/** Boots all that is needed, checks the contenders and measures them. `dist` has to be built. */
export async function run(options: Options): Promise<Results<RunData>> {
  const { plan, bundleBytes, say } = options;
  const load = loadBefore();
  const modules = await bundleContenders(BUNDLES);
  const stack = await startStack();
  try {
    const facts = await circumstances(stack.pool, load);
    const population = await settle(stack.pool, plan.people);
    const bench: Bench = { ...options, stack, population, modules };
    const traffic = await checkSubjects(stack, population, modules);
    say(`checked: ${traffic.length} contenders and operations do what they should`);
    const starts = await measureStarts(bench);
    const statements = await measureStatements(bench);
    const cells = await measureCells(bench);
    return {
      kind: 'run',
      ...facts,
      data: { plan, bundleBytes, traffic, starts, statements, cells },
    };
  } finally {
    await stack.stop();
  }
}
