import type { Env } from '../env.ts';
import { connect, type Database, type Transfer, useEndpoint } from './client.ts';
import { classify } from './faults.ts';

/** Milliseconds to wait before a second attempt. */
const jitter = (): number => 50 + Math.random() * 100;

/**
 * Runs one statement within the deadline, and once more if the first attempt surely did not run and
 * a second may succeed. The deadline cancels the statement in the database too.
 * Calls `onRequest` for each request to the database. Throws a ConstraintViolation or a
 * DatabaseFault.
 */
export async function run<T>(
  { url, endpoint, timeoutMs }: Env['database'],
  onRequest: () => void,
  statement: (db: Database) => PromiseLike<T>,
): Promise<T> {
  if (endpoint) useEndpoint(endpoint);
  const signal = AbortSignal.timeout(timeoutMs);
  for (let attempt = 1; ; attempt++) {
    const transfer: Transfer = { complete: false };
    try {
      onRequest();
      return await statement(connect(url, { signal, transfer }));
    } catch (error) {
      const fault = classify(error, { sent: transfer.complete, expired: signal.aborted });
      if (attempt === 2 || !('retry' in fault) || !fault.retry) throw fault;
      await new Promise((resolve) => setTimeout(resolve, jitter()));
    }
  }
}
