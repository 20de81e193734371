import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newestResults } from '../../bench/results.ts';
import { paperTables, withTables } from '../../bench/scale/paper.ts';
import { tinyScale } from '../../bench/scale/plan.ts';
import type { ScaleData } from '../../bench/scale/run.ts';
import type { StatementCosts } from '../../bench/scale/statement-cost.ts';

const document = readFileSync('docs/scale.md', 'utf8');
const kept = newestResults<ScaleData>('bench', 'scale');

const costs = (buffers: number): StatementCosts => ({
  buffers: [buffers, buffers],
  read: [1, 1],
  walBytes: [1_000, 9_000],
  walPages: [0, 1],
  planningMs: [1, 1],
  executionMs: [2, 2],
});

const load = {
  ...{ requests: 1, seconds: 1, perSecond: 100, p50: 1, p90: 1, p99: 1 },
  ...{ workerCpuMs: 1, postgresCpuMs: 2, neonCpuMs: 1 },
};

const size = (users: number, buffers: number): ScaleData['sizes'][number] => ({
  users,
  growSeconds: 1,
  relations: [
    { name: 'users', table: null, bytes: users * 300 },
    { name: 'users_pkey', table: 'users', bytes: users * 100 },
    { name: 'api_keys', table: null, bytes: users * 600 },
    { name: 'user_changes', table: null, bytes: users * 1_000 },
  ],
  puts: { loaded: costs(1), lived: costs(buffers), again: costs(1) },
  cells: [{ ...load, operation: 'put', connections: 16 }],
});

const results = {
  ...{
    kind: 'scale' as const,
    date: '2026-01-02T03:04:05Z',
    commit: 'abc',
    cpu: 'a CPU',
    cores: 2,
  },
  ...{ memoryBytes: 1, versions: { node: '', workerd: '', postgres: '' } },
  ...{ postgresSettings: {}, loadBefore: 0 },
  data: {
    plan: tinyScale,
    buffersPerPut: [],
    sizes: [size(1e3, 50), size(1e6, 75)],
    writers: [{ ...load, writers: 1, shared: 'user' as const, round: 0 }],
    longLog: { versions: { long: [1, 1], short: [1, 1] }, cells: [] },
    cleanUp: {
      ...{ expired: 20_000, recordBytes: 1_000, batch: 10_000, writers: 4 },
      ...{ alone: [500, 500], beside: [1], putsBefore: load, putsBeside: load },
    },
  } satisfies ScaleData,
};

test('the numbers are those of the largest size, and the arithmetic is done with them', () => {
  const { numbers, takes, breaks } = paperTables(results);
  for (const row of [
    '`largestUsers` | 1e6',
    '`userBytes` | 400',
    '`statementMs` | 3 ',
    '`walBytes` | 1,000',
    '`walBytesWithPages` | 5,000',
    '`buffersGrowth` | 1.50',
    '`deletesPerSecond` | 20,000',
  ])
    expect(numbers).toContain(row);
  // 1e9 users of 400 + 600 bytes; a shard has a 64th.
  expect(takes).toContain('| users and keys, indexes and all | 1 TB | 0.02 TB |');
  // 1e5 a second, 1,000 bytes each.
  expect(takes).toContain('| write-ahead log | 100 MB/s | 1.56 MB/s |');
  // One after another, 3 ms and a commit of 5.
  expect(breaks).toContain('| one user, locked till the end of the commit | 125 /s |');
});

test('what breaks first comes first', () => {
  const rates = [...(paperTables(results)['breaks'] ?? '').matchAll(/\| ([\d,.]+) \/s \|/g)];
  const values = rates.map(([, rate]) => Number(rate?.replaceAll(',', '')));
  expect(values.length).toBeGreaterThan(5);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
});

test('the document names no number that its table lacks', () => {
  const { numbers } = paperTables(results);
  const names = [...document.matchAll(/`([a-z]+[A-Z]\w*)`/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(numbers).toContain(`\`${name}\``);
});

test('its tables can be written again and again', () => {
  const written = withTables(document, results);
  expect(withTables(written, results)).toBe(written);
  expect(written).not.toMatch(/NaN|undefined/);
  expect(() => withTables('nothing', results)).toThrow('has lost the marks');
});

test.runIf(kept)('its tables are those of the newest results', () => {
  // What compiles the tests writes the formulas in its own way (1e12 as 0xe8d4a51000): not they are
  // compared, but what they come to.
  const withoutFormulas = (text: string) => text.replace(/`[^`]*`/g, '');
  expect(kept && withoutFormulas(withTables(document, kept))).toBe(withoutFormulas(document));
});
