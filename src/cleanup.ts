import { type Deleted, deleteExpired } from './db/expired.ts';
import { run } from './db/run.ts';
import { parseEnv } from './env.ts';
import { reasonOf } from './failures.ts';

/** Rows a statement, so that none holds its locks for long. */
export const BATCH = 10_000;
/** Statements a time; what is left waits for the next. */
export const MOST_BATCHES = 50;

/** Deletes what has expired, and writes one log line. What fails is tried again the next time. */
export async function cleanUp(bindings: object): Promise<void> {
  const deleted: Deleted = { idempotency_records: 0, sessions: 0, feedback: 0, api_keys: 0 };
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
