import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs the command; returns its exit code and stderr. */
const bench = (...args: string[]) =>
  new Promise<[code: unknown, stderr: string]>((done) =>
    execFile(process.execPath, ['bench/index.ts', ...args], (error, _, stderr) =>
      done([error?.code ?? 0, stderr]),
    ),
  );

test.each([
  ['scale', '--to', 'many', 'from 1000 to 10000000'],
  ['scale', '--to', '1e8', 'from 1000 to 10000000'],
  ['memory', '--minutes', '0', 'from 0.1 to 120'],
])(
  '%s %s %s is refused with the allowed range, before anything is measured',
  async (command, option, value, range) => {
    const [code, stderr] = await bench(command, option, value);
    expect([code, stderr.split('\n').length]).toEqual([1, 2]);
    expect(stderr).toContain(`argument '${value}' is invalid. It must be a number ${range}.`);
  },
);
