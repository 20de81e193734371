import { lineOf, type Measured, measureLoad } from '../load.ts';
import { putsOf } from '../operations.ts';
import { expectChanges, type Person } from '../population.ts';
import { costsOf, type StatementCosts, WARM_UP } from './costs.ts';
import type { ScaleBench } from './plan.ts';
import { age, drawPeople, grow, type Relation, relationSizes } from './tables.ts';

/**
 * The state of the tables when the statements run. `lived`: aged, after a checkpoint. `again`: the same
 * users once more, with their pages in memory and no longer logged as a whole.
 */
export type State = 'lived' | 'again';

/** One load at one size. */
interface SizeCell extends Measured {
  operation: 'get' | 'put';
  connections: number;
}

/** What was measured at one size. */
export interface SizeResult {
  users: number;
  /** Seconds that growing and ageing took. */
  growSeconds: number;
  relations: Relation[];
  /** Costs of PUTs, each of another user. */
  puts: Record<State, StatementCosts>;
  cells: SizeCell[];
}

/** Grows the database to this number of users and measures requests for users drawn at random. */
export async function measureSize(bench: ScaleBench, users: number): Promise<SizeResult> {
  const { stack, worker, loader, plan, say, signal } = bench;
  const { pool } = stack;
  const began = performance.now();
  await grow(pool, users, (grown) => {
    signal.throwIfAborted();
    if (grown % 1_000_000 === 0) say(`${grown} users`);
  });
  await age(pool);
  const growSeconds = (performance.now() - began) / 1000;
  const people = await drawPeople(pool, users, plan.people);
  await pool.query('checkpoint');
  const few = people.slice(0, plan.statements + WARM_UP);
  const lived = await putCosts(bench, few);
  // Not around `lived`: reading the versions would bring the pages into memory.
  const again = await expectChanges(pool, few, () => putCosts(bench, few));
  const relations = await relationSizes(pool);
  const cells: SizeCell[] = [];
  for (const connections of plan.connections)
    for (const operation of ['get', 'put'] as const) {
      signal.throwIfAborted();
      const job = { operation, people, connections, seconds: plan.seconds };
      const load = { ...job, warmupSeconds: plan.warmup };
      const measured = await measureLoad(loader, stack, worker, load);
      cells.push({ operation, connections, ...measured });
      say(`${users} users, ${operation}, ${connections} connections: ${lineOf(measured)}`);
    }
  return { users, growSeconds, relations, puts: { lived, again }, cells };
}

/** Runs a PUT of each user and returns the cost of each. */
const putCosts = async ({ stack: { pool }, recorder }: ScaleBench, people: readonly Person[]) =>
  costsOf(pool, await recorder.record(putsOf(people)));
