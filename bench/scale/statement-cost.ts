import type pg from 'pg';
import { type JsonValue, parameterText } from '../../tools/local-neon/parameters.ts';
import type { Statement } from '../wire.ts';

/** What one run of a statement took. */
export interface StatementCost {
  /** Buffers of tables and indexes that were looked at, found in shared memory or not. */
  buffers: number;
  /** Of these, those that were not in shared memory. */
  read: number;
  /** Bytes of write-ahead log, the commit's included, and the whole pages among them. */
  walBytes: number;
  walPages: number;
  /** In milliseconds. */
  planningMs: number;
  executionMs: number;
}

/** The costs of many runs: of each sort a list, in the same order. */
export type StatementCosts = Record<keyof StatementCost, number[]>;

/** The plans of a session settle after five runs: Postgres then sees whether a general one will do. */
const WARM_UP = 10;

/**
 * Runs statements once each, in one session as a pooled connection would, and answers what each took;
 * the first ones warm the session and are left out.
 *
 * Buffers and write-ahead log come from the accounts that Postgres keeps of the session, not from
 * EXPLAIN, whose sum leaves out the steps that nothing reads from, foreign keys and the commit.
 */
export async function statementCosts(
  pool: pg.Pool,
  statements: Iterable<Statement> | AsyncIterable<Statement>,
): Promise<StatementCosts> {
  const session = await pool.connect();
  try {
    const { rows } = await session.query('select pg_backend_pid() as pid');
    const account = () => readAccount(pool, rows[0].pid);
    const costs: StatementCost[] = [];
    let before = await account();
    for await (const statement of statements) {
      const times = await explain(session, statement);
      const after = await account();
      costs.push({ ...times, ...spent(before, after) });
      before = after;
    }
    return inColumns(costs.slice(WARM_UP));
  } finally {
    session.release();
  }
}

/** So many statements have to be given for so many costs. */
export const withWarmUp = (count: number): number => count + WARM_UP;

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

async function explain(
  session: pg.PoolClient,
  { query, params }: Statement,
): Promise<Pick<StatementCost, 'planningMs' | 'executionMs'>> {
  await session.query('begin');
  const { rows } = await session.query(
    `explain (analyze, format json) ${query}`,
    params.map((value) => parameterText(value as JsonValue)),
  );
  // So that the account is up to date when the commit is answered.
  await session.query('select pg_stat_force_next_flush()');
  await session.query('commit');
  const [{ 'Planning Time': planningMs, 'Execution Time': executionMs }] = rows[0]['QUERY PLAN'];
  return { planningMs, executionMs };
}

/** What Postgres has counted of a session so far. */
interface Account {
  hits: number;
  reads: number;
  wal_bytes: number;
  wal_fpi: number;
}

const spent = (before: Account, after: Account) => ({
  buffers: after.hits + after.reads - before.hits - before.reads,
  read: after.reads - before.reads,
  walBytes: after.wal_bytes - before.wal_bytes,
  walPages: after.wal_fpi - before.wal_fpi,
});

async function readAccount(pool: pg.Pool, pid: number): Promise<Account> {
  const { rows } = await pool.query<Account>(
    `select io.*, wal.wal_bytes::float8, wal.wal_fpi::float8 from (
       select sum(hits)::float8 as hits, sum(reads)::float8 as reads
       from pg_stat_get_backend_io($1) where object = 'relation'
     ) as io, pg_stat_get_backend_wal($1) as wal`,
    [pid],
  );
  const [account] = rows;
  if (!account) throw new Error(`Postgres keeps no account of the session ${pid}.`);
  return account;
}
