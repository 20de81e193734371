/** Returns the smallest value such that a share (0 to 1) of all values are not larger; NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Returns the middle value, or the mean of the two middle values; NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Returns NaN for no values. */
export const mean = (values: readonly number[]): number => sum(values) / values.length;

/**
 * Returns the first values divided by the second: the median of the ratios, pair by pair. A pair is
 * measured within seconds, so it does not matter whether the machine becomes slower between pairs.
 */
export const medianRatio = (first: readonly number[], second: readonly number[]): number =>
  median(first.slice(0, second.length).map((value, i) => value / (second[i] ?? Number.NaN)));
