import { mean, median, sum } from '../statistics.ts';

/** How the memory of a process changed over time, in bytes. */
export interface Growth {
  /** Medians of the second tenth of the samples, of the tenth after the middle, and of the last. */
  early: number;
  middle: number;
  late: number;
  /** Slope of the least-squares line through the second half, in bytes per sample. */
  slope: number;
  /** Whether memory still grew in the second half, when the warm-up was over. */
  grows: boolean;
}

/** What counts as growth over half the time: this share of the level, and at least this many bytes. */
const SHARE = 0.05;
const LEAST_BYTES = 2 ** 20;

/**
 * Judges samples taken at equal intervals. Memory grows if the last tenth is above the tenth after the
 * middle and the slope of the second half is upward. A leak shows both; a single step of an allocator
 * shows only one.
 */
export function growthOf(samples: readonly number[]): Growth {
  const tenth = (i: number) => median(samples.slice(...bounds(samples.length, i)));
  const half = samples.slice(Math.floor(samples.length / 2));
  const [early, middle, late] = [tenth(1), tenth(5), tenth(9)];
  const slope = slopeOf(half);
  const limit = Math.max(LEAST_BYTES, SHARE * middle);
  const grows = late - middle > limit && slope * half.length > limit;
  return { early, middle, late, slope, grows };
}

/** Returns the first and last index (exclusive) of a tenth; it has at least one sample. */
function bounds(length: number, i: number): [number, number] {
  const from = Math.floor((i * length) / 10);
  return [from, Math.max(from + 1, Math.floor(((i + 1) * length) / 10))];
}

/** Returns the slope of the least-squares line through values at 0, 1, 2…; 0 for a single value. */
function slopeOf(values: readonly number[]): number {
  const [x, y] = [(values.length - 1) / 2, mean(values)];
  const covariance = sum(values.map((value, i) => (i - x) * (value - y)));
  const variance = sum(values.map((_, i) => (i - x) ** 2));
  return variance === 0 ? 0 : covariance / variance;
}
