import { sql } from 'drizzle-orm';
import { FEED_DAYS } from './changes/statements.ts';
import { type Database, resultOf } from './db/client.ts';
import { run } from './db/run.ts';
import { parseEnv } from './env.ts';
import { reasonOf } from './failures.ts';
import { FEEDBACK_DAYS } from './feedback.ts';
import { IDEMPOTENCY_HOURS } from './http/idempotency.ts';

/** Rows a statement and table, so that none holds its locks for long. */
export const BATCH = 10_000;
/** Statements a time; what is left waits for the next. */
export const MOST_BATCHES = 50;
/**
 * For how long a key that is expired or revoked stays in the list, in days. Its events and its prefix
 * in the log stay.
 */
export const ENDED_KEY_DAYS = 30;

/** How many rows were deleted, by table; `api_keys`: without those of short-lived keys. */
type Deleted = Record<
  'idempotency_records' | 'sessions' | 'feedback' | 'api_keys' | 'short_lived_keys',
  number
>;

/** Deletes what has expired, and writes one log line. What fails is tried again the next time. */
export async function cleanUp(bindings: object): Promise<void> {
  const deleted: Deleted = {
    idempotency_records: 0,
    sessions: 0,
    feedback: 0,
    api_keys: 0,
    short_lived_keys: 0,
  };
  let databaseRequests = 0;
  let fault: string | undefined;
  try {
    const { database } = parseEnv(bindings);
    let more = true;
    while (more && databaseRequests < MOST_BATCHES) {
      const batch = await run(
        database,
        () => databaseRequests++,
        (db) => deleteExpired(db, BATCH),
        'repeatable', // To delete them twice is to delete them once.
      );
      for (const table of Object.keys(deleted) as (keyof Deleted)[]) deleted[table] += batch[table];
      more = Object.values(batch).includes(BATCH);
    }
  } catch (error) {
    fault = reasonOf(error);
  }
  const line = { message: 'cleanup', deleted, fault, database_requests: databaseRequests };
  console[fault ? 'error' : 'log'](JSON.stringify(line));
}

/** Deletes at most so many rows of each table that nobody can use any more, the oldest first. */
export async function deleteExpired(db: Database, limit: number): Promise<Deleted> {
  const request = {
    limit,
    records_kept: `${IDEMPOTENCY_HOURS} hours`,
    feedback_kept: `${FEEDBACK_DAYS} days`,
    ended_keys_kept: `${ENDED_KEY_DAYS} days`,
    feed_kept: `${FEED_DAYS} days`,
  };
  const deleted = await resultOf<Deleted>(
    db,
    sql`select profile.delete_expired(${JSON.stringify(request)}) as result`,
  );
  if (!deleted) throw new TypeError('delete_expired returned nothing');
  return deleted;
}
