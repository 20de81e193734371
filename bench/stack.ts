import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../tools/migrate.ts';
import { startPostgres } from '../tools/postgres.ts';
import { startChild } from './child.ts';

/**
 * How Postgres is set beside its own defaults, and why. Commits wait for the disk, as in production.
 * The vacuum runs between the measurements, not in them.
 */
export const POSTGRES_SETTINGS = ['autovacuum=off'] as const;

/** A Postgres with the shipped migrations, behind the local Neon; each in processes of its own. */
export interface Stack {
  /** Of the database, as Postgres's own protocol takes it and as the Worker does. */
  databaseUrl: string;
  /** Where the local Neon takes SQL over HTTP. */
  endpoint: string;
  postgresPid: number;
  neonPid: number;
  /** What a Worker needs to find the database, straight or through something that listens in front of it. */
  bindings(inFront?: { port: number }): Record<string, string>;
  /** For what the benchmark itself asks of the database. */
  pool: pg.Pool;
  stop(): Promise<void>;
}

const DATABASE = 'bench';

/** Starts it, on free ports of loopback. `settings`: more of Postgres's: `shared_buffers=1GB`. */
export async function startStack(settings: readonly string[] = []): Promise<Stack> {
  const parent = await mkdtemp(join(tmpdir(), 'edge-profile-bench-'));
  await chmod(parent, 0o755); // Postgres may run as a user of its own.
  const directory = join(parent, 'postgres');
  const postgres = await startPostgres({
    directory,
    temporary: true,
    settings: [...POSTGRES_SETTINGS, ...settings],
  });
  const { user, password, host, port } = postgres;
  const server = `postgresql://${user}:${password}@${host}:${port}`;
  await createDatabase(`${server}/postgres`);
  const databaseUrl = `${server}/${DATABASE}`;
  await migrate(databaseUrl, 'migrations');
  const neon = startChild<{ url: string }>('./neon-process.ts', [`${port}`]);
  const { url } = await neon.next();
  const pool = new pg.Pool({ connectionString: databaseUrl, options: '-c search_path=profile' });
  pool.on('error', () => {}); // Ctrl-C ends Postgres as well; whoever asks it next is told.
  return {
    databaseUrl,
    endpoint: url,
    postgresPid: Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10),
    neonPid: neon.pid,
    bindings: (inFront) => ({
      DATABASE_URL: databaseUrl,
      DATABASE_ENDPOINT: inFront ? `http://127.0.0.1:${inFront.port}/sql` : url,
    }),
    pool,
    async stop() {
      await neon.stop();
      await pool.end();
      await postgres.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`create database ${DATABASE}`);
  await client.end();
}
