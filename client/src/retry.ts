import { ApiProblem, NetworkError, TimeoutError, UnexpectedResponse } from './errors.ts';

const FIRST_BACKOFF = 200;
const LONGEST_BACKOFF = 10_000;
/** A body that did not arrive, too many requests, a gateway without a response, an unavailable database. */
const TRANSIENT = [408, 429, 502, 503, 504];

/** Milliseconds to wait before the repeat that follows so many others: exponential, with full jitter. */
export const backoff = (repeats: number, random: () => number): number =>
  random() * Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** repeats);

/**
 * Whether sending the same again may help after this failure. It does no harm: every call only reads, has
 * an Idempotency-Key, or has the same effect when repeated.
 */
export function mayRepeat(failure: unknown): boolean {
  if (failure instanceof NetworkError || failure instanceof TimeoutError) return true;
  if (!(failure instanceof ApiProblem || failure instanceof UnexpectedResponse)) return false;
  return TRANSIENT.includes(failure.status);
}

/** Whether the key has expired or was revoked; when the API has forgotten it, the key is invalid. */
export const isKeyEnded = (failure: unknown): boolean =>
  failure instanceof ApiProblem &&
  (failure.code === 'expired_api_key' || failure.code === 'invalid_api_key');

/** How long a response asks to wait, in milliseconds. */
export const requestedWait = (failure: unknown): number =>
  ((failure as { retryAfter?: number }).retryAfter ?? 0) * 1000;

/** Reads Retry-After (RFC 9110, section 10.2.3), seconds or a date. Returns seconds. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
