import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { cpuMs, familyCpuMs, residentBytes, statFields } from '../../bench/processes.ts';

/** Uses CPU time for this number of milliseconds. */
function work(ms: number): void {
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user - user < ms * 1000) Math.sqrt(ms);
}

test('CPU time grows with the work of the process, and never shrinks', () => {
  const before = cpuMs(process.pid);
  work(50);
  const after = cpuMs(process.pid);
  expect(after - before).toBeGreaterThan(40);
  expect(cpuMs(process.pid)).toBeGreaterThanOrEqual(after);
});

test('the CPU time of a family includes its children, also one that has ended', async () => {
  const before = familyCpuMs(process.pid);
  const own = cpuMs(process.pid);
  const child = spawn(process.execPath, [
    '-e',
    'const end = 2e5; while (process.cpuUsage().user < end);',
  ]);
  await once(child, 'exit');
  const ofChild = familyCpuMs(process.pid) - before - (cpuMs(process.pid) - own);
  expect(ofChild).toBeGreaterThan(150);
});

test('a process that does not exist has no CPU time and no memory', () => {
  const nobody = 2 ** 22 + 1; // Above the highest pid of Linux.
  expect([cpuMs(nobody), familyCpuMs(nobody), residentBytes(nobody)]).toEqual([0, 0, 0]);
});

test('resident memory is between half and twice what Node reports', () => {
  const ratio = residentBytes(process.pid) / process.memoryUsage.rss();
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

test('a name with spaces and brackets does not shift the fields', () => {
  expect(statFields('7 (a) b (c) S 1 2').slice(1)).toEqual([1, 2]);
});
