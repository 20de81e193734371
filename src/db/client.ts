import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';

/** How far the sending of one statement got. */
export interface Transfer {
  /** False until the statement's last byte is handed over: till then the database cannot run it. */
  complete: boolean;
  /** Whether that is to be told to the byte, which costs; otherwise it is true once it is sent off. */
  readonly exact: boolean;
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
  if (!transfer?.exact) {
    if (transfer) transfer.complete = true;
    return fetch(url, rest);
  }
  return fetch(url, { ...rest, body: fed(rest.body as string, transfer, rest.signal) });
};

/** What workerd knows beside the standard: the length of the whole, in bytes, for the Content-Length. */
interface SizedSource extends UnderlyingDefaultSource<Uint8Array> {
  expectedLength: number;
}

const encoder = new TextEncoder();

/** workerd asks for so many chunks of a body before there is a connection. */
const READ_AHEAD = 3;

/**
 * A refused connection and one that breaks after the request was sent look alike to `fetch` on
 * Workers ("Network connection lost."). So the body is a stream whose last bytes are handed over one
 * by one, each when it is asked for: if the last one never was, the statement surely did not run.
 * Nothing is handed over after the signal, for by then that has been told.
 */
function fed(
  body: string,
  transfer: Transfer,
  signal: AbortSignal | null | undefined,
): ReadableStream {
  const bytes = encoder.encode(body);
  let handedOver = 0;
  const source: SizedSource = {
    expectedLength: bytes.length,
    pull(controller) {
      if (signal?.aborted) return controller.error(signal.reason);
      const begin = handedOver;
      handedOver = Math.max(begin + 1, bytes.length - READ_AHEAD);
      transfer.complete = handedOver === bytes.length;
      controller.enqueue(bytes.subarray(begin, handedOver));
      if (transfer.complete) controller.close();
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}
