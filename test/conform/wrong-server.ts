import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way to the real server. Changes made here reach the server. */
export interface Passing {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A response on its way back to the client. Changes made here reach the client. */
export interface Returning {
  status: number;
  headers: OutgoingHttpHeaders;
  body: string;
}

/** One thing that a server can do wrong. */
export interface Wrong {
  request?: (passing: Passing) => void;
  response?: (returning: Returning, passing: Passing) => void;
  /** Responds instead of the real server. */
  instead?: (passing: Passing) => Returning | undefined;
}

/** A proxy in front of the real server that does one thing wrong. */
export class WrongServer {
  readonly #wrong: Wrong;
  readonly #upstream: URL;
  readonly #server = createServer((req, res) => void this.#serve(req, res));

  constructor(upstream: string, wrong: Wrong) {
    this.#wrong = wrong;
    this.#upstream = new URL(upstream);
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method = '', url = '', headers } = incoming;
    // latin1 keeps every byte as it is.
    const passing = { method, url, headers, body: Buffer.concat(chunks).toString('latin1') };
    this.#wrong.request?.(passing);
    const returning = this.#wrong.instead?.(passing) ?? (await this.#pass(passing));
    this.#wrong.response?.(returning, passing);
    const body = Buffer.from(returning.body, 'latin1');
    delete returning.headers['transfer-encoding'];
    if (method !== 'HEAD') returning.headers['content-length'] = body.length;
    outgoing.writeHead(returning.status, returning.headers).end(body);
  }

  #pass({ method, url, headers, body }: Passing): Promise<Returning> {
    const { hostname, port } = this.#upstream;
    const bytes = Buffer.from(body, 'latin1');
    // A compressed response could not be changed on its way back.
    delete headers['accept-encoding'];
    delete headers['transfer-encoding'];
    if (bytes.length > 0) headers['content-length'] = String(bytes.length);
    return new Promise((done, fail) => {
      const sent = request({ hostname, port, method, path: url, headers }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const { statusCode: status = 0 } = response;
        const text = Buffer.concat(chunks).toString('latin1');
        done({ status, headers: { ...response.headers }, body: text });
      });
      sent.on('error', fail);
      sent.end(bytes);
    });
  }
}
