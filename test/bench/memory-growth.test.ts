import fc from 'fast-check';
import { expect, test } from 'vitest';
import { growthOf } from '../../bench/memory/growth.ts';

const MIB = 2 ** 20;
const SAMPLES = 600;
/** The same noise every time, at most one MiB up or down. */
const noise = (i: number): number => Math.sin(i * 12.9898) * MIB;
const samples = (bytes: (i: number) => number): number[] =>
  Array.from({ length: SAMPLES }, (_, i) => bytes(i));

test.each([
  ['steadily', (i: number) => 100 * MIB + i * 0.1 * MIB],
  ['steadily, with noise', (i: number) => 100 * MIB + i * 0.1 * MIB + noise(i)],
  [
    'between the collections of a garbage collector',
    (i: number) => 100 * MIB + i * 0.1 * MIB + (i % 30) * MIB,
  ],
  ['after a quiet beginning', (i: number) => 100 * MIB + Math.max(0, i - 300) * 0.2 * MIB],
])('grows %s', (_, bytes) => {
  expect(growthOf(samples(bytes)).grows).toBe(true);
});

test.each([
  ['flat', () => 100 * MIB],
  ['flat except for noise', (i: number) => 100 * MIB + noise(i)],
  ['a sawtooth that returns to its start', (i: number) => 100 * MIB + (i % 30) * MIB],
  ['a warm-up, then flat', (i: number) => Math.min(300, 50 + i * 2) * MIB + noise(i)],
  ['a warm-up that levels out', (i: number) => (300 - 250 * Math.exp(-i / 60)) * MIB],
  ['memory is freed', (i: number) => 300 * MIB - i * 0.1 * MIB],
  ['growth too small to judge', (i: number) => 4 * MIB + i * 1024],
])('does not grow: %s', (_, bytes) => {
  expect(growthOf(samples(bytes)).grows).toBe(false);
});

test('returns the level after the warm-up, after the middle and at the end, and the slope of the second half', () => {
  const growth = growthOf(samples((i) => i * MIB));
  expect(growth).toEqual({
    early: 89.5 * MIB,
    middle: 329.5 * MIB,
    late: 569.5 * MIB,
    slope: expect.closeTo(MIB),
    grows: true,
  });
});

test('judges even a few samples', () => {
  const few = fc.array(fc.integer({ min: 0, max: 2 ** 33 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(few, (bytes) => {
      const { early, middle, late, slope } = growthOf(bytes);
      for (const value of [early, middle, late, slope]) expect(value).not.toBeNaN();
    }),
  );
});
