import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** Where to find the database: Neon if `DATABASE_URL` is set, else the running local stack. */
export function databaseSettings(): { url: string; endpoint?: string } {
  const url = process.env['DATABASE_URL'];
  if (url) {
    const endpoint = process.env['DATABASE_ENDPOINT'];
    return endpoint ? { url, endpoint } : { url };
  }
  const stack = runningStack();
  if (!stack)
    throw new Error('No database: run npm start in another terminal, or set DATABASE_URL.');
  return { url: stack.databaseUrl, endpoint: stack.endpoint };
}
