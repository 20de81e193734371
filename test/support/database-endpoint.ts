import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** An answer that is not the database's own. */
interface Reply {
  status: number;
  body: string;
}

/** What the Worker sends to the database. */
export interface Statement {
  query: string;
  params: unknown[];
}

/**
 * What the endpoint does with a request instead of passing it on and the answer back. `cut`: breaks
 * the connection when the whole statement has arrived; `cutAfterCommit`: after the database
 * answered; `cutAnswer`: in the middle of the answer; `hang`: never answers. `delay`: waits before
 * the database is asked, and asks it even if nobody waits for the answer any longer, as a slow
 * network would; `delayAnswer`: afterwards. `late`: breaks the connection at once, and yet the
 * statement gets to the database so many milliseconds later, or another one in its place. A reply is
 * given instead of asking the database, or (`afterCommit`) instead of its answer.
 */
export type Fault =
  | 'cut'
  | 'cutAfterCommit'
  | 'cutResponse'
  | 'hang'
  | { delay: number }
  | { delayResponse: number }
  | { late: number; instead?: Statement }
  | { afterCommit: Reply }
  | Reply;

/** The database as the Worker sees it: counts what arrives there, and fails on demand. */
export class DatabaseEndpoint {
  requests = 0;
  /** The headers and the statement of the last request that arrived. */
  headers: IncomingHttpHeaders = {};
  statement: Statement = { query: '', params: [] };
  /** Faults for the next requests, in order; when there are none left the script is asked. */
  readonly faults: Fault[] = [];
  /** Draws a fault for each request; by default all goes well. */
  script: () => Fault | undefined = () => undefined;
  readonly #upstream: string;
  readonly #server = createServer((req, res) => void this.#serve(req, res));

  constructor(upstream: string) {
    this.#upstream = upstream;
  }

  /** Opens the port, or reopens the one that it had. */
  async listen(port = this.port): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  port = 0;

  /** From now on connections are refused, and those that there are have ended. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** From now on new connections are refused; the requests that are under way go on. */
  refuse(): void {
    this.#server.close();
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let statement: Buffer | string | undefined = await read(incoming);
    if (statement === undefined) return; // The Worker hung up before it had sent all of it.
    this.requests++;
    this.headers = incoming.headers;
    this.statement = JSON.parse(statement.toString());
    const fault = this.faults.shift() ?? this.script();
    if (fault === 'cut') return void incoming.socket.destroy();
    if (fault === 'hang') return;
    if (has(fault, 'status')) return reply(outgoing, fault);
    if (has(fault, 'delay')) await setTimeout(fault.delay);
    if (has(fault, 'late')) {
      incoming.socket.destroy();
      await setTimeout(fault.late);
      if (fault.instead) statement = JSON.stringify(fault.instead);
    }
    const headers = { ...incoming.headers, 'content-length': Buffer.byteLength(statement) };
    const passed = request(
      this.#upstream,
      { method: incoming.method ?? 'POST', headers },
      async (response) => {
        const body = await read(response);
        if (has(fault, 'delayResponse')) await setTimeout(fault.delayResponse);
        if (!body || fault === 'cutAfterCommit') return void incoming.socket.destroy();
        if (has(fault, 'afterCommit')) return reply(outgoing, fault.afterCommit);
        outgoing.writeHead(response.statusCode ?? 500, response.headers);
        if (fault !== 'cutResponse') return void outgoing.end(body);
        outgoing.write(body.subarray(0, 20), () => incoming.socket.destroy());
      },
    );
    passed.on('error', () => incoming.socket.destroy());
    outgoing.on('close', () => passed.destroy());
    passed.end(statement);
  }
}

const has = <Name extends string>(
  fault: Fault | undefined,
  name: Name,
): fault is Extract<Fault, { [name in Name]: unknown }> =>
  typeof fault === 'object' && name in fault;

const reply = (outgoing: ServerResponse, { status, body }: Reply): void =>
  void outgoing.writeHead(status, { 'content-type': 'application/json' }).end(body);

/** A message to its end; undefined if that never came. */
async function read(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
