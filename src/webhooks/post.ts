import type { Env } from '../env.ts';
import { type AddressFault, addressFault } from './address.ts';
import { signatureHeaders } from './signature.ts';

/** How long an endpoint may take to respond, in milliseconds. */
export const POST_TIMEOUT_MS = 10_000;
/** How much of a response is read, and how much of that is kept, in bytes. */
const MAX_READ_BYTES = 64 * 1024;
const KEPT_BYTES = 1024;

/** Where events go, and the secrets that sign them. */
export interface Endpoint {
  readonly url: string;
  readonly secrets: readonly string[];
}

/** An event in the form of Standard Webhooks. */
export interface WebhookEvent {
  readonly id: string;
  readonly type: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly data: object;
}

/** The result of an attempt to send an event. */
export interface Outcome {
  /** RFC 3339. */
  readonly attempted_at: string;
  readonly duration_ms: number;
  /** Null: there was no response. */
  readonly status: number | null;
  /** Why it failed; null: it was delivered. */
  readonly error: string | null;
  /** The beginning of the body of the response. */
  readonly response: string | null;
  /** Whether the endpoint wants no more. */
  readonly gone: boolean;
}

/** Sends an event, unless nothing may be sent to this URL, and returns the result. */
export async function post(
  endpoint: Endpoint,
  event: WebhookEvent,
  { webhooks }: Pick<Env, 'webhooks'>,
): Promise<Outcome> {
  const fault = await addressFault(endpoint.url, webhooks);
  return fault ? notSent(fault) : send(endpoint, event);
}

/** The outcome of an attempt that was not made, because nothing may be sent to the URL. */
export const notSent = ({ detail }: AddressFault): Outcome => ({
  attempted_at: new Date().toISOString(),
  duration_ms: 0,
  status: null,
  error: `Nothing was sent: the URL ${detail}.`,
  response: null,
  gone: false,
});

/** Sends an event to an endpoint whose address was checked, and returns the result. */
export async function send({ url, secrets }: Endpoint, event: WebhookEvent): Promise<Outcome> {
  const started = Date.now();
  const body = JSON.stringify(event);
  const signed = { id: event.id, time: Math.floor(started / 1000), body };
  const signal = AbortSignal.timeout(POST_TIMEOUT_MS);
  let response: Response | undefined;
  let text: string | null = null;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'edge-profile-webhooks/1',
        ...(await signatureHeaders(signed, secrets)),
      },
      body,
      redirect: 'manual',
      signal,
    });
    text = await beginningOf(response);
  } catch {
    // The status has come, or error says why not.
  }
  return {
    attempted_at: new Date(started).toISOString(),
    duration_ms: Date.now() - started,
    status: response?.status ?? null,
    error: errorOf(response, signal.aborted),
    response: text,
    gone: response?.status === 410,
  };
}

function errorOf(response: Response | undefined, isLate: boolean): string | null {
  if (response === undefined)
    return isLate ? `No response within ${POST_TIMEOUT_MS / 1000} seconds.` : 'Connection failed.';
  if (response.ok) return null;
  const isRedirect = response.status >= 300 && response.status < 400;
  return `Status ${response.status}${isRedirect ? '; redirects are not followed' : ''}.`;
}

/** What is kept of a body, of which no more is read than that connections can be used again. */
async function beginningOf({ body }: Response): Promise<string | null> {
  if (body === null) return null;
  const kept = new Uint8Array(KEPT_BYTES);
  let read = 0;
  const reader = body.getReader();
  try {
    while (read < MAX_READ_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      kept.set(value.subarray(0, Math.max(0, KEPT_BYTES - read)), Math.min(read, KEPT_BYTES));
      read += value.length;
    }
  } catch {
    // What came before it broke, or took too long, is kept.
  } finally {
    await reader.cancel().catch(() => {});
  }
  return toStorable(new TextDecoder().decode(kept.subarray(0, read)));
}

/** A text without the control characters that the database cannot store, or a terminal obeys. */
const toStorable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it replaces
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd');
