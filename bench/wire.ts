import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What went over the wire. */
export interface Traffic {
  /** HTTP requests. */
  requests: number;
  /** Bytes to the database and from it, HTTP included. */
  sent: number;
  received: number;
}

/** The network between the Worker and the database. */
export interface Wire {
  port: number;
  /** Simulated network time of a request and its response, in milliseconds; half for each way. */
  roundTripMs: number;
  /** Returns what went over the wire since the last call. */
  traffic(): Traffic;
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy in front of the local Neon that delays all data, in both directions. Opening a
 * connection is not delayed, because clients keep their connections.
 */
export function startWire(target: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let counted: Traffic = { requests: 0, sent: 0, received: 0 };
  const server = createServer((worker) => {
    const database = connect(target, '127.0.0.1');
    for (const socket of [worker, database]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        worker.destroy();
        database.destroy();
        sockets.delete(socket);
      });
    }
    pass(worker, database, (chunk) => {
      counted.sent += chunk.length;
      // Each request begins a chunk, because it is sent after the response to the one before.
      if (chunk.subarray(0, POST.length).equals(POST)) counted.requests++;
    });
    pass(database, worker, (chunk) => {
      counted.received += chunk.length;
    });
  });

  function pass(from: Socket, to: Socket, count: (chunk: Buffer) => void): void {
    const put = delayLine<Buffer | null>(
      (chunk) => void (chunk ? to.write(chunk) : to.end()),
      () => wire.roundTripMs / 2,
    );
    from.on('data', (chunk) => {
      count(chunk);
      put(chunk);
    });
    from.on('end', () => put(null));
  }

  const wire: Wire = {
    port: 0,
    roundTripMs: 0,
    traffic() {
      const before = counted;
      counted = { requests: 0, sent: 0, received: 0 };
      return before;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      wire.port = (server.address() as AddressInfo).port;
      resolve(wire);
    });
  });
}

const POST = Buffer.from('POST ');

/**
 * Returns a function that delivers each item after the current delay, in order. No item waits for the
 * delay of another: two that are put in together arrive together.
 */
export function delayLine<Item>(deliver: (item: Item) => void, delayMs: () => number) {
  const line: Item[] = [];
  let last = 0;
  return (item: Item): void => {
    const now = performance.now();
    // A shorter delay must not let an item overtake the ones before it.
    last = Math.max(last, now + delayMs());
    line.push(item);
    // The timer that fires first delivers the first item of the line.
    setTimeout(() => deliver(line.shift() as Item), last - now);
  };
}
