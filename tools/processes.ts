import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The variable that marks all processes of `npm start` with their local directory. */
const MARK = 'EDGE_PROFILE_LOCAL';

const PATIENCE_MS = 5000;

/** Marks all processes that this one starts from now on, and their children, with a directory. */
export function markChildren(directory: string): void {
  process.env[MARK] = directory;
}

/**
 * Ends the processes that are marked with a directory. Returns how many there were. Root in a container
 * may not see the mark of another user's process, so Postgres is also recognized by its `data`.
 */
export async function endMarked(directory: string, data: string): Promise<number> {
  const find = () => belonging(`${MARK}=${directory}`, ` -D ${data} `);
  const found = await find();
  const deadline = Date.now() + PATIENCE_MS;
  for (let left = found; left.length > 0; left = await find()) {
    const late = Date.now() - deadline;
    if (late > PATIENCE_MS) throw new Error(`Process ${left.join(', ')} cannot be ended.`);
    // On SIGINT, Postgres shuts down without waiting for its clients.
    for (const pid of left) signal(pid, late < 0 ? 'SIGINT' : 'SIGKILL');
    await setTimeout(100);
  }
  return found.length;
}

/**
 * Returns the command line of a process, with spaces between the words; '' if there is no such
 * process.
 */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text.replaceAll('\0', ' ');
  }
  return ps('-ww', '-o', 'command=', '-p', `${pid}`);
}

/** Returns the processes with a mark in their environment, or an option on their command line. */
async function belonging(mark: string, option: string): Promise<number[]> {
  if (process.platform !== 'linux') {
    const lines = (await ps('-A', '-E', '-ww', '-o', 'pid=,command=')).split('\n');
    return lines
      .filter((line) => [` ${mark} `, option].some((text) => `${line} `.includes(text)))
      .map((line) => Number.parseInt(line, 10));
  }
  const pids: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const environment = await readFile(`/proc/${entry}/environ`, 'utf8').catch(() => '');
    const isMarked = environment.split('\0').includes(mark);
    if (isMarked || (await commandLine(Number(entry))).includes(option)) pids.push(Number(entry));
  }
  return pids;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
    // A process that was stopped with Ctrl-Z takes no signal before it continues.
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended meanwhile.
  }
}

const ps = (...options: string[]): Promise<string> =>
  promisify(execFile)('ps', options).then(
    ({ stdout }) => stdout,
    () => '',
  );
