import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endMarked } from '../../tools/processes.ts';

// The processes that a killed npm start leaves, and others that look similar.

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'leftovers-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Starts a waiting process with these words on its command line. */
async function waiting(words: string[], env: Record<string, string> = {}) {
  const script = 'console.log("runs"); setTimeout(() => {}, 60_000)';
  const child = spawn(process.execPath, ['-e', script, '--', ...words], { env });
  await once(child.stdout, 'data');
  return child;
}

test('only the processes with its mark end, and Postgres with its data, whose mark root may not see', async () => {
  const data = join(directory, 'postgres');
  const ours = [
    await waiting([], { EDGE_PROFILE_LOCAL: directory }),
    await waiting(['-D', data, '-p', '1']),
  ];
  const others = [
    await waiting([], { EDGE_PROFILE_LOCAL: `${directory}-2` }),
    await waiting(['-D', `${data}-2`, '-p', '1']),
    await waiting([data]),
  ];
  try {
    expect(await endMarked(directory, data)).toBe(2);
    await expect.poll(() => ours.map(({ signalCode }) => signalCode)).toEqual(['SIGINT', 'SIGINT']);
    expect(others.map(({ signalCode }) => signalCode)).toEqual([null, null, null]);
  } finally {
    for (const child of [...ours, ...others]) child.kill('SIGKILL');
  }
});
