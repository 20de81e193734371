import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleContenders } from '../../bench/contenders.ts';
import { runMemory, tinyMemory } from '../../bench/memory/run.ts';
import { writeReport } from '../../bench/report.ts';
import { writeResults } from '../../bench/results.ts';

// Checks what a run contains, never how much memory was used.
test('measures ours, ours collected and nothing at the same time, and reports them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const results = await runMemory({
    modules: await bundleContenders(directory),
    plan: tinyMemory,
    say: () => {},
    signal: new AbortController().signal,
  });
  const { workers } = results.data;
  expect(workers.map(({ watched }) => watched)).toEqual(['ours', 'collected', 'nothing']);
  for (const { load, samples, growth } of workers) {
    expect(load.requests).toBeGreaterThanOrEqual(tinyMemory.connections);
    expect(samples.length).toBeGreaterThan(0);
    expect(growth.late).toBeGreaterThan(0);
  }
  writeResults(directory, results);
  const report = await readFile(await writeReport(directory), 'utf8');
  expect(report).toContain('## Memory under load');
  expect(report).not.toMatch(/NaN|undefined|null/);
  expect(await readFile(join(directory, 'plots/memory.svg'), 'utf8')).toMatch(/^<svg/);
  await rm(directory, { recursive: true, force: true });
}, 120_000);
