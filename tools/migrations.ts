import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import pg from 'pg';
import { migrate } from './migrate.ts';
import { startPostgres } from './postgres.ts';

// The schema and the function sources define the database; migrations create it.

export const SCHEMA = 'tools/drizzle-schema.ts';
export const FUNCTIONS = 'src/db/functions';
export const MIGRATIONS = 'migrations';
export const BREAKPOINT = '\n--> statement-breakpoint\n';

/** Runs drizzle-kit's generate, which accepts only relative paths. Returns its output. */
export const generate = (schema: string, out: string, ...options: string[]): string =>
  execFileSync(
    'npx',
    [
      'drizzle-kit',
      'generate',
      '--dialect=postgresql',
      `--schema=${schema}`,
      `--out=${relative(process.cwd(), out)}`,
      ...options,
    ],
    { encoding: 'utf8', stdio: 'pipe' },
  );

/** Runs an action. Returns the names of the files that it adds to a folder. */
export function added(folder: string, act: () => void): string[] {
  const before = new Set(readdirSync(folder));
  act();
  return readdirSync(folder).filter((name) => !before.has(name));
}

/**
 * Returns the names of the files that drizzle-kit would add to bring the migrations up to the schema.
 * Throws if drizzle-kit reports neither files nor agreement, because it exits with 0 when it fails.
 */
export function missingMigrations(schema: string, migrations: string): string[] {
  const copy = mkdtempSync(join(tmpdir(), 'migrations-'));
  try {
    cpSync(migrations, copy, { recursive: true });
    let said = '';
    const missing = added(copy, () => {
      said = generate(schema, copy);
    });
    if (missing.length === 0 && !said.includes('No schema changes')) throw new Error(said);
    return missing;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** The sources of the functions, by name. */
type Sources = Map<string, string>;

/**
 * Returns the statements that bring the functions of a database with these migrations up to their sources.
 * A changed list of parameters would create a second function beside the first, so the first is
 * dropped. Runs on a Postgres of its own.
 */
export async function missingFunctions(migrations: string, sources: string): Promise<string[]> {
  const wanted: Sources = new Map(
    readdirSync(sources).map((file) => [
      file.replace(/\.sql$/, ''),
      readFileSync(join(sources, file), 'utf8').trim(),
    ]),
  );
  return await withScratchDatabase(async (client, url) => {
    await migrate(url, migrations);
    const before = await functionsOf(client);
    requireNoOverloads(before);
    await client.query('set check_function_bodies = off');
    for (const source of wanted.values()) await client.query(source);
    const after = await functionsOf(client);
    const names = new Set(after.map(({ name }) => name));
    for (const name of wanted.keys())
      if (!names.has(name)) throw new Error(`${name}.sql does not create profile.${name}.`);
    return statements(before, after, wanted);
  });
}

/** Throws if two functions have one name: a running Worker could call the wrong one, or fail (42725). */
function requireNoOverloads(functions: readonly Definition[]): void {
  const twice = functions.find(({ name }, i) => functions[i + 1]?.name === name);
  if (twice)
    throw new Error(`The migrations leave two functions profile.${twice.name}: drop one of them.`);
}

/** A function in the database. */
interface Definition {
  name: string;
  /** The name with the types of its parameters. */
  signature: string;
  /** The SQL of the function and its triggers. */
  text: string;
}

function statements(before: Definition[], after: Definition[], wanted: Sources): string[] {
  const old = new Map(before.map(({ signature, text }) => [signature, text]));
  const changed = new Set(
    after.filter(({ signature, text }) => old.get(signature) !== text).map(({ name }) => name),
  );
  const obsolete = before.filter(({ name, signature, text }) => {
    const isUnchanged = after.some((now) => now.signature === signature && now.text === text);
    return !wanted.has(name) || (changed.has(name) && isUnchanged);
  });
  return [
    ...obsolete.map(({ signature }) => `DROP FUNCTION ${signature};`),
    ...[...wanted].flatMap(([name, source]) => (changed.has(name) ? [source] : [])),
  ];
}

async function functionsOf(client: pg.Client): Promise<Definition[]> {
  const { rows } = await client.query<Definition>(`
    select proname as name, pg_proc.oid::regprocedure::text as signature,
      concat_ws(E'\\n', pg_get_functiondef(pg_proc.oid), (
        select string_agg(pg_get_triggerdef(t.oid), E'\\n' order by tgname)
        from pg_trigger as t where t.tgfoid = pg_proc.oid)) as text
    from pg_proc where pronamespace = 'profile'::regnamespace order by 1, 2`);
  return rows;
}

/** Runs an action on a Postgres of its own, as its superuser, and returns the result. */
export async function withScratchDatabase<T>(
  use: (client: pg.Client, url: string) => Promise<T>,
): Promise<T> {
  const parent = await mkdtemp(join(tmpdir(), 'edge-profile-functions-'));
  await chmod(parent, 0o755); // Postgres may run as a user of its own.
  const postgres = await startPostgres({ directory: join(parent, 'postgres'), temporary: true });
  const { user, password, host, port } = postgres;
  const url = `postgresql://${user}:${password}@${host}:${port}/postgres`;
  const client = new pg.Client(url);
  try {
    await client.connect();
    return await use(client, url);
  } finally {
    await client.end();
    await postgres.stop();
    await rm(parent, { recursive: true, force: true });
  }
}
