import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { displayPrefix, hashApiKey, mintApiKey } from '../../src/auth/api-key.ts';
import { keyRoles } from '../../src/permissions.ts';
import { conform, type Result } from '../conform/run.ts';
import { ensureDatabase } from '../database-roles.ts';
import { startLocalNeon } from '../local-neon/index.ts';
import { migrate } from '../migrate.ts';
import { withScratchDatabase } from '../migrations.ts';
import { startWorker } from '../miniflare-worker.ts';
import { type Kept, keptReleases, migrationsAfter, migrationsUpTo } from './kept.ts';

// A rollback puts an earlier Worker on the tables as they are then. The other way round does not happen: a
// release migrates before it uploads.

/**
 * Runs the conformance command on the bundles of earlier releases and all migrations of a folder. Returns a
 * summary. Throws a line that names what is broken: nobody could roll back to that release.
 * @param only the topics to test; all by default
 */
export async function checkBackward(
  kept: readonly Kept[] = keptReleases(),
  migrations = 'migrations',
  only?: readonly string[],
): Promise<string> {
  const met = kept.filter(({ migration }) => migrationsAfter(migration, migrations).length > 0);
  for (const release of met) {
    const [first, ...more] = await brokenBy(release, migrations, only);
    if (first)
      throw new Error(
        `Release ${release.version} does not work with the new migrations: ${first}${more.length > 0 ? ` (and ${more.length} more)` : ''}.`,
      );
  }
  return met.length === 0
    ? 'no migration since an earlier release'
    : `${met.map(({ version }) => version).join(', ')} on the new tables`;
}

/**
 * Returns what a release fulfils with its own migrations and not with later ones. With its own, it fails only
 * what was promised since.
 */
const brokenBy = (release: Kept, migrations: string, only?: readonly string[]): Promise<string[]> =>
  withScratchDatabase(async (_, url) => {
    const failed = await failures(release, migrations, url, only);
    if (failed.length === 0) return [];
    const own = migrationsUpTo(release.migration, migrations);
    const before = await failures(release, own, url, only);
    await rm(own, { recursive: true });
    const known = new Set(before.map(nameOf));
    return failed
      .filter((each) => !known.has(nameOf(each)))
      .map((each) => `${nameOf(each)}: ${each.why}`);
  });

const nameOf = ({ topic, name }: Result): string => `${topic}: ${name}`;

/** Runs the bundle on a new database with these migrations. Returns the cases that failed. */
async function failures(
  { worker: bundle, openapi }: Kept,
  migrations: string,
  superuserUrl: string,
  only: readonly string[] | undefined,
): Promise<Result[]> {
  const name = `backward_${randomUUID().replaceAll('-', '')}`;
  const passwords = { owner: randomUUID(), worker: randomUUID() };
  const urls = await ensureDatabase(superuserUrl, name, passwords);
  await migrate(urls.owner, migrations);
  const subject = await createSubject(urls.owner);
  const { hostname: host, port } = new URL(superuserUrl);
  const neon = await startLocalNeon({ port: 0, upstream: { host, port: Number(port) } });
  const assets = await mkdtemp(join(tmpdir(), 'assets-'));
  await copyFile(openapi, join(assets, 'openapi.json'));
  const vars = { DATABASE_URL: urls.worker, DATABASE_ENDPOINT: neon.url };
  const worker = startWorker({ vars, bundle, assets });
  try {
    const url = (await worker.ready).origin;
    const report = await conform({ url, ...subject, only }, new AbortController().signal);
    return report.results.filter(({ state }) => state === 'failed');
  } catch (error) {
    // It could not even read the user.
    return [{ topic: 'Reading', name: 'a user', state: 'failed', why: (error as Error).message }];
  } finally {
    await worker.dispose();
    await neon.close();
    await rm(assets, { recursive: true });
  }
}

/** Creates a superuser with a key, in columns that every release has. */
async function createSubject(url: string): Promise<{ user: string; key: string }> {
  const key = mintApiKey();
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query(
      `with person as (
         insert into profile.users (email, is_superuser) values ('backward@example.com', true) returning id
       )
       insert into profile.api_keys (owner_id, name, role, scopes, hash, prefix)
       select id, 'backward', 'full_access', $1, $2, $3 from person returning owner_id`,
      [keyRoles.full_access, await hashApiKey(key), displayPrefix(key)],
    );
    return { user: rows[0].owner_id, key };
  } finally {
    await client.end();
  }
}
