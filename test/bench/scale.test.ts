import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeReport } from '../../bench/report.ts';
import { type Results, writeResults } from '../../bench/results.ts';
import type { StatementCosts } from '../../bench/scale/costs.ts';
import { bytesFor, fullScale, requireRoom, sizesTo, tinyScale } from '../../bench/scale/plan.ts';
import { runScale, type ScaleData } from '../../bench/scale/run.ts';

// One run of everything, as short as possible. Checks what it contains, never how fast it was.
let results: Results<ScaleData>;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bench-'));
  results = await runScale({
    plan: tinyScale,
    modules: { 'ours.js': 'bench/contenders/ours.js', 'index.js': 'dist/index.js' },
    say: () => {},
    signal: new AbortController().signal,
  });
}, 180_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

function expectCosts(costs: StatementCosts, count: number): void {
  for (const values of Object.values(costs)) expect(values).toHaveLength(count);
  for (const [i, buffers] of costs.buffers.entries()) {
    expect(buffers).toBeGreaterThan(0);
    expect(costs.read[i]).toBeLessThanOrEqual(buffers);
  }
}

test('every size has its tables, statements and loads', () => {
  const { sizes } = results.data;
  expect(sizes.map(({ users }) => users)).toEqual(tinyScale.sizes);
  for (const { relations, puts, cells } of sizes) {
    expect(relations.length).toBeGreaterThan(3);
    expect(Object.keys(puts)).toEqual(['lived', 'again']);
    for (const costs of Object.values(puts)) {
      expectCosts(costs, tinyScale.statements);
      for (const bytes of costs.walBytes) expect(bytes).toBeGreaterThan(0);
    }
    expect(cells).toHaveLength(2 * tinyScale.connections.length);
    for (const cell of cells) expect(cell.requests).toBeGreaterThanOrEqual(cell.connections);
  }
});

test('every number of writers is measured sharing nothing, a user, and a key', () => {
  const { writers } = results.data;
  expect(writers).toHaveLength(3 * tinyScale.writers.length * tinyScale.rounds);
  expect(new Set(writers.map(({ shared }) => shared))).toEqual(new Set(['nothing', 'user', 'key']));
  for (const cell of writers) expect(cell.requests).toBeGreaterThanOrEqual(cell.writers);
});

test('expired rows are deleted in batches', async () => {
  const { alone, batch, recordBytes } = results.data.cleanUp;
  expect(alone).toHaveLength(Math.ceil(tinyScale.expired / batch));
  expect(recordBytes).toBeGreaterThan(100);
});

test('the report is written from the stored results alone, with its plot', async () => {
  writeResults(directory, results);
  const report = await readFile(await writeReport(directory), 'utf8');
  expect(report).toContain('## How cost grows');
  expect(report).not.toMatch(/NaN|undefined|null/);
  const plots = [...report.matchAll(/\]\((plots\/[\w-]+\.svg)\)/g)].map(([, path]) => path ?? '');
  expect(plots).toHaveLength(1);
  for (const path of plots)
    expect(await readFile(join(directory, path), 'utf8')).toMatch(/^<svg[\s\S]+<\/svg>/);
});

test('the sizes are the powers of ten up to the last', () => {
  expect(sizesTo(1e3)).toEqual([1e3]);
  expect(sizesTo(1e6)).toEqual([1e3, 1e4, 1e5, 1e6]);
  expect(sizesTo(25_000)).toEqual([1e3, 1e4, 25_000]);
});

test('a run is refused before anything is started if the disk has too little space', async () => {
  expect(bytesFor(fullScale(1e7))).toBeGreaterThan(2e10);
  await expect(requireRoom(fullScale(1e12))).rejects.toThrow('set TMPDIR to another disk');
  await requireRoom(tinyScale);
});
