import type { Person } from '../population.ts';
import { lineOf, type Measured, measure, requestsOf, type ScaleBench } from './bench.ts';
import { cast } from './cast.ts';
import { age, grow } from './grow.ts';
import { type Relation, relationSizes } from './relations.ts';
import { type StatementCosts, statementCosts, withWarmUp } from './statement-cost.ts';

/**
 * In which state the statements found the tables. `loaded`: as the rows were added, every page full.
 * `lived`: aged, after a checkpoint. `again`: the same users once more, their pages in memory and no
 * longer to be written to the log as a whole.
 */
export type State = 'loaded' | 'lived' | 'again';

/** One load at one size. */
export interface SizeCell extends Measured {
  operation: 'get' | 'put';
  connections: number;
}

/** What was measured with so many users. */
export interface SizeResult {
  users: number;
  /** Seconds that growing and ageing to this size took. */
  growSeconds: number;
  relations: Relation[];
  /** Of PUTs of different users, by the state of the tables. */
  puts: Record<State, StatementCosts>;
  cells: SizeCell[];
}

/** Grows the database to so many users and measures what users drawn at random out of all cost. */
export async function measureSize(bench: ScaleBench, users: number): Promise<SizeResult> {
  const { stack, plan, say, signal } = bench;
  const { pool } = stack;
  const began = performance.now();
  await grow(pool, users, (grown) => {
    signal.throwIfAborted();
    if (grown % 1_000_000 === 0) say(`${grown} users`);
  });
  const loaded = await putCosts(bench, await cast(pool, users, withWarmUp(plan.statements)));
  await age(pool);
  const growSeconds = (performance.now() - began) / 1000;
  const people = await cast(pool, users, plan.people);
  await pool.query('checkpoint');
  const few = people.slice(0, withWarmUp(plan.statements));
  const lived = await putCosts(bench, few);
  const again = await putCosts(bench, few);
  const relations = await relationSizes(pool);
  const cells: SizeCell[] = [];
  for (const connections of plan.connections)
    for (const operation of ['get', 'put'] as const) {
      const measured = await measure(bench, operation, people, connections);
      cells.push({ operation, connections, ...measured });
      say(`${users} users, ${operation}, ${connections} connections: ${lineOf(measured)}`);
    }
  return { users, growSeconds, relations, puts: { loaded, lived, again }, cells };
}

const putCosts = async (bench: ScaleBench, people: readonly Person[]) =>
  statementCosts(bench.stack.pool, await bench.recorder.record(requestsOf(bench, 'put', people)));
