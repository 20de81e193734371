import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { POSTGRES_SETTINGS } from './stack.ts';
import { workerdVersion } from './workerd.ts';

/** The kinds of runs; the report shows the newest run of each kind. */
export type Kind = 'run' | 'scale' | 'lists' | 'batch' | 'memory';

/** What a run was measured on; nothing that identifies the machine. */
export interface Circumstances {
  /** RFC 3339. */
  date: string;
  commit: string;
  cpu: string;
  cores: number;
  memoryBytes: number;
  versions: { node: string; workerd: string; postgres: string };
  postgresSettings: Record<string, string>;
  /** Load average of the last minute, before anything was started. */
  loadBefore: number;
}

/** A run as it is stored; each kind has its own `data`. */
export interface Results<Data> extends Circumstances {
  kind: Kind;
  data: Data;
}

/** Returns the load average of the last minute. Call it before anything is started. */
export const loadBefore = (): number => loadavg()[0] ?? 0;

const SHOWN_SETTINGS = ['shared_buffers', 'fsync', 'synchronous_commit', 'work_mem', 'jit'];

export async function circumstances(pool: pg.Pool, load: number): Promise<Circumstances> {
  const names = [...SHOWN_SETTINGS, ...POSTGRES_SETTINGS.map((text) => text.split('=')[0] ?? '')];
  const { rows } = await pool.query<{ name: string; setting: string }>(
    'select name, current_setting(name) as setting from unnest($1::text[]) as name',
    [names],
  );
  const {
    rows: [version],
  } = await pool.query(`select current_setting('server_version') as postgres`);
  return {
    date: new Date().toISOString(),
    commit: commit(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    versions: { node: process.versions.node, workerd: workerdVersion, postgres: version.postgres },
    postgresSettings: Object.fromEntries(rows.map(({ name, setting }) => [name, setting])),
    loadBefore: load,
  };
}

/** The commit that is checked out, with a plus sign if tracked files differ from it. */
function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '-uno') ? '+' : '');
  } catch {
    return 'unknown';
  }
}

const folderOf = (directory: string): string => join(directory, 'results');

/** Writes a run to `<directory>/results/<day>-<kind>.json` and returns the path. */
export function writeResults<Data>(directory: string, results: Results<Data>): string {
  mkdirSync(folderOf(directory), { recursive: true });
  const day = results.date.slice(0, 'YYYY-MM-DD'.length);
  const path = join(folderOf(directory), `${day}-${results.kind}.json`);
  writeFileSync(path, `${legible(results)}\n`);
  return path;
}

/** Writes JSON with one line for each member, and one for each list of numbers. */
const legible = (results: object): string =>
  JSON.stringify(results, null, 1).replace(/\[[-+.,\de\s]+\]/g, (list) =>
    list.replace(/\s+/g, ' '),
  );

/** Returns the newest run of a kind; undefined if there is none. */
export function newestResults<Data>(directory: string, kind: Kind): Results<Data> | undefined {
  let files: string[];
  try {
    files = readdirSync(folderOf(directory));
  } catch {
    return undefined;
  }
  const newest = files
    .filter((file) => file.endsWith(`-${kind}.json`))
    .sort()
    .at(-1);
  return newest && JSON.parse(readFileSync(join(folderOf(directory), newest), 'utf8'));
}
