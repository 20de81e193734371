import type pg from 'pg';
import type { Bench } from './cells.ts';
import { putsOf } from './operations.ts';
import { cpuMs } from './processes.ts';
import { type Statement, startRecorder } from './recorder.ts';

const RIVALS = ['floor', 'ours'] as const;

/** What the statement of a PUT costs by itself, on one connection, without Neon and Worker. */
export interface StatementCosts {
  /** CPU time of the backend per PUT, commit included, in milliseconds: one value for each batch. */
  cpuMs: Record<(typeof RIVALS)[number], number[]>;
}

/**
 * Runs what the Workers send on one connection as the local Neon does: extended protocol, unnamed, each
 * statement committed. Batches are short and alternate, because the speed of a shared machine varies.
 */
export async function measureStatements(bench: Bench): Promise<StatementCosts> {
  const { stack, modules, plan, say, signal } = bench;
  // Few, so that nearly every key was used within the minute, and its use is not noted again.
  const people = bench.people.slice(0, plan.statements.people);
  const costs: StatementCosts = { cpuMs: { floor: [], ours: [] } };
  const recorders = {
    floor: await startRecorder(stack, modules.floor),
    ours: await startRecorder(stack, modules.ours),
  };
  const session = await stack.pool.connect();
  try {
    const { rows } = await session.query('select pg_backend_pid() as pid');
    for (let batch = 0; batch < plan.statements.batches; batch++) {
      const first = (batch * plan.statements.batch) % people.length;
      const requests = () => putsOf(people.slice(first, first + plan.statements.batch));
      for (const rival of batch % 2 === 0 ? RIVALS : RIVALS.toReversed()) {
        signal.throwIfAborted();
        const statements = await recorders[rival].record(requests());
        const before = cpuMs(rows[0].pid);
        for (const statement of statements) await session.query(extended(statement));
        costs.cpuMs[rival].push((cpuMs(rows[0].pid) - before) / statements.length);
      }
    }
  } finally {
    session.release();
    for (const recorder of Object.values(recorders)) await recorder.stop();
  }
  for (const rival of RIVALS)
    say(`statement of ${rival}: CPU ${costs.cpuMs[rival].at(-1)?.toFixed(2)} ms`);
  return costs;
}

/** As the local Neon sends it. The types of `pg` do not know `queryMode`. */
const extended = (statement: Statement): pg.QueryArrayConfig => {
  const config = { ...statement, rowMode: 'array' as const, queryMode: 'extended' };
  return config;
};
