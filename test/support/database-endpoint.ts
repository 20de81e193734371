import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What the endpoint does with a request instead of passing it on. `cut`: breaks the connection when
 * the whole statement has arrived; `cutAfterCommit`: after the database answered; `cutAnswer`: in
 * the middle of the answer; `hang`: never answers.
 */
export type Fault =
  | 'cut'
  | 'cutAfterCommit'
  | 'cutAnswer'
  | 'hang'
  | { status: number; body: string };

/** The database as the Worker sees it: counts what arrives there, and fails on demand. */
export class DatabaseEndpoint {
  requests = 0;
  /** The headers of the last request that arrived. */
  headers: IncomingHttpHeaders = {};
  /** Faults for the next requests, in order; when there are none left all goes well. */
  readonly faults: Fault[] = [];
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

  /** From now on connections are refused. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    this.requests++;
    this.headers = incoming.headers;
    const fault = this.faults.shift();
    if (fault === 'cut') return void incoming.socket.destroy();
    if (fault === 'hang') return;
    if (typeof fault === 'object') {
      answer.writeHead(fault.status, { 'content-type': 'application/json' }).end(fault.body);
      return;
    }
    const passed = request(
      this.#upstream,
      { method: incoming.method ?? 'POST', headers: incoming.headers },
      async (response) => {
        const body: Buffer[] = [];
        for await (const chunk of response) body.push(chunk);
        if (fault === 'cutAfterCommit') return void incoming.socket.destroy();
        answer.writeHead(response.statusCode ?? 500, response.headers);
        if (fault !== 'cutAnswer') return void answer.end(Buffer.concat(body));
        answer.write(Buffer.concat(body).subarray(0, 20), () => incoming.socket.destroy());
      },
    );
    passed.on('error', () => incoming.socket.destroy());
    answer.on('close', () => passed.destroy());
    passed.end(Buffer.concat(chunks));
  }
}
