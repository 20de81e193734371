import { randomUUID } from 'node:crypto';
import {
  access,
  constants,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { isDatabaseUrl, isEndpoint } from '../src/env.ts';
import { endMarked } from './processes.ts';

/** Returns the folder of the local stack's data, which `LOCAL_DIR` can change. */
export const localDirectory = (): string => process.env['LOCAL_DIR'] || '.local';

/** What a running `npm start` publishes for the other tools. */
export interface LocalStack {
  pid: number;
  /** This port returns `id` while the stack runs. Another process may have its pid or port later. */
  url: string;
  id: string;
  /** Set when everything runs. */
  databaseUrl?: string;
  /** The URL of the local Neon; set when everything runs. */
  endpoint?: string;
}

/** A claim to the local directory. */
export interface Claim {
  /** Publishes that everything runs. */
  ready(database: { databaseUrl: string; endpoint: string }): Promise<void>;
  release(): Promise<void>;
}

const PATIENCE_MS = 2000;

export const stackFile = (): string => join(localDirectory(), 'stack.json');

/** Returns the running stack, or undefined. */
export async function runningStack(): Promise<LocalStack | undefined> {
  let stack: LocalStack | undefined;
  try {
    stack = JSON.parse(await readFile(stackFile(), 'utf8')) as LocalStack;
    const response = await fetch(stack.url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return (await response.text()) === stack.id ? stack : undefined;
  } catch (error) {
    // A stack that was stopped with Ctrl-Z accepts connections without a response.
    return error instanceof DOMException && error.name === 'TimeoutError' ? stack : undefined;
  }
}

/** Returns the Postgres URL in an environment variable, if it is set. Throws a line if it is invalid. */
export function databaseUrlFrom(
  variable: 'DATABASE_URL' | 'LOCAL_POSTGRES_URL',
): string | undefined {
  const url = process.env[variable];
  if (!url || isDatabaseUrl(url)) return url || undefined;
  throw new Error(`${variable} must be like postgresql://user:password@host:5432/database.`);
}

/** The location of the database, and the advice if it cannot be used. */
export interface DatabaseSettings {
  url: string;
  endpoint?: string;
  advice: string;
}

/**
 * Makes this process the owner of the local directory, and ends processes that an earlier one
 * left running when it was killed. Throws a line that says what to do if that is not possible.
 */
export async function claimDirectory(): Promise<Claim> {
  const other = await runningStack();
  if (other)
    throw new Error(`npm start is already running as process ${other.pid} (${stackFile()}).`);
  // Under root, Postgres runs as another user, who needs access to its data.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  await requireWritable(localDirectory(), 'Set LOCAL_DIR to a folder that is.', mode);
  const id = randomUUID();
  const server = createServer((_, response) => response.end(id));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const stack: LocalStack = { pid: process.pid, url: `http://127.0.0.1:${port}/`, id };
  const save = () => writePrivately(stackFile(), JSON.stringify(stack));
  await rm(stackFile(), { force: true });
  await save();
  if (await endLeftovers())
    console.log('Stopped the processes that an earlier npm start left running.');
  return {
    ready: (database) => {
      Object.assign(stack, database);
      return save();
    },
    release: async () => {
      if ((await runningStack())?.id === id) await rm(stackFile());
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * Ends the processes that a killed `npm start` left in the local directory. Returns whether there
 * were any.
 */
export async function endLeftovers(): Promise<boolean> {
  const directory = await realpath(localDirectory()).catch(() => undefined);
  if (directory === undefined) return false;
  const data = join(directory, 'postgres');
  return (await endMarked(directory, await realpath(data).catch(() => data))) > 0;
}

/**
 * Creates a writable folder if it is missing. Throws a line that ends with the advice if that is
 * not possible.
 */
export async function requireWritable(
  folder: string,
  advice: string,
  mode?: number,
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, ...(mode && { mode }) });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch {
    const user = process.getuid ? ` for user id ${process.getuid()}` : '';
    throw new Error(`${resolve(folder)} is not writable${user}. ${advice}`);
  }
}

/** Writes a file with secrets. Replaces an existing file, which others may be able to read. */
export async function writePrivately(file: string, text: string): Promise<void> {
  const unfinished = `${file}.new`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, text, { mode: 0o600, flag: 'wx' });
  await rename(unfinished, file);
}

/** Returns the location of the database: Neon if `DATABASE_URL` is set, else the running local stack. */
export async function databaseSettings(): Promise<DatabaseSettings> {
  const url = databaseUrlFrom('DATABASE_URL');
  if (url) {
    const endpoint = process.env['DATABASE_ENDPOINT'];
    if (!endpoint) return { url, advice: 'Check DATABASE_URL.' };
    if (isEndpoint(endpoint))
      return { url, endpoint, advice: 'Check DATABASE_URL and DATABASE_ENDPOINT.' };
    throw new Error('DATABASE_ENDPOINT must be an https URL, or http on loopback.');
  }
  const { databaseUrl, endpoint } = (await runningStack()) ?? {};
  if (!databaseUrl || !endpoint)
    throw new Error('No database: run npm start in another terminal, or set DATABASE_URL.');
  return { url: databaseUrl, endpoint, advice: 'Restart npm start.' };
}
