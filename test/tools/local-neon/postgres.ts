import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres as start } from '../../../tools/postgres.ts';
import { PASSWORD } from './http.ts';

export interface TestPostgres {
  host: string;
  port: number;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts an empty Postgres of its own: superuser `app` with `PASSWORD`, database `neondb`. Not the
 * one that other tests share, because the checks count what runs in it.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const parent = await mkdtemp(join(tmpdir(), 'local-neon-'));
  await chmod(parent, 0o755); // Postgres may run as a user of its own.
  const postgres = await start({ directory: join(parent, 'postgres'), temporary: true });
  const { host, port, user, password } = postgres;
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  await client.query(`create role app superuser login password '${PASSWORD}'`);
  await client.query('create database neondb owner app');
  await client.end();
  return {
    host,
    port,
    stop: async () => {
      await postgres.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}
