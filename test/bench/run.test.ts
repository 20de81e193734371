import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRival, subjects } from '../../bench/contenders.ts';
import { tiny } from '../../bench/plan.ts';
import { writeReport } from '../../bench/report.ts';
import { newestResults, type Results, writeResults } from '../../bench/results.ts';
import { type RunData, run } from '../../bench/run.ts';
import { targetsOf } from '../../bench/targets.ts';

// One run of everything, as short as possible. Checks what it contains, never how fast it was.
let results: Results<RunData>;
let directory: string;
const said: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bench-'));
  results = await run({
    plan: tiny,
    bundleBytes: gzipSync(await readFile('dist/index.js')).length,
    say: (line) => said.push(line),
    signal: new AbortController().signal,
  });
}, 180_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

test('every contender does its work, with the listed number of database requests', () => {
  const { traffic } = results.data;
  const requests = traffic.map(({ contender, operation, requests: counted }) => [
    `${contender} ${operation}`,
    counted,
  ]);
  expect(Object.fromEntries(requests)).toEqual({
    'floor put': 1,
    'ours put': 1,
    'conventional put': 4,
    'ours get': 1,
    'ours refusedAtEdge': 0,
  });
  expect(traffic.filter(({ sent, received }) => sent === 0 && received === 0)).toHaveLength(1);
});

test('every cell is measured once, with plausible numbers', () => {
  const { cells } = results.data;
  const near = subjects.length * tiny.connections.length;
  const far = subjects.filter(isRival).length;
  expect(cells).toHaveLength(near + far * tiny.connections.length * tiny.roundTripsMs.length);
  const names = cells.map((cell) =>
    [cell.contender, cell.operation, cell.connections, cell.roundTripMs].join(),
  );
  expect(new Set(names).size).toBe(cells.length);
  for (const cell of cells) {
    expect(cell.requests).toBeGreaterThanOrEqual(cell.connections);
    expect(cell.p50).toBeLessThanOrEqual(cell.p90);
    expect(cell.p90).toBeLessThanOrEqual(cell.p99);
    expect(cell.perSecond).toBeCloseTo(cell.requests / cell.seconds);
    expect(cell.workerCpuMs).toBeGreaterThanOrEqual(0);
  }
  expect(said.filter((line) => line.startsWith('round'))).toHaveLength(cells.length);
});

test('starts and statements are measured as often as planned', () => {
  const { starts, statements } = results.data;
  for (const values of Object.values(starts)) expect(values).toHaveLength(tiny.starts);
  for (const values of Object.values(statements.cpuMs)) {
    expect(values).toHaveLength(tiny.statements.rounds * tiny.statements.batches);
    for (const ms of values) expect(ms).toBeGreaterThan(0);
  }
});

test('every target is computed, except the one that needs a run over growing tables', () => {
  const unknown = targetsOf(results.data).filter(({ measured }) => Number.isNaN(measured));
  expect(unknown.map(({ title }) => title)).toEqual([
    'buffers per PUT with the most users / with the fewest',
  ]);
});

test('the report is written from the stored results alone, with its plots', async () => {
  writeResults(directory, results);
  expect(newestResults(directory, 'run')).toEqual(JSON.parse(JSON.stringify(results)));
  const report = await readFile(await writeReport(directory), 'utf8');
  for (const { title } of targetsOf(results.data)) expect(report).toContain(title);
  expect(report).not.toMatch(/NaN|undefined|null/);
  const plots = [...report.matchAll(/\]\((plots\/\w+\.svg)\)/g)].map(([, path]) => path ?? '');
  expect(plots.length).toBeGreaterThan(0);
  for (const path of plots)
    expect(await readFile(join(directory, path), 'utf8')).toMatch(/^<svg[\s\S]+<\/svg>/);
});
