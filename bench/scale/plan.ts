/** How much is measured. All times in seconds. */
export interface ScalePlan {
  /** Numbers of users, ascending; the database grows from one to the next. */
  sizes: readonly number[];
  /** At each size: users drawn for the load, and statements looked at, all of different users. */
  people: number;
  statements: number;
  connections: readonly number[];
  /** Writers at once on one user, on one key, and on none in common. */
  writers: readonly number[];
  /** How often each number of writers is tried. */
  rounds: number;
  /** Versions of the user with the long change log, and of the one with the short one. */
  logs: { long: number; short: number };
  /** How many versions back updates reach; undefined: they do not look. And how often each is tried. */
  bases: readonly (number | undefined)[];
  attempts: number;
  /** Rows of each sort that have expired; half are deleted with nobody there, half beside writers. */
  expired: number;
  /** Of one load by size, of one with writers, and before each. */
  seconds: number;
  writerSeconds: number;
  warmup: number;
}

const shape = {
  connections: [1, 16],
  writers: [1, 2, 4, 8, 16, 32, 64],
  bases: [undefined, 1, 50, 100],
} as const;

/** The powers of ten from a thousand to `to`, and `to` itself. */
export function sizesTo(to: number): number[] {
  if (!(to >= 1_000)) throw new Error('--to must be a number of users, 1e3 or more.');
  const powers = [1e3, 1e4, 1e5, 1e6, 1e7].filter((size) => size < to);
  return [...powers, Math.round(to)];
}

export const fullScale = (to: number): ScalePlan => ({
  ...shape,
  sizes: sizesTo(to),
  people: 2_000,
  statements: 200,
  logs: { long: 1_000_000, short: 200 },
  attempts: 100,
  expired: 1_000_000,
  rounds: 3,
  seconds: 4,
  writerSeconds: 1.5,
  warmup: 0.5,
});

/** Seconds: whether it works at all. */
export const tinyScale: ScalePlan = {
  sizes: [1_000, 2_000],
  people: 40,
  statements: 5,
  connections: [1, 2],
  writers: [1, 2],
  logs: { long: 300, short: 120 },
  bases: [undefined, 100],
  attempts: 2,
  expired: 12_000,
  rounds: 1,
  seconds: 0.1,
  writerSeconds: 0.1,
  warmup: 0,
};
