import { sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { expired } from './idempotency.ts';
import { idempotencyRecords, sessions } from './schema.ts';

/** How many rows were deleted. */
export interface Deleted {
  idempotency_records: number;
  sessions: number;
}

/**
 * Deletes at most so many rows of each table that nobody can use any more, the oldest first. Rows that
 * a request has locked are left for the next time.
 */
export async function deleteExpired(db: Database, most: number): Promise<Deleted> {
  const { rows } = await db.execute<{ [Table in keyof Deleted]: string }>(sql`
  with old_records as (
    delete from ${idempotencyRecords} where ctid = any (array(
      select ctid from ${idempotencyRecords} as record where ${expired('record')}
      order by created_at limit ${most} for update skip locked
    )) returning key
  ), old_sessions as (
    delete from ${sessions} where ctid = any (array(
      select ctid from ${sessions} where expires_at <= now()
      order by expires_at limit ${most} for update skip locked
    )) returning id
  )
  select (select count(*) from old_records) as idempotency_records,
    (select count(*) from old_sessions) as sessions`);
  const [{ idempotency_records = 0, sessions: ended = 0 } = {}] = rows;
  return { idempotency_records: Number(idempotency_records), sessions: Number(ended) };
}
