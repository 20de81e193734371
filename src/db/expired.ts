import { sql } from 'drizzle-orm';
import { FEEDBACK_DAYS } from '../feedback/statements.ts';
import { IDEMPOTENCY_HOURS } from '../http/idempotency.ts';
import type { Database } from './client.ts';
import { apiKeys, feedback, idempotencyRecords, sessions } from './schema.ts';

/** How many rows were deleted. */
export interface Deleted {
  idempotency_records: number;
  sessions: number;
  feedback: number;
  api_keys: number;
}

/** For how long an ended key stays in the list, in days. Its events and its prefix in the log stay. */
export const ENDED_KEY_DAYS = 30;

/**
 * Deletes at most so many rows of each table that nobody can use any more, the oldest first. Rows that
 * a request has locked are left for the next time.
 */
export async function deleteExpired(db: Database, most: number): Promise<Deleted> {
  const { rows } = await db.execute<{ [Table in keyof Deleted]: string }>(sql`
  with old_records as (
    delete from ${idempotencyRecords} where ctid = any (array(
      select ctid from ${idempotencyRecords} as record where record.created_at <= now() - ${IDEMPOTENCY_HOURS} * interval '1 hour'
      order by created_at limit ${most} for update skip locked
    )) returning key
  ), old_sessions as (
    delete from ${sessions} where ctid = any (array(
      select ctid from ${sessions} where expires_at <= now()
      order by expires_at limit ${most} for update skip locked
    )) returning id
  ), old_feedback as (
    delete from ${feedback} where ctid = any (array(
      select ctid from ${feedback} where created_at <= now() - ${FEEDBACK_DAYS} * interval '1 day'
      order by created_at limit ${most} for update skip locked
    )) returning id
  ), old_keys as (
    delete from ${apiKeys} where ctid = any (array(
      select ctid from ${apiKeys}
      where least(revoked_at, expires_at) <= now() - ${ENDED_KEY_DAYS} * interval '1 day'
      order by least(revoked_at, expires_at) limit ${most} for update skip locked
    )) returning id
  )
  select (select count(*) from old_records) as idempotency_records,
    (select count(*) from old_sessions) as sessions,
    (select count(*) from old_feedback) as feedback,
    (select count(*) from old_keys) as api_keys`);
  const [counts] = rows;
  return {
    idempotency_records: Number(counts?.idempotency_records),
    sessions: Number(counts?.sessions),
    feedback: Number(counts?.feedback),
    api_keys: Number(counts?.api_keys),
  };
}
