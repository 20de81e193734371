import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

const LOCK = 4_637_233;

/**
 * Applies the migrations that a database does not have yet, in one transaction, over Postgres's own
 * protocol (Neon's HTTP could leave half of them). Refuses if one that it has was edited since.
 * Answers how many were applied.
 */
export async function migrate(url: string, folder: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Two operators at once: the second waits and finds nothing left to do.
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const files = readMigrationFiles({ migrationsFolder: folder });
    const applied = await appliedHashes(client);
    const edited = files.findIndex(
      ({ hash }, i) => applied[i] !== undefined && applied[i] !== hash,
    );
    if (edited >= 0)
      throw new Error(
        `Migration ${edited} was edited after it was applied; restore it and add a new one.`,
      );
    await applyMigrations(drizzle(client), { migrationsFolder: folder });
    return files.length - applied.length;
  } finally {
    await client.end();
  }
}

/** The hashes that drizzle recorded, oldest first. */
async function appliedHashes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`select to_regclass('drizzle.__drizzle_migrations') as name`);
  if (rows[0].name === null) return [];
  const { rows: recorded } = await client.query(
    'select hash from drizzle.__drizzle_migrations order by id',
  );
  return recorded.map(({ hash }) => hash);
}
