import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';

/** How far the sending of one statement got. */
export interface Transfer {
  /** False until the statement's last byte is handed over: till then the database cannot run it. */
  complete: boolean;
}

interface ConnectOptions {
  signal?: AbortSignal;
  transfer?: Transfer;
}

export type Database = ReturnType<typeof connect>;

/** Drizzle over Neon's HTTP driver: every awaited query is one HTTP request. */
export const connect = (url: string, { signal, transfer }: ConnectOptions = {}) =>
  drizzle(
    neon(url, { fetchOptions: { ...(signal && { signal }), ...(transfer && { transfer }) } }),
  );

/** Sends all statements of this process to another endpoint than Neon's. */
export function useEndpoint(url: string): void {
  neonConfig.fetchEndpoint = url;
}

neonConfig.fetchFunction = (url: string, init: RequestInit & { transfer?: Transfer }) => {
  const { transfer, ...rest } = init;
  return fetch(url, transfer ? { ...rest, body: fed(rest.body as string, transfer) } : rest);
};

declare const FixedLengthStream: new (length: number) => TransformStream<Uint8Array, Uint8Array>;

/**
 * A refused connection and one that breaks after the request was sent look alike to `fetch` on
 * Workers ("Network connection lost."). So the body is a stream whose last bytes are handed over one
 * by one: workerd reads three chunks ahead of a connection that is not there yet, hence if the last
 * one was never asked for, the statement surely did not run. The length is fixed so that the request
 * has a Content-Length, as the driver's own would.
 */
function fed(body: string, transfer: Transfer): ReadableStream {
  const bytes = new TextEncoder().encode(body);
  const { readable, writable } = new FixedLengthStream(bytes.length);
  void feed(writable.getWriter(), bytes, transfer);
  return readable;
}

async function feed(
  writer: WritableStreamDefaultWriter<Uint8Array>,
  bytes: Uint8Array,
  transfer: Transfer,
): Promise<void> {
  const last = bytes.length - 1;
  try {
    await writer.write(bytes.subarray(0, last - 3));
    for (let i = last - 3; i < last; i++) await writer.write(bytes.subarray(i, i + 1));
    transfer.complete = true;
    await writer.write(bytes.subarray(last));
    await writer.close();
  } catch {
    // The fetch that reads this stream fails as well, and tells more.
  }
}
