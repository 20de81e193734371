import { expect, test } from 'vitest';
import { compare } from '../../bench/compare.ts';

test('compares the statement of a PUT with that of another checkout, and prints the CPU time of both', async () => {
  const lines: string[] = [];
  const plan = { rounds: 1, batches: 2, batch: 5, build: false };
  const ratio = await compare('.', plan, (line) => lines.push(line), new AbortController().signal);
  expect(ratio).toBeGreaterThan(0);
  expect(lines).toEqual([
    expect.stringMatching(/^before: \d\.\d{3} ms of CPU per PUT, now: \d\.\d{3} ms$/),
  ]);
}, 60_000);
