import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { build } from '../../tools/build.ts';
import { migrate } from '../../tools/migrate.ts';
import { startPostgres } from '../../tools/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `postgres://user:password@host:port`, without a database. */
    postgresUrl: string;
  }
}

/** The database that every test file copies. */
export const TEMPLATE = 'migrated';

/**
 * Starts one Postgres for the run, applies the shipped migrations to a template, and builds the
 * bundle.
 */
export default async function setup(project: TestProject) {
  const parent = await mkdtemp(join(tmpdir(), 'edge-profile-'));
  await chmod(parent, 0o755); // Postgres may run as another user.
  const [postgres] = await Promise.all([
    startPostgres({ directory: join(parent, 'postgres'), temporary: true }),
    build('dist'),
  ]);
  const { user, password, host, port } = postgres;
  const url = `postgres://${user}:${password}@${host}:${port}`;
  const client = new pg.Client(`${url}/postgres`);
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  await migrate(`${url}/${TEMPLATE}`, 'migrations');
  project.provide('postgresUrl', url);
  return async () => {
    await postgres.stop();
    await rm(parent, { recursive: true, force: true });
  };
}
