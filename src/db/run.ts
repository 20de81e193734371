import type { Env } from '../env.ts';
import { connect, type Database, type Transfer, useEndpoint } from './client.ts';
import { type ConstraintViolation, classify, DatabaseFault } from './faults.ts';
import { TWIN } from './idempotency.ts';

/**
 * What it means to run a statement twice. `repeatable`: nothing, as for one that only reads. `once`: it could take effect twice. Under
 * an Idempotency-Key it cannot, and a second run tells what became of the first, if `settles` says so
 * of its result.
 */
export type Effect<T> = 'repeatable' | 'once' | { settles: (result: T) => boolean };

/** Milliseconds to wait before a second attempt. */
const jitter = (): number => 50 + Math.random() * 100;

/**
 * Runs one statement within the deadline, which cancels it in the database too. Runs it once more if
 * the first attempt surely did not run and a second may succeed, or if a second does no harm; and
 * once more if it lost against a twin. Calls `onRequest` for each request to the database. Throws a
 * ConstraintViolation or a DatabaseFault.
 */
export async function run<T>(
  database: Env['database'],
  onRequest: () => void,
  statement: (db: Database) => PromiseLike<T>,
  effect: Effect<T> = 'once',
): Promise<T> {
  if (database.endpoint) useEndpoint(database.endpoint);
  const signal = AbortSignal.timeout(database.timeoutMs);
  const repeats = { fault: 1, twin: 1 };
  /** An attempt of which nobody knows what became of it. */
  let doubt: DatabaseFault | undefined;
  for (;;) {
    onRequest();
    // Whether a read ran is of no interest: it is sent again in any case.
    const transfer = { complete: false, exact: effect !== 'repeatable' };
    const { result, failure } = await attempt(database.url, signal, transfer, statement);
    if (failure === undefined) {
      if (doubt && typeof effect === 'object' && !effect.settles(result)) throw doubt;
      return result;
    }
    if (!(failure instanceof DatabaseFault)) {
      if (failure.constraint !== TWIN || repeats.twin-- === 0) throw doubt ?? failure;
      continue;
    }
    const fault = effect === 'repeatable' ? failure.ofRepeatable() : failure;
    if (fault.outcome === 'unknown') doubt ??= fault;
    const again = fault.retry || (fault.outcome === 'unknown' && typeof effect === 'object');
    if (!again || signal.aborted || repeats.fault-- === 0) throw doubt ?? fault;
    await new Promise((resolve) => setTimeout(resolve, jitter()));
  }
}

async function attempt<T>(
  url: string,
  signal: AbortSignal,
  transfer: Transfer,
  statement: (db: Database) => PromiseLike<T>,
): Promise<
  | { result: T; failure?: undefined }
  | { result?: undefined; failure: ConstraintViolation | DatabaseFault }
> {
  try {
    return { result: await statement(connect(url, { signal, transfer })) };
  } catch (error) {
    return { failure: classify(error, { sent: transfer.complete, expired: signal.aborted }) };
  }
}
