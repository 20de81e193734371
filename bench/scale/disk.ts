import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { ScalePlan } from './plan.ts';

/** Bytes on disk, indexes and all, rounded up: a user with key and log row, a change, what expires. */
const BYTES = { user: 2_000, change: 1_000, expired: 2_500 } as const;

/** The write-ahead log has as much once more, but no more than this. */
export const MOST_WAL_GB = 8;

/** Bytes that a run needs where the database is kept. */
export function bytesFor({ sizes, logs, expired }: ScalePlan): number {
  const tables =
    Math.max(...sizes) * BYTES.user + logs.long * BYTES.change + expired * BYTES.expired;
  return tables + Math.min(tables, MOST_WAL_GB * 1e9);
}

/** Throws a line that tells what to do if the disk has too little room. */
export async function demandRoom(plan: ScalePlan, directory = tmpdir()): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const gigabytes = (bytes: number) => Math.ceil(bytes / 1e9);
  const needed = bytesFor(plan);
  if (bavail * bsize < needed)
    throw new Error(
      `This needs ${gigabytes(needed)} GB in ${directory}, which has ${gigabytes(bavail * bsize)}: make room, set TMPDIR to another disk, or ask for fewer users with --to.`,
    );
}
