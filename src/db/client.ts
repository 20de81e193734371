import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
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
