/** The smallest value that at least a share (0 to 1) of all values do not exceed. NaN for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value, or the mean of the two middle values. NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** NaN for no values. */
export const mean = (values: readonly number[]): number => sum(values) / values.length;

/**
 * How many times as large the first values are as the second: the median of the ratios, pair by pair.
 * A pair is measured within seconds, so a machine that slows down between pairs does not matter.
 */
export const medianRatio = (first: readonly number[], second: readonly number[]): number =>
  median(first.slice(0, second.length).map((value, i) => value / (second[i] ?? Number.NaN)));
