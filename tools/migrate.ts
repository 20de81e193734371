import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { SCHEMA } from '../src/db/schema.ts';
import { grantToWorker } from './database-roles.ts';
import { explain } from './explain.ts';

const LOCK = 4_637_233;
const CONNECT_MS = 10_000;
/** Requests wait behind a migration that waits for a lock. */
const LOCK_TIMEOUT = '2s';
/** Requests wait for the locks of a migration until it ends. */
const STATEMENT_TIMEOUT = '60s';

/** SQLSTATEs of an existing or missing table, column, constraint or function. */
const NAMES = /^(42P07|42701|42710|42723|42P13|42P01|42703|42883|42704)$/;

/**
 * Applies the migrations that a database does not have yet, in one transaction, over Postgres's own
 * protocol (over Neon's HTTP, half of them could remain). The Worker's role may then call the functions.
 * Returns how many were applied. Throws a line for the operator if an applied one was edited, if another
 * application uses the schema, or if a statement would make running requests wait for long.
 * @param variable where the URL is from
 */
export async function migrate(
  url: string,
  folder: string,
  variable = 'DATABASE_URL',
): Promise<number> {
  try {
    return await withClient(url, (client) => bringUpToDate(client, folder));
  } catch (error) {
    throw new Error(explain(error, `Check ${variable}.`));
  }
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    // pg treats the other modes like this one, and prints a long warning about them.
    connectionString: url.replace(/\bsslmode=(prefer|require|verify-ca)\b/, 'sslmode=verify-full'),
    connectionTimeoutMillis: CONNECT_MS,
  });
  // A lost connection also fails the query. Without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function bringUpToDate(client: pg.Client, folder: string): Promise<number> {
  // If two operators migrate at once, the second one waits and has nothing to do.
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  await client.query(
    `set lock_timeout = '${LOCK_TIMEOUT}'; set statement_timeout = '${STATEMENT_TIMEOUT}'`,
  );
  const files = readMigrationFiles({ migrationsFolder: folder });
  const applied = await appliedHashes(client);
  if (applied.length === 0) await requireNoSchemaOfOthers(client);
  const edited = files.findIndex(({ hash }, i) => applied[i] !== undefined && applied[i] !== hash);
  if (edited >= 0)
    throw new Error(
      `Migration ${edited} was edited after it was applied; restore it and add a new one.`,
    );
  const config = { migrationsFolder: folder, migrationsSchema: JOURNAL };
  await applyMigrations(drizzle(client), config).catch(explainNames);
  await grantToWorker(client);
  return Math.max(0, files.length - applied.length);
}

/**
 * The table in which drizzle records applied migrations, apart from the journal of another
 * application.
 */
const JOURNAL = 'profile_migrations';

/** Throws if another application's schema has our name. */
async function requireNoSchemaOfOthers(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [SCHEMA]);
  if (rowCount)
    throw new Error(
      `This database already has a schema \`${SCHEMA}\` of another application. Use another database.`,
    );
}

function explainNames(error: Error): never {
  const { code = '' } = (error.cause ?? error) as { code?: string };
  if (!NAMES.test(code)) throw error;
  throw new Error(`This database differs from its migrations (SQLSTATE ${code}). Restore it.`);
}

/** Returns the recorded hashes, oldest first. */
async function appliedHashes(client: pg.Client): Promise<string[]> {
  const journal = `${JOURNAL}.__drizzle_migrations`;
  const { rows } = await client.query('select to_regclass($1) as name', [journal]);
  if (rows[0].name === null) return [];
  const { rows: recorded } = await client.query(`select hash from ${journal} order by id`);
  return recorded.map(({ hash }) => hash);
}
