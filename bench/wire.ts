import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { delayLine } from './delay-line.ts';

/** What went over the wire. */
export interface Traffic {
  /** HTTP requests. */
  requests: number;
  /** Bytes to the database and from it, HTTP's own included. */
  sent: number;
  received: number;
}

/** A statement as it went over the wire. */
export interface Statement {
  query: string;
  params: unknown[];
}

/** The way from the Worker to the database. */
export interface Wire {
  port: number;
  /** Simulated network time of a request and its answer, in milliseconds; each way takes half. */
  roundTripMs: number;
  /** What went over it since it was last asked. */
  traffic(): Traffic;
  /** The statements that went over it since it was last asked. */
  statements(): Statement[];
  close(): Promise<void>;
}

interface Options {
  /** Keep what is sent, for `statements`. */
  record?: boolean;
}

/**
 * A TCP proxy in front of the local Neon that lets every piece of data take its time, in both
 * directions. It does not delay the making of a connection: clients keep theirs.
 */
export function startWire(target: number, { record = false }: Options = {}): Promise<Wire> {
  const sockets = new Set<Socket>();
  let counted: Traffic = { requests: 0, sent: 0, received: 0 };
  let recordings: Buffer[][] = [];
  const server = createServer((worker) => {
    const database = connect(target, '127.0.0.1');
    const recording: Buffer[] = [];
    if (record) recordings.push(recording);
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
      // A request begins with a piece of its own, for it waits for the answer to the one before it.
      if (chunk.subarray(0, POST.length).equals(POST)) counted.requests++;
      if (record) recording.push(chunk);
    });
    pass(database, worker, (chunk) => {
      counted.received += chunk.length;
    });
  });

  function pass(from: Socket, to: Socket, note: (chunk: Buffer) => void): void {
    const line = delayLine<Buffer | null>(
      (chunk) => void (chunk ? to.write(chunk) : to.end()),
      () => wire.roundTripMs / 2,
    );
    from.on('data', (chunk) => {
      note(chunk);
      line(chunk);
    });
    from.on('end', () => line(null));
  }

  const wire: Wire = {
    port: 0,
    roundTripMs: 0,
    traffic() {
      const before = counted;
      counted = { requests: 0, sent: 0, received: 0 };
      return before;
    },
    statements() {
      const said = recordings.map((chunks) => Buffer.concat(chunks.splice(0)));
      return said.flatMap((bytes) => [...statementsIn(bytes)]);
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      recordings = [];
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
const END_OF_HEAD = '\r\n\r\n';

/** The statements of the HTTP requests that one connection sent, one after another. */
function* statementsIn(bytes: Buffer): Generator<Statement> {
  for (let at = 0; at < bytes.length; ) {
    const body = bytes.indexOf(END_OF_HEAD, at) + END_OF_HEAD.length;
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(bytes.toString('latin1', at, body)) ?? [];
    if (!length) throw new Error('A request to the database has no Content-Length.');
    at = body + Number(length);
    yield JSON.parse(bytes.toString('utf8', body, at));
  }
}
