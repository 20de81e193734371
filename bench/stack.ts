import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../tools/migrate.ts';
import { startPostgres } from '../tools/postgres.ts';
import { startChild } from './child.ts';

/**
 * The settings that differ from Postgres's defaults. Vacuum runs between the measurements, not during
 * them. Commits wait for the disk, as in production.
 */
export const POSTGRES_SETTINGS = ['autovacuum=off'] as const;

/** A Postgres with the shipped migrations, behind the local Neon, each in its own processes. */
export interface Stack {
  /** The connection string, for Postgres's own protocol and for the Worker. */
  databaseUrl: string;
  /** The URL of the local Neon for SQL over HTTP. */
  endpoint: string;
  postgresPid: number;
  neonPid: number;
  /** The bindings of a Worker, with the database reached directly or through a proxy in front of it. */
  bindings(inFront?: { port: number }): Record<string, string>;
  /** For the benchmark's own queries. */
  pool: pg.Pool;
  stop(): Promise<void>;
}

const DATABASE = 'bench';

/** Starts both on free loopback ports. `settings`: more settings of Postgres: `shared_buffers=1GB`. */
export async function startStack(settings: readonly string[] = []): Promise<Stack> {
  const parent = await mkdtemp(join(tmpdir(), 'edge-profile-bench-'));
  await chmod(parent, 0o755); // Postgres may run as another user.
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
  pool.on('error', () => {}); // Ctrl-C ends Postgres as well; the next query fails.
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
