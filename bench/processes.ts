import { readdirSync, readFileSync } from 'node:fs';

// What Linux records about a process in /proc. `stat` counts in ticks of 10 ms and includes threads and
// children that have ended; `schedstat` counts nanoseconds, but only of threads that still run.

/** Milliseconds in a tick: USER_HZ is 100 on every platform that we use. */
const TICK_MS = 10;

/** Fields of /proc/<pid>/stat, counted from the one after the name (proc_pid_stat(5), from 3 on). */
const STAT = {
  userTime: 11,
  systemTime: 12,
  childrenUserTime: 13,
  childrenSystemTime: 14,
} as const;

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // The process has ended.
  }
};

/** Returns the numbers in /proc/<pid>/stat; the name before them may contain spaces and brackets. */
export const statFields = (stat: string): number[] =>
  stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);

const ticksMs = (fields: number[], ...names: (keyof typeof STAT)[]): number =>
  names.reduce((sum, name) => sum + (fields[STAT[name]] ?? 0), 0) * TICK_MS;

/** Returns the CPU time of a process so far, in milliseconds, including threads that have ended. */
export function cpuMs(pid: number): number {
  const threads = list(`/proc/${pid}/task`);
  const precise = threads.reduce((sum, thread) => sum + threadMs(`/proc/${pid}/task/${thread}`), 0);
  const coarse = ticksMs(statFields(read(`/proc/${pid}/stat`)), 'userTime', 'systemTime');
  // The coarse one is rounded down, so it is larger only if threads have ended.
  return Math.max(precise, coarse);
}

/** Returns the same for a process and its children, including children that have ended. */
export function familyCpuMs(pid: number): number {
  const ended = ticksMs(
    statFields(read(`/proc/${pid}/stat`)),
    'childrenUserTime',
    'childrenSystemTime',
  );
  return children(pid).reduce((sum, child) => sum + cpuMs(child), cpuMs(pid) + ended);
}

/** Returns the resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  const [, kibibytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kibibytes) * 1024;
}

function threadMs(directory: string): number {
  const [nanoseconds = 0] = read(`${directory}/schedstat`).split(' ').map(Number);
  return nanoseconds / 1e6;
}

function children(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((text) => text.trim() !== '')
    .map(Number);
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
