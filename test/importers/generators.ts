import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The generators of TypeScript clients on npm, with their default settings.

const require = createRequire(import.meta.url);
export const HERE = dirname(fileURLToPath(import.meta.url));

/** Returns the arguments with which a program generates code from `document` in `folder`. */
type Arguments = (document: string, folder: string) => readonly string[];

/** By package. The program has the same name, unless stated. */
export const generators: Readonly<Record<string, { program?: string; arguments: Arguments }>> = {
  'openapi-typescript': { arguments: (document, folder) => [document, '-o', `${folder}/api.ts`] },
  '@hey-api/openapi-ts': {
    program: 'openapi-ts',
    arguments: (document, folder) => ['-i', document, '-o', folder],
  },
  orval: { arguments: (document, folder) => ['--input', document, '--output', `${folder}/api.ts`] },
  'openapi-zod-client': { arguments: (document, folder) => [document, '-o', `${folder}/api.ts`] },
  'swagger-typescript-api': {
    arguments: (document, folder) => ['generate', '-p', document, '-o', folder, '-n', 'api.ts'],
  },
  oazapfts: { arguments: (document, folder) => [document, `${folder}/api.ts`] },
};

/** Returns the complaints of the generator, or an empty string. */
export function generate(name: string, document: string, folder: string): string {
  const { program = name, arguments: make } = generators[name] ?? { arguments: () => [] };
  return run(programOf(name, program), make(document, folder), WITH_TYPESCRIPT_5);
}

/** Returns the complaints of TypeScript 5 about these files, or an empty string. */
export const compile = (files: readonly string[]): string =>
  run(programOf('typescript', 'tsc'), [
    ...['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--types', 'node'],
    ...['--module', 'nodenext', ...files],
  ]);

/** With a variable, because some of the programs start others. */
const WITH_TYPESCRIPT_5 = { NODE_OPTIONS: `--import ${new URL('typescript.ts', import.meta.url)}` };

function run(program: string, parameters: readonly string[], variables: object = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...parameters], {
    cwd: HERE,
    env: { ...process.env, ...variables },
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${stdout}${stderr}` || `It ended with ${status}.`;
}

/** The file of a program that a package of this folder brings. */
function programOf(name: string, program: string): string {
  const folder = (require.resolve.paths(name) ?? [])
    .map((path) => join(path, name))
    .find((path) => readPackage(path));
  if (!folder) throw new Error(`${name} is not installed: run npm ci.`);
  const { bin } = readPackage(folder) ?? {};
  return join(folder, typeof bin === 'string' ? bin : (bin?.[program] ?? ''));
}

function readPackage(folder: string): { bin?: string | Record<string, string> } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}
