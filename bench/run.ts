import { type Bench, type Cell, measureCells } from './cells.ts';
import { checkSubjects, type SubjectTraffic } from './check.ts';
import { bundleContenders } from './contenders.ts';
import type { Plan } from './plan.ts';
import { populate } from './population.ts';
import { circumstances, loadBefore, type Results } from './results.ts';
import { startStack } from './stack.ts';
import { measureStarts, type Starts } from './startup.ts';
import { measureStatements, type StatementCosts } from './statements.ts';

/** What a run measures, as raw values. */
export interface RunData {
  plan: Plan;
  /** Size of the bundle that would be deployed, gzipped. */
  bundleBytes: number;
  traffic: SubjectTraffic[];
  starts: Starts;
  statements: StatementCosts;
  cells: Cell[];
}

interface Options extends Pick<Bench, 'plan' | 'say' | 'signal'> {
  bundleBytes: number;
}

/** Starts everything, checks the contenders and measures them. `dist` must be built. */
export async function run({ bundleBytes, ...options }: Options): Promise<Results<RunData>> {
  const { plan, say } = options;
  const load = loadBefore();
  const modules = await bundleContenders();
  const stack = await startStack();
  try {
    const facts = await circumstances(stack.pool, load);
    const people = await populate(stack.pool, plan.people);
    const bench: Bench = { ...options, stack, people, modules };
    const traffic = await checkSubjects(stack, people, modules);
    say(`checked: all ${traffic.length} contenders and operations do their work`);
    const starts = await measureStarts(bench);
    const statements = await measureStatements(bench);
    const cells = await measureCells(bench);
    const data = { plan, bundleBytes, traffic, starts, statements, cells };
    return { kind: 'run', ...facts, data };
  } finally {
    await stack.stop();
  }
}
