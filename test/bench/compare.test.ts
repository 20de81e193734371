import { expect, test } from 'vitest';
import { compare } from '../../bench/compare.ts';

test('the statement of a PUT is compared with that of a checkout', async () => {
  const lines: string[] = [];
  const plan = { rounds: 1, batches: 2, batch: 5, build: false };
  const ratio = await compare('.', plan, (line) => lines.push(line), new AbortController().signal);
  expect(ratio).toBeGreaterThan(0);
  expect(lines).toEqual([
    expect.stringMatching(/^before: \d\.\d{3} ms of CPU a PUT, now: \d\.\d{3} ms$/),
  ]);
}, 60_000);
