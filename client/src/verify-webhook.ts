import type { WebhookEvent } from './types.ts';

/** How far the clock of a sender may be from that of the receiver, in seconds. */
const TOLERANCE = 5 * 60;
/** One character of base64, and a text of them that can be decoded. */
const DIGIT = '[A-Za-z0-9+/]';
const BASE64 = `((?:${DIGIT}{4})*${DIGIT}{2}(?:==|${DIGIT}=|${DIGIT}{2}))`;
const SECRET = new RegExp(`^whsec_${BASE64}$`);
const SIGNATURE = new RegExp(`^v1,${BASE64}$`);
const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' };

/** What is needed of a Fetch `Request`. */
export type WebhookRequest = Pick<Request, 'headers' | 'text'>;

/** An event that was sent by the API, and the id by which repeats are recognized. */
export interface VerifiedWebhook {
  id: string;
  event: WebhookEvent;
}

/** A request that is not an event of the API, or is too old. The message says why. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

/**
 * Returns the event that a webhook has sent, after checking its time and its signature (Standard Webhooks). Of several
 * secrets, one must match. Reads the body. Throws WebhookVerificationError, or TypeError if a secret is malformed.
 */
export async function verifyWebhook(
  request: WebhookRequest,
  secret: string | readonly string[],
): Promise<VerifiedWebhook> {
  const keys = await Promise.all([secret].flat().map(toKey));
  if (keys.length === 0) throw new TypeError('secret must not be an empty list.');
  const missing = HEADERS.filter((name) => !request.headers.get(name));
  if (missing.length > 0)
    throw new WebhookVerificationError(`Missing headers: ${missing.join(', ')}.`);
  const [id, timestamp, signatures] = HEADERS.map((name) => request.headers.get(name) ?? '') as [
    string,
    string,
    string,
  ];
  checkTime(timestamp);
  const body = await request.text();
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  if (!(await isSigned(signed, signatures, keys)))
    throw new WebhookVerificationError(
      'Wrong signature: it was made with another secret, or the request was changed.',
    );
  return { id, event: JSON.parse(body) as WebhookEvent };
}

/** Throws WebhookVerificationError for a time that is too far away: an old event may be replayed. */
function checkTime(timestamp: string): void {
  const age = Date.now() / 1000 - (/^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN);
  if (Math.abs(age) <= TOLERANCE) return;
  const fault = Number.isNaN(age) ? 'not a time' : age > 0 ? 'too old' : 'in the future';
  throw new WebhookVerificationError(`The webhook-timestamp is ${fault}: check the clock.`);
}

/** Whether one of the signatures is by one of the keys. */
async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  signatures: string,
  keys: readonly CryptoKey[],
): Promise<boolean> {
  for (const signature of signatures.split(' ')) {
    const [, encoded] = SIGNATURE.exec(signature) ?? [];
    if (encoded === undefined) continue;
    for (const key of keys)
      if (await crypto.subtle.verify('HMAC', key, toBytes(encoded), signed)) return true;
  }
  return false;
}

function toKey(secret: string): Promise<CryptoKey> {
  const [, encoded] = SECRET.exec(secret) ?? [];
  if (encoded === undefined) throw new TypeError('secret must be whsec_ and base64.');
  return crypto.subtle.importKey('raw', toBytes(encoded), ALGORITHM, false, ['verify']);
}

const toBytes = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
