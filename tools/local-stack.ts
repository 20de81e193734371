import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDatabaseUrl, isEndpoint } from '../src/env.ts';

/** Where the local stack keeps its data; `LOCAL_DIR` moves it. */
export const localDirectory = (): string => process.env['LOCAL_DIR'] ?? '.local';

/** What a running `npm start` tells the other tools. */
export interface LocalStack {
  pid: number;
  databaseUrl: string;
  /** Where the local Neon serves SQL over HTTP. */
  endpoint: string;
}

export const stackFile = (): string => join(localDirectory(), 'stack.json');

/** The stack that is running now, if there is one. */
export function runningStack(): LocalStack | undefined {
  try {
    const stack: LocalStack = JSON.parse(readFileSync(stackFile(), 'utf8'));
    process.kill(stack.pid, 0);
    return stack;
  } catch {
    return undefined;
  }
}

/** The URL of Postgres in an environment variable, if it is set. Throws a line if it is none. */
export function databaseUrlFrom(
  variable: 'DATABASE_URL' | 'LOCAL_POSTGRES_URL',
): string | undefined {
  const url = process.env[variable];
  if (!url || isDatabaseUrl(url)) return url || undefined;
  throw new Error(`${variable} must be like postgresql://user:password@host:5432/database.`);
}

/** Where the database is, and what to try if it cannot be used there. */
export interface DatabaseSettings {
  url: string;
  endpoint?: string;
  advice: string;
}

/** Where to find the database: Neon if `DATABASE_URL` is set, else the running local stack. */
export function databaseSettings(): DatabaseSettings {
  const url = databaseUrlFrom('DATABASE_URL');
  if (url) {
    const endpoint = process.env['DATABASE_ENDPOINT'];
    if (!endpoint) return { url, advice: 'Check DATABASE_URL.' };
    if (isEndpoint(endpoint))
      return { url, endpoint, advice: 'Check DATABASE_URL and DATABASE_ENDPOINT.' };
    throw new Error('DATABASE_ENDPOINT must be an https URL, or http on loopback.');
  }
  const stack = runningStack();
  if (!stack)
    throw new Error('No database: run npm start in another terminal, or set DATABASE_URL.');
  return { url: stack.databaseUrl, endpoint: stack.endpoint, advice: 'Restart npm start.' };
}
