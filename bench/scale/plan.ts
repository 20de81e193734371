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
  /** Numbers of simultaneous writers: with one user, with one key, and with nothing in common. */
  writers: readonly number[];
  /** How often each number of writers is tried. */
  rounds: number;
  /** Expired rows of each kind. */
  expired: number;
  /** How long each load at a size lasts, each load with writers, and the warm-up before each. */
  seconds: number;
  writerSeconds: number;
  warmup: number;
}

/** What measuring requires. */
export interface ScaleBench {
  stack: Stack;
  /** The shipped Worker. */
  worker: Workerd;
  loader: Loader;
  recorder: Recorder;
  plan: ScalePlan;
  /** Prints a line for people. */
  say: (line: string) => void;
  /** Ends the run between two measurements. */
  signal: AbortSignal;
}

/** Returns the powers of ten from a thousand to `to`, and `to` itself. */
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

/** Takes seconds: it shows only that the benchmark works. */
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

/** The write-ahead log takes as much disk space as the tables, but no more than this. */
export const MOST_WAL_GB = 8;

/** Returns the bytes on disk that a run takes. */
export function bytesFor({ sizes, expired }: ScalePlan): number {
  const tables = Math.max(...sizes) * BYTES.user + expired * BYTES.expired;
  return tables + Math.min(tables, MOST_WAL_GB * 1e9);
}

/** Throws an error that says what to do if the disk has too little space. */
export async function requireRoom(plan: ScalePlan, directory = tmpdir()): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const gigabytes = (bytes: number) => Math.ceil(bytes / 1e9);
  const bytes = bytesFor(plan);
  if (bavail * bsize < bytes)
    throw new Error(
      `This takes ${gigabytes(bytes)} GB in ${directory}, which has ${gigabytes(bavail * bsize)} GB. Free some space, set TMPDIR to another disk, or choose fewer users with --to.`,
    );
}
