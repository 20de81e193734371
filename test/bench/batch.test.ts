import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBatch, tinyBatch } from '../../bench/batch/run.ts';
import { writeReport } from '../../bench/report.ts';
import { writeResults } from '../../bench/results.ts';

// What it contains, never how fast it was.
test('a batch and PUTs are measured turn by turn, and reported', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const results = await runBatch({
    plan: tinyBatch,
    modules: { 'ours.js': 'bench/contenders/ours.js', 'index.js': 'dist/index.js' },
    say: () => {},
    signal: new AbortController().signal,
  });
  for (const costs of [results.data.puts, results.data.batch])
    for (const values of Object.values(costs)) {
      expect(values).toHaveLength(tinyBatch.rounds);
      expect(Math.min(...values)).toBeGreaterThan(0);
    }
  writeResults(directory, results);
  const report = await readFile(await writeReport(directory), 'utf8');
  expect(report).toContain('## Many users in one request');
  expect(report).not.toMatch(/NaN|undefined|null/);
  await rm(directory, { recursive: true, force: true });
}, 120_000);
