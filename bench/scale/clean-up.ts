import type pg from 'pg';
import { BATCH, deleteExpired } from '../../src/cleanup.ts';
import { connect, type Database, useEndpoint } from '../../src/db/client.ts';
import { populate } from '../population.ts';
import { lineOf, type Measured, measure, type ScaleBench } from './bench.ts';
import { addInBulk, settle } from './bulk.ts';

/** What deleting what has expired takes, and what it does to others. */
export interface CleanUpResult {
  /** Expired records of Idempotency-Keys, and as many old rows of feedback. */
  expired: number;
  /** On disk, indexes and all: of a record. */
  recordBytes: number;
  /** Rows of each sort a statement, at most. */
  batch: number;
  /** Milliseconds of each statement: half of the rows with nobody there, then beside the writers. */
  alone: number[];
  beside: number[];
  writers: number;
  /** What the writers see before it, and while it goes on without a pause. */
  putsBefore: Measured;
  putsBeside: Measured;
}

const WRITERS = 4;

/** Deletes expired rows with the statement of the cron job, over the local Neon. */
export async function measureCleanUp(bench: ScaleBench): Promise<CleanUpResult> {
  const { stack, plan, say } = bench;
  const people = await populate(stack.pool, WRITERS);
  await addExpired(stack.pool, plan.expired);
  const recordBytes = (await bytesOf(stack.pool, 'idempotency_records')) / plan.expired;
  say(`${plan.expired} expired records and as many old answers`);
  useEndpoint(stack.endpoint);
  const db = connect(stack.databaseUrl);
  const half = plan.expired / 2;
  const alone = await deleteRows(db, half);
  say(`deleted ${half} of each in ${alone.length} statements`);
  const write = () => measure(bench, 'put', people, WRITERS, 2 * plan.seconds);
  const putsBefore = await write();
  let writing = true;
  const [putsBeside, beside] = await Promise.all([
    write().finally(() => {
      writing = false;
    }),
    deleteRows(db, half, () => writing),
  ]);
  say(`PUTs before it: ${lineOf(putsBefore)}; beside it: ${lineOf(putsBeside)}`);
  return {
    expired: plan.expired,
    recordBytes,
    batch: BATCH,
    alone,
    beside,
    writers: WRITERS,
    putsBefore,
    putsBeside,
  };
}

/** Deletes so many rows of each sort, or as long as wanted; answers the milliseconds of each statement. */
async function deleteRows(db: Database, rows: number, wanted = () => true): Promise<number[]> {
  const ms: number[] = [];
  for (let left = rows; left > 0 && wanted(); left -= BATCH) {
    const began = performance.now();
    await deleteExpired(db, Math.min(left, BATCH));
    ms.push(performance.now() - began);
  }
  return ms;
}

/** Of a table with its indexes, on disk. */
async function bytesOf(pool: pg.Pool, table: string): Promise<number> {
  const { rows } = await pool.query('select pg_total_relation_size($1::regclass) as bytes', [
    table,
  ]);
  return Number(rows[0].bytes);
}

/** Adds rows in the order of their age, as time does. */
async function addExpired(pool: pg.Pool, rows: number): Promise<void> {
  await addInBulk(pool, EXPIRED_RECORDS, [rows]);
  await addInBulk(pool, OLD_FEEDBACK, [rows]);
  await settle(pool);
}

const EXPIRED_RECORDS = `
with somebody as materialized (select id, to_jsonb(users) as profile from users limit 1)
insert into idempotency_records (api_key_id, key, fingerprint, user_id, created_at, merged, profile)
select gen_random_uuid(), gen_random_uuid(), uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
  somebody.id, now() - interval '2 days' + i * interval '10 milliseconds', false, profile
from somebody, generate_series(1, $1::int) as i`;

const OLD_FEEDBACK = `
insert into feedback (page, helpful, created_at)
select '/docs/errors/edit_conflict', true, now() - interval '500 days' + i * interval '1 second'
from generate_series(1, $1::int) as i`;
