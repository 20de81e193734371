import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** An event as it arrived. */
export interface Delivery {
  headers: Record<string, string>;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  event: any;
  at: number;
  /** How the receiver has responded. */
  response: Response;
}

/** How a receiver responds to a delivery. */
export type Response =
  | number
  | 'hang'
  | 'hangAfterHeaders'
  | 'cut'
  | { status?: number; headers?: Record<string, string>; body?: string | Buffer; delay?: number };

/** The server at the URL of a webhook. It records what arrives, and responds as a test sets. */
export class Receiver {
  readonly deliveries: Delivery[] = [];
  /** Responses for the next deliveries, in order. When the list is empty, `script` decides. */
  readonly responses: Response[] = [];
  script: (delivery: Delivery) => Response = () => 204;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async listen(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** The versions of a user that have arrived, in order. */
  versions(userId: string): number[] {
    return this.deliveries
      .filter(({ event }) => event.data?.user_id === userId)
      .map(({ event }) => event.data.version);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // The Worker hung up.
    }
    const body = Buffer.concat(chunks).toString();
    const headers = request.headers as Record<string, string>;
    const delivery: Delivery = {
      ...{ headers, body, event: JSON.parse(body), at: Date.now(), response: 204 },
    };
    this.deliveries.push(delivery);
    const wanted = this.responses.shift() ?? this.script(delivery);
    delivery.response = wanted;
    if (wanted === 'hang') return;
    if (wanted === 'cut') return void request.socket.destroy();
    if (wanted === 'hangAfterHeaders') {
      response.writeHead(200);
      return void response.write('and then');
    }
    const {
      status = 204,
      headers: own = {},
      body: text = '',
      delay = 0,
    } = typeof wanted === 'number' ? { status: wanted } : wanted;
    if (delay) await setTimeout(delay);
    response.writeHead(status, own).end(text);
  }
}
