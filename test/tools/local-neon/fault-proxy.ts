import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface FaultProxy {
  host: string;
  port: number;
  /** Ends every connection at once, without a message to either side. */
  cut(): void;
  /** Makes every present connection respond to the next message like a stopping Postgres. */
  shutDown(): void;
  close(): Promise<void>;
}

/** A proxy in front of Postgres that fails on demand. */
export function startFaultProxy(target: { host: string; port: number }): Promise<FaultProxy> {
  const links = new Set<{ cut(): void; stopping: boolean }>();
  const server = createServer((incoming) => {
    const outgoing = connect(target.port, target.host);
    const cut = () => {
      incoming.destroy();
      outgoing.destroy();
      links.delete(link);
    };
    const link = { cut, stopping: false };
    links.add(link);
    for (const socket of [incoming, outgoing]) socket.on('error', () => {}).on('close', cut);
    forward(outgoing, incoming);
    incoming.on('data', (chunk) => {
      if (link.stopping) incoming.end(SHUTTING_DOWN);
      else outgoing.write(chunk);
    });
  });
  const cut = () => {
    for (const link of links) link.cut();
  };
  const shutDown = () => {
    for (const link of links) link.stopping = true;
  };
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      cut();
    });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ host: '127.0.0.1', port, cut, shutDown, close });
    });
  });
}

function forward(from: Socket, to: Socket): void {
  from.on('data', (chunk) => to.write(chunk));
}

/** An ErrorResponse: its type, its length with the four bytes of that, fields, a closing NUL. */
const SHUTTING_DOWN = (() => {
  const fields = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
  const head = Buffer.from('E....');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, Buffer.from(fields)]);
})();
