import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A response that replaces the database's own. */
interface Reply {
  status: number;
  body: string;
}

/** What Neon's proxy sends when a function returned this JSON. */
export const replyWith = (result: object): Reply => ({
  status: 200,
  body: JSON.stringify({
    command: 'SELECT',
    rowCount: 1,
    fields: [{ name: 'result', dataTypeID: 3802 }],
    rows: [[JSON.stringify(result)]],
    rowAsArray: true,
  }),
});

/** What functions return of a credential that is accepted. */
export const ADMITTED = { key_id: null, ends_at: null, refusal: null };

/** A statement that the Worker sends to the database. */
export interface Statement {
  query: string;
  params: unknown[];
}

/**
 * What the endpoint does with a request instead of passing it on.
 * - `cut`: breaks the connection when the whole statement has arrived
 * - `cutAfterCommit`: breaks it after the database responded
 * - `cutResponse`: breaks it in the middle of the response
 * - `hang`: sends no response
 * - `delay`: waits before it sends the statement to the database, even if the Worker has hung up, like a
 *   slow network
 * - `delayResponse`: waits before it sends the response
 * - `late`: breaks the connection at once, and sends the statement (or `instead`) after these milliseconds
 * - a reply: sends it without the database, or with `afterCommit` instead of the database's response
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

/** The database as the Worker sees it: counts requests and fails on demand. */
export class DatabaseEndpoint {
  requests = 0;
  /** The headers and the statement of the last request that arrived. */
  headers: IncomingHttpHeaders = {};
  statement: Statement = { query: '', params: [] };
  /** Faults for the next requests, in order. When the list is empty, `script` decides. */
  readonly faults: Fault[] = [];
  /** Returns a fault for each request; by default none. */
  script: () => Fault | undefined = () => undefined;
  readonly #upstream: string;
  readonly #server = createServer((req, res) => void this.#serve(req, res));

  constructor(upstream: string) {
    this.#upstream = upstream;
  }

  /** Listens on a port; by default on the one that the endpoint had before. */
  async listen(port = this.port): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  port = 0;

  /** Refuses new connections and ends the current ones. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Refuses new connections; current requests continue. */
  refuse(): void {
    this.#server.close();
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let statement: Buffer | string | undefined = await read(incoming);
    if (statement === undefined) return; // The Worker hung up before the end of its request.
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

/** Returns the whole body of a message; undefined if it was cut off. */
async function read(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
