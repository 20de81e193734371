import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median, percentile } from '../../bench/statistics.ts';

test.each([
  [[], Number.NaN],
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %j', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test.each([
  [0.5, 5],
  [0.9, 9],
  [0.99, 10],
  [1, 10],
])('a share of %d of the numbers from 1 to 10 is at most %d', (share, expected) => {
  expect(percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share)).toBe(expected);
});

test('a percentile is one of the values, with at least its share at or below it', () => {
  const share = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), share, (values, wanted) => {
      const found = percentile(values, wanted);
      expect(values).toContain(found);
      const below = values.filter((value) => value <= found).length;
      expect(below / values.length).toBeGreaterThanOrEqual(wanted - 1e-9);
    }),
  );
});
