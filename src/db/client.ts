import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import type { SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/neon-http';

/** Where the database is. */
export interface DatabaseAddress {
  /** `postgresql://user:password@host/database`. */
  readonly url: string;
  /** Where Neon's SQL-over-HTTP is served, if not at Neon. */
  readonly endpoint?: string | undefined;
}

export type Database = ReturnType<typeof connect>;

type Client = NeonQueryFunction<false, false>;

const clients = new Map<string, Client>();

/** Returns Neon's client for a database, the same each time. */
function clientFor({ url, endpoint }: DatabaseAddress): Client {
  const name = `${endpoint} ${url}`;
  const known = clients.get(name);
  if (known) return known;
  const client = neon(url, { fetchOptions: { endpoint } });
  clients.set(name, client);
  return client;
}

/** The driver knows one endpoint for all its clients; ours have one each. */
neonConfig.fetchFunction = (
  url: string,
  { endpoint = url, ...init }: RequestInit & { endpoint?: string },
) => fetch(endpoint, init);

/**
 * Returns Drizzle over Neon's HTTP driver: every awaited query is one HTTP request. `signal` cancels
 * it, in the database too.
 */
export function connect(address: DatabaseAddress, signal?: AbortSignal) {
  const client = clientFor(address);
  const query: Client['query'] = (text, values, options) =>
    client.query(text, values, { ...options, fetchOptions: { signal } });
  return drizzle({ client: { query } as Client });
}

// How the Worker calls the functions in functions/. Each takes one jsonb and returns one jsonb, so its
// signature never changes, and a Worker and a database of neighbouring releases work together.

/**
 * Runs a statement that returns one value as `result`; undefined if that is null. Throws what Drizzle
 * throws, and a TypeError if it is another statement's response.
 */
export async function resultOf<Result>(db: Database, statement: SQL): Promise<Result | undefined> {
  const { rows } = await db.execute<{ result?: Result | null }>(statement);
  const result = rows[0]?.result;
  if (result === undefined) throw new TypeError('not the response to this statement');
  return result ?? undefined;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as Postgres writes them. The driver that ships has no Buffer to do so (tools/slim-driver.ts). */
export const byteaText = (bytes: Uint8Array): string =>
  bytes.reduce((text, byte) => text + HEX[byte], '\\x');
