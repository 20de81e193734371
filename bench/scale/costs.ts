import type pg from 'pg';
import type { Statement } from '../recorder.ts';

/** What one run of a statement took. */
interface StatementCost {
  /** Buffers of tables and indexes that were touched, in shared memory or not. */
  buffers: number;
  /** Of these, those that were not in shared memory. */
  read: number;
  /** Bytes of write-ahead log, commit included, and how many whole pages they contain. */
  walBytes: number;
  walPages: number;
  /** In milliseconds. */
  planningMs: number;
  executionMs: number;
}

/** The costs of many runs: a list for each cost, all in the same order. */
export type StatementCosts = Record<keyof StatementCost, number[]>;

/** The first statements of a session are not counted: Postgres settles on its plans after five. */
export const WARM_UP = 10;

/**
 * Runs statements in one session, as a pooled connection would, and returns the cost of each. Buffers
 * and write-ahead log come from Postgres's counters of the session, not from EXPLAIN, which leaves out
 * foreign keys and the commit.
 */
export async function costsOf(
  pool: pg.Pool,
  statements: readonly Statement[],
): Promise<StatementCosts> {
  const session = await pool.connect();
  try {
    const { rows } = await session.query('select pg_backend_pid() as pid');
    const costs: StatementCost[] = [];
    let before = await countersOf(pool, rows[0].pid);
    for (const statement of statements) {
      const times = await explain(session, statement);
      const after = await countersOf(pool, rows[0].pid);
      costs.push({ ...times, ...difference(before, after) });
      before = after;
    }
    return inColumns(costs.slice(WARM_UP));
  } finally {
    session.release();
  }
}

async function explain(
  session: pg.PoolClient,
  { text, values }: Statement,
): Promise<Pick<StatementCost, 'planningMs' | 'executionMs'>> {
  await session.query('begin');
  const { rows } = await session.query(`explain (analyze, format json) ${text}`, values);
  // So that the counters are up to date when the commit returns.
  await session.query('select pg_stat_force_next_flush()');
  await session.query('commit');
  const [{ 'Planning Time': planningMs, 'Execution Time': executionMs }] = rows[0]['QUERY PLAN'];
  return { planningMs, executionMs };
}

/** What Postgres has counted for a session so far. */
interface Counters {
  hits: number;
  reads: number;
  wal_bytes: number;
  wal_fpi: number;
}

async function countersOf(pool: pg.Pool, pid: number): Promise<Counters> {
  const { rows } = await pool.query<Counters>(
    `select io.*, wal.wal_bytes::float8, wal.wal_fpi::float8 from (
       select sum(hits)::float8 as hits, sum(reads)::float8 as reads
       from pg_stat_get_backend_io($1) where object = 'relation'
     ) as io, pg_stat_get_backend_wal($1) as wal`,
    [pid],
  );
  const [counters] = rows;
  if (!counters) throw new Error(`Postgres has no counters for the session ${pid}.`);
  return counters;
}

const difference = (before: Counters, after: Counters) => ({
  buffers: after.hits + after.reads - before.hits - before.reads,
  read: after.reads - before.reads,
  walBytes: after.wal_bytes - before.wal_bytes,
  walPages: after.wal_fpi - before.wal_fpi,
});

function inColumns(costs: readonly StatementCost[]): StatementCosts {
  const column = (name: keyof StatementCost) => costs.map((cost) => cost[name]);
  return {
    buffers: column('buffers'),
    read: column('read'),
    walBytes: column('walBytes'),
    walPages: column('walPages'),
    planningMs: column('planningMs'),
    executionMs: column('executionMs'),
  };
}
