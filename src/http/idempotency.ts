import { ApiError } from '../errors.ts';

/** For how long a repeat is recognised, in hours. */
export const IDEMPOTENCY_HOURS = 24;

/** An `Idempotency-Key` and a fingerprint of its request. */
export interface Idempotency {
  key: string;
  /** SHA-256: equal for requests that ask for the same. */
  fingerprint: Uint8Array;
}

/**
 * It covers the values, not the bytes: an app that builds its body again for a repeat may write the members
 * in another order. `operation`: what is done to what, and under which conditions.
 */
export async function fingerprintOf(
  operation: readonly unknown[],
  values: object,
): Promise<Uint8Array> {
  const members = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([operation, members]);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

export const idempotencyKeyReused = (): ApiError =>
  new ApiError('idempotency_key_reused', 'Use a new Idempotency-Key for each new request.');
