import { connect, type Database } from '../src/db/client.ts';
import { explain } from './explain.ts';
import { databaseSettings } from './local-stack.ts';

/** How long a command may wait for the database, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Runs an action on the database of a command, and returns its result. Throws a failure as one line. */
export async function withDatabase<T>(action: (db: Database) => PromiseLike<T>): Promise<T> {
  const { advice, ...address } = await databaseSettings();
  try {
    return await action(connect(address, AbortSignal.timeout(PATIENCE_MS)));
  } catch (error) {
    throw new Error(explain(error, advice));
  }
}
