import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { CloudflareAccount, Refused } from './cloudflare-account.ts';

/** Cloudflare's API in front of an account, as far as wrangler uses it for a release. */
export class CloudflareApi {
  readonly account = new CloudflareAccount();
  /** Requests that this stand-in does not know. */
  readonly unknown: string[] = [];
  /** The names of the Workers that were asked for. */
  readonly workers = new Set<string>();
  /** Events for the next `wrangler tail`. */
  tailEvents: object[] = [];
  /** Settles when wrangler has read the events. */
  readonly tailed = Promise.withResolvers<void>();
  readonly #server = createServer((request, response) => {
    void this.#serve(request).then(([status, body]) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  });

  async listen(): Promise<this> {
    this.#server.on('upgrade', (request, socket) => this.#tail(request, socket));
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The variables that lead wrangler here. */
  get env(): Record<string, string> {
    return {
      CLOUDFLARE_API_BASE_URL: this.url,
      CLOUDFLARE_API_TOKEN: 'a token',
      CLOUDFLARE_ACCOUNT_ID: 'a'.repeat(32),
    };
  }

  async #serve(request: IncomingMessage): Promise<[number, object]> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const envelope = { success: true, errors: [], messages: [] };
    try {
      const result = this.#route(request, await bodyOf(request, Buffer.concat(chunks)));
      const page = { page: 1, per_page: 100, total_pages: 1, count: 1, total_count: 1 };
      return [200, { ...envelope, result, result_info: page }];
    } catch (error) {
      const { status, code, message } = error as Refused;
      return [
        status ?? 500,
        { ...envelope, success: false, errors: [{ code, message }], result: null },
      ];
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: bodies of wrangler
  #route({ method, url = '' }: IncomingMessage, body: any): unknown {
    const { pathname, searchParams } = new URL(url, 'http://api');
    const [, , , ...parts] = pathname.split('/');
    const [name] = /edge-profile(-staging)?(?=\/|$)/.exec(pathname) ?? [];
    if (name) this.workers.add(name);
    const path = parts.join('/').replace(/\/edge-profile(-staging)?/, '/*');
    const isPost = method === 'POST';
    switch (path) {
      case 'queues':
        return isPost
          ? this.account.createQueue(body.queue_name)
          : this.account.listQueues(searchParams.get('name'));
      case 'workers/services/*':
        if (this.account.versions.length === 0)
          throw new Refused(404, 10090, 'workers.api.error.service_not_found');
        return { default_environment: { script: { last_deployed_from: 'wrangler', tag: 't' } } };
      case 'workers/scripts/*/assets-upload-session':
        return { jwt: 'nothing to upload', buckets: [] };
      case 'workers/scripts/*': {
        const { id } = this.account.upload(body);
        this.account.deploy([{ version_id: id, percentage: 100 }]);
        return { id: 'edge-profile', deployment_id: id, startup_time_ms: 1 };
      }
      case 'workers/scripts/*/versions':
        this.account.requireWorker();
        return isPost
          ? { ...this.account.upload(body), startup_time_ms: 1 }
          : { items: this.account.versions };
      case 'workers/scripts/*/deployments':
        if (isPost) return this.account.deploy(body.versions, body.annotations);
        return { deployments: this.account.listDeployments() };
      case 'workers/scripts/*/schedules':
        return this.account.schedule(body);
      case 'workers/scripts/*/settings':
        this.account.requireWorker();
        return { bindings: this.account.versions[0]?.resources.bindings };
      case 'workers/scripts/*/script-settings':
      case 'workers/scripts/*/subdomain':
        return body;
      case 'workers/scripts/*/secrets':
        return [];
      case 'workers/scripts/*/tails':
        return {
          id: 'tail',
          url: this.url.replace('http', 'ws'),
          expires_at: '2027-01-01T00:00:00Z',
        };
      case 'workers/scripts/*/tails/tail':
        return {};
      case 'workers/workers/*':
        return {
          subdomain: {
            ...{ enabled: true, previews_enabled: true },
            preview_url_suffix: '-edge-profile.example.workers.dev',
          },
        };
      case 'workers/subdomain':
        return { subdomain: 'example' };
    }
    const [kind, id, what] = parts;
    if (kind === 'queues' && what === 'consumers' && method !== 'GET')
      return this.account.addConsumer(id ?? '', body.script_name);
    const version = this.account.versions.find((each) => pathname.endsWith(`/versions/${each.id}`));
    if (version) return version;
    this.unknown.push(`${method} ${pathname}`);
    throw new Refused(404, 7003, `Could not route to ${pathname}`);
  }

  /** Sends the events to a `wrangler tail`, then a ping, whose pong says that they were read. */
  #tail(request: IncomingMessage, socket: Duplex): void {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.on('error', () => {}).on('end', () => socket.destroy());
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: trace-v1\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    for (const event of this.tailEvents) socket.write(frame(0x81, JSON.stringify(event)));
    socket.write(frame(0x89, ''));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (hasPong(received)) this.tailed.resolve();
    });
  }
}

/** Whether a pong is among the short frames that a client has sent. wrangler does not mask all of them. */
function hasPong(frames: Buffer): boolean {
  for (let at = 0; at < frames.length; ) {
    if (frames[at] === 0x8a) return true;
    const length = frames[at + 1] ?? 0;
    at += length & 0x80 ? 6 + (length & 0x7f) : 2 + length;
  }
  return false;
}

/** A WebSocket frame of a server. */
function frame(kind: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.from([kind, 126, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([
    payload.length < 126 ? Buffer.from([kind, payload.length]) : head,
    payload,
  ]);
}

/** Returns the JSON of a request; of an upload its metadata. */
async function bodyOf({ headers }: IncomingMessage, body: Buffer): Promise<unknown> {
  const type = headers['content-type'] ?? '';
  if (body.length === 0) return undefined;
  if (!type.startsWith('multipart')) return JSON.parse(body.toString());
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': type },
  }).formData();
  return JSON.parse(String(form.get('metadata')));
}
