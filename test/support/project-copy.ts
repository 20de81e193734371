import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PARTS = [
  'src',
  'settings',
  'docs',
  'tools',
  'migrations',
  'package.json',
  'openapi.json',
  'wrangler.toml',
  'tsconfig.json',
];

/** What a command printed, and how it ended. */
export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** A copy of the project in a folder of its own, where a test may start it and edit it. */
export class ProjectCopy {
  readonly folder: string;
  readonly #started: ChildProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<ProjectCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'project-'));
    await chmod(folder, 0o755); // Postgres may run as a user of its own.
    for (const part of PARTS) await cp(part, join(folder, part), { recursive: true });
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    return new ProjectCopy(folder);
  }

  /** Runs a command line to its end, as a person would who pastes it. */
  run(command: string, env: Record<string, string> = {}): Promise<Result> {
    const options = { cwd: this.folder, env: { ...process.env, ...env } };
    return new Promise((done) =>
      execFile('bash', ['-c', command], options, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      ),
    );
  }

  /** Starts a command as a terminal would, in a process group of its own, and waits until it has printed a text. */
  async start(command: string, env: Record<string, string>, until: RegExp) {
    const child = spawn('bash', ['-c', `exec ${command}`], {
      cwd: this.folder,
      detached: true,
      env: { ...process.env, ...env },
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
      /** `to: 'group'` is what Ctrl-C in a terminal does, `'process'` what kill does. */
      stop: async (signal: NodeJS.Signals, to: 'group' | 'process') => {
        const closed = once(child, 'close');
        process.kill(to === 'group' ? -(child.pid ?? 0) : (child.pid ?? 0), signal);
        await closed;
      },
    };
  }

  /** The command lines of the processes that run in this folder or were told of it. */
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
