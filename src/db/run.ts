import type { Env } from '../env.ts';
import { connect, type Database } from './client.ts';
import { ConstraintViolation, classify, type DatabaseFault } from './faults.ts';

/**
 * What it means to run a statement again whose outcome is unknown. `repeatable`: nothing, as for one that
 * only reads. `once`: it could take effect twice, so it is not run again. Else it takes effect once,
 * and `settles` says whether the result of a repeat holds for the first attempt too.
 */
export type Effect<T> = 'repeatable' | 'once' | { settles: (result: T) => boolean };

/** One of the attempts to run a statement. */
export interface Attempt {
  /** Whether an earlier attempt may have run, or may still. */
  readonly isRepeat: boolean;
  /** When the attempt is given up; RFC 3339. */
  readonly notAfter: string;
  /** How long the statement may wait for a lock, in milliseconds: less, so that it can still say so. */
  readonly lockTimeoutMs: number;
}

export type Statement<T> = (db: Database, attempt: Attempt) => PromiseLike<T>;

/** How often a statement is run at most. */
const MAX_ATTEMPTS = 3;

/** How long a request waits for locks in all, in milliseconds; then it fails with database_busy. */
const MAX_LOCK_WAIT_MS = 1800;

/** Milliseconds to wait before another attempt. */
const jitter = (): number => 50 + Math.random() * 100;

/**
 * Runs one statement within the deadline. Runs it again if the database has rolled it back and it may
 * succeed now, or if its outcome is unknown and a repeat shows it. Each attempt gets its share of the
 * time that is left. Calls `onRequest` for each request to the database. Throws a ConstraintViolation or
 * a DatabaseFault.
 */
export async function run<T>(
  database: Env['database'],
  onRequest: () => void,
  statement: Statement<T>,
  effect: Effect<T> = 'once',
): Promise<T> {
  const began = Date.now();
  const deadline = began + database.timeoutMs;
  /** The fault of an attempt that may have taken effect. */
  let doubt: DatabaseFault | undefined;
  for (let left = MAX_ATTEMPTS; ; left--) {
    const timeLeft = Math.max(0, deadline - Date.now());
    const share = effect === 'once' ? timeLeft : Math.floor(timeLeft / left);
    onRequest();
    const { result, failure } = await attempt(database, statement, share, doubt !== undefined);
    if (failure === undefined) {
      if (doubt && typeof effect === 'object' && !effect.settles(result)) throw doubt;
      return result;
    }
    if (failure instanceof ConstraintViolation) throw doubt ?? failure;
    const fault = effect === 'repeatable' ? failure.ofRepeatable() : failure;
    if (fault.outcome === 'unknown') doubt ??= fault;
    const isStuck = fault.kind === 'busy' && Date.now() - began >= MAX_LOCK_WAIT_MS;
    const isWorthwhile =
      (fault.retry && !isStuck) || (fault.outcome === 'unknown' && effect !== 'once');
    if (!isWorthwhile || left === 1 || Date.now() >= deadline) throw doubt ?? fault;
    await new Promise((resolve) => setTimeout(resolve, jitter()));
  }
}

type AttemptResult<T> =
  | { result: T; failure?: undefined }
  | { result?: undefined; failure: ConstraintViolation | DatabaseFault };

async function attempt<T>(
  database: Env['database'],
  statement: Statement<T>,
  timeoutMs: number,
  isRepeat: boolean,
): Promise<AttemptResult<T>> {
  const signal = AbortSignal.timeout(timeoutMs);
  const notAfter = new Date(Date.now() + timeoutMs).toISOString();
  // To Postgres, 0 is no limit at all.
  const lockTimeoutMs = Math.max(1, Math.ceil(Math.min(timeoutMs * 0.6, MAX_LOCK_WAIT_MS)));
  try {
    const db = connect(database, signal);
    return { result: await statement(db, { isRepeat, notAfter, lockTimeoutMs }) };
  } catch (error) {
    return { failure: classify(error, signal.aborted) };
  }
}
