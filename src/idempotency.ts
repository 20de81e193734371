import type { Conditions } from './conditions.ts';
import type { UserUpdate } from './user-fields.ts';

/** For how long a repeat is recognised, in hours. */
export const IDEMPOTENCY_HOURS = 24;

/** An `Idempotency-Key` and what the request under it asks for. */
export interface Idempotency {
  key: string;
  /** SHA-256: equal for requests that ask for the same. */
  fingerprint: Uint8Array;
}

/**
 * Of the values, not of the bytes: an app that builds its body anew for a repeat may write the members
 * in another order. The conditions belong to it: who asks for another version asks for something else.
 */
export async function fingerprintOf(
  userId: string,
  update: UserUpdate,
  conditions: Conditions,
): Promise<Uint8Array> {
  const fields = Object.entries(update).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([userId.toLowerCase(), fields, conditions]);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
