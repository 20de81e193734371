import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import { pipeline } from 'node:stream';
import { portError } from './ports.ts';

/** A proxy in front of the development server, which listens on only one address. */
export interface FrontDoor {
  /** The origin for users. */
  origin: string;
  close(): void;
}

/** A client of localhost may try either address first. */
const ADDRESSES: Record<string, readonly string[]> = {
  localhost: ['127.0.0.1', '::1'],
  '0.0.0.0': ['0.0.0.0', '::1'],
};

/** Hosts that stand for all addresses of the machine. */
const ANY = ['0.0.0.0', '::'];

/**
 * Forwards requests to a host and port to another port of 127.0.0.1. Sets CF-Connecting-IP, which Miniflare
 * would take from the client. Rejects with a line that says what to do if the host or the port is not
 * available.
 */
export async function openFrontDoor({
  host,
  port,
  to,
}: {
  host: string;
  port: number;
  to: number;
}): Promise<FrontDoor> {
  const servers: Server[] = [];
  const close = () => {
    for (const server of servers) server.close();
    for (const server of servers) server.closeAllConnections();
  };
  const [first = host, second] = ADDRESSES[host] ?? [host];
  try {
    servers.push(await listen(first, port, to));
    if (second) servers.push(await listen(second, port, to));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Not every machine has IPv6.
    const isMissing = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
    if (!(isMissing && servers.length === 1)) {
      close();
      if (code === 'EADDRINUSE' || code === 'EACCES') throw portError(error, port, 'PORT');
      throw new Error(`HOST must be localhost or an address of this machine, not ${host}.`);
    }
  }
  const name = ANY.includes(host) ? 'localhost' : host;
  return { origin: `http://${name.includes(':') ? `[${name}]` : name}:${port}`, close };
}

async function listen(address: string, port: number, to: number): Promise<Server> {
  const server = createServer({ noDelay: true, requestTimeout: 0 }, (request, response) =>
    forward(request, response, to),
  );
  server.listen(port, address);
  await once(server, 'listening');
  return server;
}

/** The headers between two neighbours, which a proxy does not pass on (RFC 9110, section 7.6.1). */
const OWN_HEADERS = ['connection', 'keep-alive', 'expect', 'upgrade'];

/** Passes a request on as it is, but with the address of its client as Cloudflare would name it. */
function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url: path, socket } = request;
  const headers = [
    ...withoutHeaders(request.rawHeaders, [...OWN_HEADERS, 'cf-connecting-ip']),
    ...['CF-Connecting-IP', socket.remoteAddress ?? ''],
  ];
  const upstream = sendRequest({ host: '127.0.0.1', port, method, path, headers, agent: false });
  upstream.on('response', (received) => {
    const status = received.statusCode ?? 502;
    response.writeHead(status, withoutHeaders(received.rawHeaders, OWN_HEADERS));
    pipeline(received, response, () => {
      // As the Worker does after a body that it does not read.
      if (!request.complete) socket.destroySoon();
    });
  });
  response.on('close', () => upstream.destroy());
  pipeline(request, upstream, (error) => {
    if (error && !response.headersSent) socket.destroy();
  });
}

/** Names and values in turn, as Node has them, without those of these names. */
function withoutHeaders(raw: readonly string[], names: readonly string[]): string[] {
  const isKept = (index: number) => !names.includes(raw[index - (index % 2)]?.toLowerCase() ?? '');
  return raw.filter((_, index) => isKept(index));
}
