import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Loader } from '../load.ts';
import type { Recorder } from '../recorder.ts';
import type { Stack } from '../stack.ts';
import type { Workerd } from '../workerd.ts';

/** How much a run measures. All times are in seconds. */
export interface ScalePlan {
  /** Numbers of users, ascending; the database grows from one to the next. */
  sizes: readonly number[];
  /** At each size: users drawn for the load, and those whose statements are measured one by one. */
  people: number;
  statements: number;
  connections: readonly number[];
  /** Writers at once on one user, on one key, and with nothing in common. */
  writers: readonly number[];
  /** How often each number of writers is tried. */
  rounds: number;
  /** Expired rows of each sort. */
  expired: number;
  /** Of one load by size, of one with writers, and before each. */
  seconds: number;
  writerSeconds: number;
  warmup: number;
}

/** What measuring requires. */
export interface ScaleBench {
  stack: Stack;
  /** The shipped one. */
  worker: Workerd;
  loader: Loader;
  recorder: Recorder;
  plan: ScalePlan;
  /** Prints a line for people. */
  say: (line: string) => void;
  /** Ends the run between two measurements. */
  signal: AbortSignal;
}

/** The powers of ten from a thousand to `to`, and `to` itself. */
export function sizesTo(to: number): number[] {
  const powers = [1e3, 1e4, 1e5, 1e6, 1e7].filter((size) => size < to);
  return [...powers, Math.round(to)];
}

export const fullScale = (to: number): ScalePlan => ({
  sizes: sizesTo(to),
  people: 2_000,
  statements: 200,
  connections: [1, 16],
  writers: [1, 2, 4, 8, 16, 32, 64],
  rounds: 3,
  expired: 500_000,
  seconds: 4,
  writerSeconds: 1.5,
  warmup: 0.5,
});

/** Seconds: only whether it works. */
export const tinyScale: ScalePlan = {
  sizes: [1_000, 2_000],
  people: 40,
  statements: 5,
  connections: [1, 2],
  writers: [1, 2],
  rounds: 1,
  expired: 12_000,
  seconds: 0.1,
  writerSeconds: 0.1,
  warmup: 0,
};

/** Bytes on disk, with indexes, rounded up: of a user with key and log row, and of expired rows. */
const BYTES = { user: 2_000, expired: 2_500 } as const;

/** The write-ahead log takes as much as the tables once more, but no more than this. */
export const MOST_WAL_GB = 8;

/** Bytes on disk that a run takes. */
export function bytesFor({ sizes, expired }: ScalePlan): number {
  const tables = Math.max(...sizes) * BYTES.user + expired * BYTES.expired;
  return tables + Math.min(tables, MOST_WAL_GB * 1e9);
}

/** Throws an error that says what to do if the disk has too little room. */
export async function requireRoom(plan: ScalePlan, directory = tmpdir()): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const gigabytes = (bytes: number) => Math.ceil(bytes / 1e9);
  const bytes = bytesFor(plan);
  if (bavail * bsize < bytes)
    throw new Error(
      `This takes ${gigabytes(bytes)} GB in ${directory}, which has ${gigabytes(bavail * bsize)}: make room, set TMPDIR to another disk, or choose fewer users with --to.`,
    );
}
