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
 * A socket whose handlers of incoming bytes may throw. The error ends the connection instead of the process,
 * and pg lets the running query fail.
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
  /** Requests served before the current one. */
  uses = 0;
  /** Whether Postgres has started on a statement of the current request. */
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

  /** Returns false if the connection is known to be closed. */
  isAlive(): boolean {
    return !this.failed && this.connection.stream.readable && this.connection.stream.writable;
  }
}

/**
 * Sends Postgres a request to cancel what the given client is running, over a separate connection.
 * There is no response: the promise resolves when Postgres has received the request or has ended.
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
    socket.on('error', () => {}); // Postgres has ended, and with it the statement.
    socket.on('close', () => resolve());
    socket.resume().end(message);
  });
}
