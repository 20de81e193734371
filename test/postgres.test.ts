import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs a module in a Node of its own, as vitest's main process and the tools are; answers its exit code. */
const exitCodeOf = (module: string): Promise<number> =>
  new Promise((done) =>
    execFile('node', ['--input-type=module', '-e', module], (error) =>
      done(Number(error?.code ?? 0)),
    ),
  );

test('a process that uses the embedded Postgres keeps its exit code, so that failed tests fail CI', async () => {
  expect(await exitCodeOf(`await import('./tools/postgres.ts'); process.exitCode = 3`)).toBe(3);
});

test('and its signals are its own', async () => {
  const module = `await import('./tools/postgres.ts');
    process.exit(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM'))`;
  expect(await exitCodeOf(module)).toBe(0);
});
