import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import type { Result } from './project-copy.ts';
import type { Stack } from './stack.ts';

interface Options {
  args?: readonly string[];
  cwd?: string;
  /** Additional variables. The database of the test environment is never passed on. */
  env?: Record<string, string>;
  /** Standard input. */
  input?: string;
}

const NO_DATABASE = { DATABASE_URL: '', DATABASE_ENDPOINT: '', LOCAL_POSTGRES_URL: '' };

/** Runs a script of this project with Node, as npm would, to its end. */
export const runScript = (file: string, { args = [], cwd, env, input = '' }: Options = {}) =>
  new Promise<Result>((done) => {
    const options = {
      cwd,
      maxBuffer: 16 * 2 ** 20,
      env: { ...process.env, ...NO_DATABASE, ...env },
    };
    const child = execFile(
      process.execPath,
      [resolve(file), ...args],
      options,
      (error, stdout, stderr) =>
        done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });

/** Returns the variables with which an operator names the database of a stack. */
export const databaseOf = (stack: Stack) => ({
  DATABASE_URL: stack.databaseUrl,
  DATABASE_ENDPOINT: `http://127.0.0.1:${stack.database.port}/sql`,
});
