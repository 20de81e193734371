import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What went over the wire. */
export interface Traffic {
  /** HTTP requests. */
  requests: number;
  /** Bytes to the database and from it, HTTP included. */
  sent: number;
  received: number;
}

/** The way from the Worker to the database. */
export interface Wire {
  port: number;
  /** Simulated network time of a request and its response, in milliseconds; each way takes half. */
  roundTripMs: number;
  /** Returns what went over it since the last call. */
  traffic(): Traffic;
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy in front of the local Neon that delays every piece of data, in both directions.
 * Opening a connection is not delayed: clients keep theirs.
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
      // A request begins with a piece of its own, for it waits for the response before it.
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
 * Delivers what is put into it, in order, each item after the delay of that moment. No item waits for
 * the delay of another: two that come together arrive together.
 */
export function delayLine<Item>(deliver: (item: Item) => void, delayMs: () => number) {
  const line: Item[] = [];
  let last = 0;
  return (item: Item): void => {
    const now = performance.now();
    // A shorter delay must not let an item overtake the ones before it.
    last = Math.max(last, now + delayMs());
    line.push(item);
    // Whichever timer fires first delivers the first of the line.
    setTimeout(() => deliver(line.shift() as Item), last - now);
  };
}
