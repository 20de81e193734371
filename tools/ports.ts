import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/**
 * Ports that no operating system assigns by itself, so that a port is still free when it is used, and when
 * it is used again at the next start.
 */
const UNASSIGNED = { first: 20_000, count: 10_000 };

/** Returns a free port of loopback. */
export async function freePort(): Promise<number> {
  const { first, count } = UNASSIGNED;
  for (let tries = 0; tries < 20; tries++) {
    const port = first + Math.floor(Math.random() * count);
    if (await isFree(port)) return port;
  }
  return tryPort(0);
}

/** Returns the port in an environment variable. Throws a line that says what to do if it is invalid. */
export function portFrom(variable: string, fallback: number): number {
  const text = process.env[variable] || `${fallback}`;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Error(`${variable} must be a port, 1 to 65535.`);
}

/** Rejects with a line that says what to do if a port is not available. */
export async function requirePort(port: number, variable: string): Promise<void> {
  try {
    await tryPort(port);
  } catch (error) {
    throw portError(error, port, variable);
  }
}

export const isFree = (port: number): Promise<boolean> =>
  tryPort(port).then(
    () => true,
    () => false,
  );

/** Returns the error for a port on which a server cannot listen, as a line that says what to do. */
export function portError(error: unknown, port: number, variable: string): Error {
  const { code } = error as NodeJS.ErrnoException;
  const what = code === 'EACCES' ? 'is reserved for root' : 'is in use';
  return new Error(`Port ${port} ${what}; set ${variable} to another one.`);
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      const free = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(free));
    });
  });
}
