import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './ports.ts';
import { findPlace, type Place, removeData } from './postgres-place.ts';
import { commandLine } from './processes.ts';

/** A real Postgres from npm, for development and tests. */
export interface Postgres {
  host: string;
  port: number;
  /** The superuser. All logins need the password. */
  user: string;
  password: string;
  /** Resolves when it has ended for any reason except a restart. */
  ended: Promise<void>;
  /** Restarts it on the same port. `immediate` is a crash: sessions are cut without a message. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  /** The folder of the data, which is initialised if it is missing. */
  directory: string;
  /** The superuser's password, with which the data was initialised. Default: a random one. */
  password?: string;
  /** Default: a free port. */
  port?: number;
  /** Removes the data when it stops. */
  temporary?: boolean;
  /** More options of the server, as `postgres -c` takes them: `fsync=off`. */
  settings?: readonly string[];
}

const HOST = '127.0.0.1';
const USER = 'postgres';
const RESTART_MS = 30_000;
const READY = 'database system is ready to accept connections';

/** Starts a cluster on loopback only. Rejects with the output of Postgres if it does not start. */
export async function startPostgres({
  directory,
  password = randomBytes(32).toString('base64url'),
  port,
  temporary = false,
  settings = [],
}: Options): Promise<Postgres> {
  const place = await findPlace(directory);
  if (!existsSync(join(place.data, 'PG_VERSION'))) await initialise(place, password);
  await removeForeignLock(place.data);
  const cluster = { place, port: port ?? (await freePort()), settings };
  let server = await launchWithRetries(cluster);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let restarting = false;
  const watch = () => server.once('exit', () => restarting || resolve());
  watch();
  return {
    host: HOST,
    port: cluster.port,
    user: USER,
    password,
    ended,
    restart: async (mode) => {
      restarting = true;
      await stop(server, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      server = await launchWithRetries(cluster);
      restarting = false;
      watch();
    },
    stop: async () => {
      await stop(server, 'SIGINT');
      if (temporary) await removeData(directory);
    },
  };
}

interface Cluster {
  place: Place;
  port: number;
  settings: readonly string[];
}

/** Creates an empty cluster. */
async function initialise({ binaries, data, runAs }: Place, password: string): Promise<void> {
  if (runAs.uid === undefined) requireName();
  const passwordFile = `${data}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (runAs.uid !== undefined) await chown(passwordFile, runAs.uid, runAs.gid ?? -1);
    const options = {
      pgdata: data,
      username: USER,
      pwfile: passwordFile,
      auth: 'scram-sha-256',
      // Otherwise the encoding would follow the locale of the machine.
      encoding: 'UTF8',
      'locale-provider': 'builtin',
      locale: 'C.UTF-8',
      'lc-messages': 'C',
    };
    const words = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    await promisify(execFile)(join(binaries, 'initdb'), words, { ...runAs, ...spawnEnvironment() });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`Postgres did not start. ${(stderr || message).trim()}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** `initdb` looks up its user and fails for one without a name. */
function requireName(): void {
  try {
    userInfo();
  } catch {
    const id = process.getuid?.();
    throw new Error(
      `Postgres needs a name for user id ${id}: as root run echo app:x:${id}:0::/tmp:/bin/sh >> /etc/passwd, or set LOCAL_POSTGRES_URL.`,
    );
  }
}

/** Returns a working folder that every user may enter, and English messages. */
const spawnEnvironment = () => ({ cwd: '/', env: { ...process.env, LC_ALL: 'C' } });

/**
 * Postgres that was killed leaves the number of its process behind. If that is another process by now,
 * Postgres would take it for itself, and not start.
 */
async function removeForeignLock(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(lock, 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid)) return;
  const command = await commandLine(pid);
  if (command !== '' && !command.includes(` -D ${data} `)) await rm(lock);
}

/** Tries repeatedly, because after a crash the old processes use the data for a moment longer. */
async function launchWithRetries(cluster: Cluster): Promise<ChildProcess> {
  for (const deadline = Date.now() + RESTART_MS; ; await setTimeout(50)) {
    try {
      return await launch(cluster);
    } catch (error) {
      const isHeld = String(error).includes('still in use');
      if (!isHeld || Date.now() > deadline) throw error;
    }
  }
}

/** Resolves when it accepts connections. */
async function launch({ place, port, settings }: Cluster): Promise<ChildProcess> {
  const { binaries, data, runAs } = place;
  // No socket file, because two clusters could use the same one.
  const words = ['-D', data, '-p', `${port}`, '-h', HOST, '-k', ''];
  for (const setting of ['timezone=GMT', 'max_connections=200', ...settings])
    words.push('-c', setting);
  const server = spawn(join(binaries, 'postgres'), words, {
    ...runAs,
    ...spawnEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const fail = () => reject(new Error(`Postgres did not start. ${output.trim()}`));
    server.once('error', reject);
    server.once('close', fail);
    // It must be read to the end, or Postgres would wait for a reader.
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (output.includes(READY)) return;
      output += text;
      if (output.includes(READY)) resolve();
    });
  });
  return server;
}

async function stop(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit', { signal: AbortSignal.timeout(RESTART_MS) });
  server.kill(signal);
  await exited;
}
