import { expect, test } from 'vitest';
import type { Cell } from '../../bench/cells.ts';
import { tiny } from '../../bench/plan.ts';
import type { RunData } from '../../bench/run.ts';
import { isMet, targetLines, targetsOf } from '../../bench/targets.ts';

const cell = (contender: Cell['contender'], value: number, more: Partial<Cell> = {}): Cell => ({
  ...{ contender, operation: 'put', connections: 1, roundTripMs: 0, round: 0 },
  ...{ requests: 100, seconds: 1, perSecond: value, p50: value, p90: value, p99: value },
  ...{ workerCpuMs: value, postgresCpuMs: value, neonCpuMs: value },
  ...more,
});

/** A run in which all values of the floor are 1, of the conventional way 4, and of ours as given. */
function runWith(ours: number): RunData {
  const cells = [0, 40].flatMap((roundTripMs) =>
    [1, 16, 64].flatMap((connections) => {
      const where = { roundTripMs, connections };
      return [
        cell('floor', 1, where),
        cell('ours', ours, where),
        cell('conventional', 4, where),
        cell('ours', ours / 4, { ...where, operation: 'refusedAtEdge' }),
      ];
    }),
  );
  return {
    plan: tiny,
    bundleBytes: 78 * 1024,
    traffic: [
      {
        ...{ contender: 'ours', operation: 'refusedAtEdge', databaseRequests: 0 },
        ...{ requests: 0, sent: 0, received: 0 },
      },
    ],
    starts: { nothing: [1], empty: [10], ours: [10 * ours] },
    statements: {
      cpuMs: { floor: [1, 2], ours: [ours, 2 * ours] },
    },
    cells,
  };
}

const scaled = (buffers: number) => ({
  buffersPerPut: [
    { users: 1e3, buffers: 20 },
    { users: 1e7, buffers },
  ],
});

test('a Worker as fast as the floor meets all targets', () => {
  expect(targetsOf(runWith(1), scaled(20)).filter((target) => !isMet(target))).toEqual([]);
});

test('a Worker that costs twice the floor misses targets, which list measured value and limit', () => {
  const missed = targetsOf(runWith(2), scaled(40)).filter((target) => !isMet(target));
  expect(missed.map(({ title, measured, limit }) => [title, measured, limit])).toEqual([
    ['p50 at 40 ms / the floor', 2, 1.05],
    ['p50 at 40 ms / the conventional way', 0.5, 0.35],
    ['p50 at 0 ms and 1 connection / the floor', 2, 1.35],
    ['Worker CPU per PUT at 16 connections / the floor’s', 2, 1.45],
    ['Worker CPU per PUT at 1 connection / the floor’s', 2, 1.5],
    ['buffers per PUT with the most users / with the fewest', 2, 1.5],
    ['start-up CPU / an empty Worker with the same driver', 2, 1.3],
  ]);
});

test('half the throughput of the floor misses the target', () => {
  expect(
    targetsOf(runWith(0.5))
      .filter(({ sort }) => sort === 'at least')
      .map(isMet),
  ).toEqual([false]);
});

test('a ratio is the median of the ratios of the rounds, so a slower round does not matter', () => {
  const run = runWith(1);
  const where = { roundTripMs: 40, connections: 1 };
  const rounds = [
    { floor: 1, ours: 3 },
    { floor: 10, ours: 15 },
    { floor: 100, ours: 100 },
  ];
  const cells = rounds.flatMap(({ floor, ours }, round) => [
    cell('floor', floor, { ...where, round }),
    cell('ours', ours, { ...where, round }),
  ]);
  const [first] = targetsOf({ ...run, cells });
  expect(first?.measured).toBe(1.5);
});

test('a ratio of CPU times is that of the totals, so a round in which garbage is collected counts for what it is', () => {
  const where = { roundTripMs: 0, connections: 16 };
  const rounds = [
    { floor: 1, ours: 1, requests: 100 },
    { floor: 1, ours: 1, requests: 100 },
    { floor: 1, ours: 9, requests: 200 },
  ];
  const cells = rounds.flatMap(({ floor, ours, requests }, round) => [
    cell('floor', floor, { ...where, round }),
    cell('ours', ours, { ...where, round, requests }),
  ]);
  const target = targetsOf({ ...runWith(1), cells }).find(({ title }) =>
    title.startsWith('Worker CPU per PUT at 16'),
  );
  expect(target?.measured).toBe(5);
});

test('what was not measured is neither met nor missed', () => {
  const lines = targetLines(targetsOf(runWith(1)));
  expect(lines).toMatch(/buffers per PUT .* – .* not measured/);
});
