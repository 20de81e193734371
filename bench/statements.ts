import type pg from 'pg';
import type { Bench } from './cells.ts';
import { putsOf } from './operations.ts';
import { expectChanges } from './population.ts';
import { cpuMs } from './processes.ts';
import { type Statement, startRecorder } from './recorder.ts';
import { median } from './statistics.ts';

const RIVALS = ['floor', 'ours'] as const;

/** What the statement of a PUT costs by itself, on one connection, without local Neon and Worker. */
export interface StatementCosts {
  /** CPU time of the backend per PUT, commit included, in milliseconds: one value for each batch. */
  cpuMs: Record<(typeof RIVALS)[number], number[]>;
}

/**
 * Runs the statements of the Workers on one connection as the local Neon does: with the extended
 * protocol, unnamed, and each committed. Batches are short and alternate, because the speed of a shared
 * machine varies. There is no pause between them, because a cold CPU cache would hide the difference.
 */
export async function measureStatements(bench: Bench): Promise<StatementCosts> {
  const { stack, modules, plan, say, signal } = bench;
  const { rounds, batches, batch } = plan.statements;
  // The same people in each round: their keys were used within the minute, so the use is not stored.
  const people = bench.people.slice(0, batches * batch);
  const costs: StatementCosts = { cpuMs: { floor: [], ours: [] } };
  const recorders = {
    floor: await startRecorder(stack, modules.floor),
    ours: await startRecorder(stack, modules.ours),
  };
  const session = await stack.pool.connect();
  try {
    const { rows } = await session.query('select pg_backend_pid() as pid');
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted();
      const statements = {
        floor: await recorders.floor.record(putsOf(people)),
        ours: await recorders.ours.record(putsOf(people)),
      };
      // The floor does not raise versions.
      await expectChanges(stack.pool, people, async () => {
        for (let i = 0; i < batches; i++)
          for (const rival of i % 2 === 0 ? RIVALS : RIVALS.toReversed()) {
            const before = cpuMs(rows[0].pid);
            for (const statement of statements[rival].slice(i * batch, (i + 1) * batch))
              await session.query(extended(statement));
            costs.cpuMs[rival].push((cpuMs(rows[0].pid) - before) / batch);
          }
      });
    }
  } finally {
    session.release();
    for (const recorder of Object.values(recorders)) await recorder.stop();
  }
  for (const rival of RIVALS)
    say(`statement of ${rival}: CPU ${median(costs.cpuMs[rival]).toFixed(2)} ms`);
  return costs;
}

/** Returns a query as the local Neon sends it. The types of `pg` lack `queryMode`. */
export const extended = (statement: Statement): pg.QueryArrayConfig => {
  const config = { ...statement, rowMode: 'array' as const, queryMode: 'extended' };
  return config;
};
