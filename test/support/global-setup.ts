import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { build } from '../../tools/build.ts';
import { ensureDatabase } from '../../tools/database-roles.ts';
import { migrate } from '../../tools/migrate.ts';
import { startPostgres } from '../../tools/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `postgres://user:password@host:port` of the superuser, without a database. */
    postgresUrl: string;
    /** The same for the Worker's role. */
    workerPostgresUrl: string;
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
  const passwords = { owner: randomUUID(), worker: randomUUID() };
  const { owner, worker } = await ensureDatabase(`${url}/postgres`, TEMPLATE, passwords);
  await migrate(owner, 'migrations');
  project.provide('postgresUrl', url);
  project.provide('workerPostgresUrl', worker.slice(0, worker.lastIndexOf('/')));
  return async () => {
    await postgres.stop();
    await rm(parent, { recursive: true, force: true });
  };
}
