import { connect, type Database } from '../src/db/client.ts';
import { explain } from './explain.ts';
import { databaseSettings } from './local-stack.ts';

/** How long a command may take in the database, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Runs an action on the database that a command is for; throws its failure as one line. */
export async function withDatabase<T>(action: (db: Database) => PromiseLike<T>): Promise<T> {
  const { advice, ...address } = await databaseSettings();
  try {
    return await action(connect(address, AbortSignal.timeout(PATIENCE_MS)));
  } catch (error) {
    throw new Error(explain(error, advice));
  }
}
