import { ApiProblem, NetworkError, TimeoutError, UnexpectedAnswer } from './errors.ts';

/**
 * When the same request may be sent again. `always`: it takes effect once however often it arrives
 * (it only reads, or has an Idempotency-Key, or comes to the same). `not_applied`: it must surely not
 * have taken effect.
 */
export type Repeatable = 'always' | 'not_applied';

const FIRST_BACKOFF = 200;
const LONGEST_BACKOFF = 10_000;
/** A body that did not arrive, a gateway without an answer, a service without a database, no certain outcome. */
const TRANSIENT = [408, 502, 503, 504];

/** Milliseconds to wait before the repeat that follows so many others: exponential, with full jitter. */
export const backoff = (repeats: number, random: () => number): number =>
  random() * Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** repeats);

/** Whether it is safe to send the same again after this failure, and may help. */
export function mayRepeat(failure: unknown, repeatable: Repeatable): boolean {
  if (failure instanceof NetworkError || failure instanceof TimeoutError)
    return repeatable === 'always';
  if (!(failure instanceof ApiProblem || failure instanceof UnexpectedAnswer)) return false;
  // Who is told to slow down was turned away at the door.
  if (failure.status === 429) return true;
  const surelyNot =
    failure instanceof ApiProblem &&
    (failure.outcome === 'not_applied' || failure.code === 'request_timeout');
  return TRANSIENT.includes(failure.status) && (repeatable === 'always' || surelyNot);
}

/** What an answer asks to wait, in milliseconds. */
export const askedToWait = (failure: unknown): number =>
  ((failure as { retryAfter?: number }).retryAfter ?? 0) * 1000;

/** Reads Retry-After (RFC 9110, section 10.2.3), seconds or a date; answers seconds. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
