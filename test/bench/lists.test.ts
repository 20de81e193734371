import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runLists, tinyLists } from '../../bench/lists/run.ts';
import { writeReport } from '../../bench/report.ts';
import { writeResults } from '../../bench/results.ts';

// Checks what a run contains, never how fast it was.
test('measures lists and history at every size and erasures at the last, and reports them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const results = await runLists({
    plan: tinyLists,
    modules: { 'ours.js': 'bench/contenders/ours.js', 'index.js': 'dist/index.js' },
    say: () => {},
    signal: new AbortController().signal,
  });
  const { sizes, erasures, cpu } = results.data;
  expect(sizes.map(({ users }) => users)).toEqual(tinyLists.sizes);
  for (const { reads } of sizes) {
    expect(Object.keys(reads)).toEqual(['page', 'changed', 'found', 'history']);
    for (const { buffers } of Object.values(reads)) {
      expect(buffers).toHaveLength(tinyLists.statements);
      expect(Math.min(...buffers)).toBeGreaterThan(0);
    }
  }
  expect(erasures.map(({ records }) => records)).toEqual([0, tinyLists.records]);
  for (const { costs } of erasures) expect(Math.min(...costs.walBytes)).toBeGreaterThan(0);
  expect([cpu.page.length, cpu.gets.length]).toEqual([tinyLists.rounds, tinyLists.rounds]);
  writeResults(directory, results);
  const report = await readFile(await writeReport(directory), 'utf8');
  expect(report).toContain('## Lists, history and erasures');
  expect(report).not.toMatch(/NaN|undefined|null/);
  await rm(directory, { recursive: true, force: true });
}, 120_000);
