import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** A port on loopback that was free a moment ago. */
export const freePort = (): Promise<number> => tryPort(0);

/** The port that an environment variable asks for. Throws a line that tells what to do if it is none. */
export function portFrom(variable: string, fallback: number): number {
  const text = process.env[variable] || `${fallback}`;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Error(`${variable} must be a port, 1 to 65535.`);
}

/** Rejects with a line that tells what to do if a port cannot be had. */
export async function demandPort(port: number, variable: string): Promise<void> {
  try {
    await tryPort(port);
  } catch {
    throw new Error(`Port ${port} is taken; set ${variable} to another one.`);
  }
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, HOST, () => {
      const address = server.address();
      const free = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(free));
    });
  });
}
