import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The parts of earlier releases that a release needs are kept in git. An old tag cannot be built without its
// own packages, and a rebuilt bundle is not the one that runs.

/** A release, as it was deployed. */
export interface Kept {
  version: string;
  /** The file of the bundle. */
  worker: string;
  /** The file of the document that it serves. */
  openapi: string;
  /** The folder of the scripts and styles that its pages load, each with a hash in its name. */
  assets: string;
  /** The name of its last migration, such as `0007_user_nickname`. */
  migration: string;
}

/** A file whose name changes with its content. */
const HASHED = /-[0-9a-f]{8}\.\w+$/;

/** As many as a rollback may go back. */
const KEPT = 2;

/** Returns the kept releases, newest first. */
export function keptReleases(folder = 'releases'): Kept[] {
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  return versions.sort(byNumber).map((version) => ({
    version,
    worker: join(folder, version, 'worker.js'),
    openapi: join(folder, version, 'openapi.json'),
    assets: join(folder, version, 'assets'),
    migration: readFileSync(join(folder, version, 'migration'), 'utf8').trim(),
  }));
}

/** Keeps what was built as this release, and only one release before it. */
export function keep(version: string, folder = 'releases'): void {
  const here = join(folder, version);
  mkdirSync(here, { recursive: true });
  cpSync('dist/index.js', join(here, 'worker.js'));
  cpSync('dist/assets', join(here, 'assets'), {
    recursive: true,
    filter: (file) => statSync(file).isDirectory() || HASHED.test(file),
  });
  cpSync('openapi.json', join(here, 'openapi.json'));
  writeFileSync(join(here, 'migration'), `${migrationsIn('migrations').at(-1)}\n`);
  for (const { version: old } of keptReleases(folder).slice(KEPT))
    rmSync(join(folder, old), { recursive: true });
}

/** Returns the names of migrations, oldest first. */
function migrationsIn(folder: string): string[] {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { tag: string }[];
  };
  return journal.entries.map(({ tag }) => tag);
}

/** Returns a copy of a folder of migrations that ends with one of them. */
export function migrationsUpTo(last: string, folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'migrations-'));
  cpSync(folder, copy, { recursive: true });
  const file = join(copy, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { tag: string }[] };
  const end = journal.entries.findIndex(({ tag }) => tag === last) + 1;
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, end) }));
  return copy;
}

/** Returns the names of the migrations that came after one. Without it, nothing was released. */
export function migrationsAfter(last: string | undefined, folder: string): string[] {
  const all = migrationsIn(folder);
  return last === undefined ? [] : all.slice(all.indexOf(last) + 1);
}

const byNumber = (a: string, b: string): number => b.localeCompare(a, 'en', { numeric: true });
