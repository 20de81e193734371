import { connect, Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { refusal } from './errors.ts';

/** Where Postgres listens. */
export interface Upstream {
  host: string;
  port: number;
}

const CANCEL_TIMEOUT_MS = 2000;

/**
 * A socket on which an error in a handler of incoming bytes ends the connection, with that error,
 * instead of the process. pg reads such an end as the failure of the running query, so a handler
 * of messages or rows fails its query by throwing.
 */
export class GuardedSocket extends Socket {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== 'data') return super.emit(event, ...args);
    try {
      return super.emit(event, ...args);
    } catch (error) {
      this.destroy(error as Error);
      return true;
    }
  }
}

/** A pg client that knows what happened to its connection. */
export class UpstreamClient extends Client {
  /** Set when the connection can no longer be used. */
  failed = false;
  /** Requests served before the present one. */
  uses = 0;
  /** Whether Postgres took up a statement of the present request. */
  hasResponded = false;
  // pg stores the key for cancel requests here; its type declarations do not mention it.
  declare readonly processID: number;
  declare readonly secretKey: number;

  constructor(config?: ClientConfig) {
    super(config);
    // Without a listener an 'error' event ends the process.
    this.on('error', () => {
      this.failed = true;
    });
    this.connection.on('parseComplete', () => {
      this.hasResponded = true;
    });
    for (const copyEvent of ['copyInResponse', 'copyOutResponse']) {
      this.connection.on(copyEvent, () => {
        throw refusal(400, 'unexpected message from server');
      });
    }
  }

  /** False when the other side is known to have closed. */
  isAlive(): boolean {
    return !this.failed && this.connection.stream.readable && this.connection.stream.writable;
  }
}

/**
 * Asks Postgres, over a connection of its own, to cancel what the given client is running. There is
 * no response: the promise resolves when Postgres has received the request or is gone.
 */
export function sendCancelRequest(upstream: Upstream, client: UpstreamClient): Promise<void> {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(80877102, 4); // the code that says "cancel" in place of a version
  message.writeInt32BE(client.processID, 8);
  message.writeInt32BE(client.secretKey, 12);
  return new Promise((resolve) => {
    const socket = connect(upstream.port, upstream.host);
    socket.setTimeout(CANCEL_TIMEOUT_MS, () => socket.destroy());
    socket.on('error', () => {}); // Postgres is gone, and so is the statement.
    socket.on('close', () => resolve());
    socket.resume().end(message);
  });
}
