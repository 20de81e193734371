import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { Connections } from './connections.ts';
import { route, type Settings } from './route.ts';

export interface LocalNeonOptions {
  /** Where Postgres listens. It checks user, password and database. */
  upstream: { host: string; port: number };
  /** Where to listen; 0 takes any free port. Default 4444. */
  port?: number;
  /** Default 127.0.0.1: this machine only. */
  host?: string;
  /** The first label that the host of every connection string must have. Default: any. */
  endpoint?: string;
  /**
   * Serve web pages of any origin, as Neon does: with CORS, and under any `Host`. Any page in a
   * browser on this machine can then use a login that it knows. Default false.
   */
  browsers?: boolean;
  /** Default 64 MiB, as in production. */
  maxRequestBytes?: number;
  /** Default 64 MiB, as in production. */
  maxResponseBytes?: number;
}

export interface LocalNeon {
  port: number;
  /** The value for `neonConfig.fetchEndpoint`, such as `http://127.0.0.1:4444/sql`. */
  url: string;
  /** Cancels running statements, closes all connections on both sides and frees the port. */
  close(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;

/** Far longer than any client keeps an idle connection, so that no request uses a closed one. */
const KEEP_ALIVE_MS = 600_000;

/**
 * Starts a server that speaks Neon's SQL-over-HTTP protocol in front of a Postgres. Postgres can
 * start later.
 * @throws Error with code EADDRINUSE when the port is in use
 */
export async function startLocalNeon(options: LocalNeonOptions): Promise<LocalNeon> {
  const settings: Settings = {
    endpoint: options.endpoint?.toLowerCase() ?? null,
    browsers: options.browsers ?? false,
    maxRequestBytes: options.maxRequestBytes ?? 64 * MEBIBYTE,
    maxResponseBytes: options.maxResponseBytes ?? 64 * MEBIBYTE,
  };
  const connections = new Connections(options.upstream);
  const running = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const handled = route(request, response, connections, settings);
    running.add(handled);
    void handled.finally(() => running.delete(handled));
  });
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port ?? 4444, host);
  let closed: Promise<void> | undefined;
  return {
    port,
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${port}/sql`,
    close: () => {
      closed ??= close(server, running, connections);
      return closed;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', () => {}); // A connection that cannot be accepted must not affect others.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function close(server: Server, running: Set<Promise<void>>, connections: Connections) {
  const closed = new Promise((resolve) => server.close(resolve));
  // This ends the connections of current requests, which cancels them.
  server.closeAllConnections();
  await Promise.all(running);
  await connections.close();
  await closed;
}
