import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
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
 * Forwards connections of a host and port to another port of 127.0.0.1. Rejects with a line that says
 * what to do if the host or the port is not available.
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
  const sockets = new Set<Socket>();
  const close = () => {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  };
  const [first = host, second] = ADDRESSES[host] ?? [host];
  try {
    servers.push(await listen(first, port, (client) => forward(client, to, sockets)));
    if (second) servers.push(await listen(second, port, (client) => forward(client, to, sockets)));
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

async function listen(
  address: string,
  port: number,
  onConnection: (client: Socket) => void,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  server.listen(port, address);
  await once(server, 'listening');
  return server;
}

/** Passes data in both directions until one side ends. */
function forward(client: Socket, port: number, sockets: Set<Socket>): void {
  const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  for (const socket of [client, upstream]) {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }
  pipeline(client, upstream, client, () => {});
}
