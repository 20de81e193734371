import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'rolldown';
import { command, runCommand } from '../../tools/command.ts';

/** What the whole client may weigh, in bytes, gzipped. */
const LIMIT = 8 * 1024;
const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

async function buildClient(): Promise<void> {
  await rm(path('dist'), { recursive: true, force: true });
  await build({
    input: path('src/index.ts'),
    // openapi-fetch asks for Node's version to pass undici an option that we do not use.
    transform: { target: 'es2022', define: { process: 'undefined' } },
    output: { file: path('dist/index.js'), format: 'esm', minify: true },
  });
  execFileSync(process.execPath, [path('node_modules/typescript/bin/tsc'), '-p', path('.')], {
    stdio: 'inherit',
  });
  await keepPublished('index.d.ts');

  const size = gzipSync(await readFile(path('dist/index.js'))).length;
  console.log(`client/dist/index.js: ${kib(size)} gzipped, of at most ${kib(LIMIT)}`);
  if (size > LIMIT) process.exitCode = 1;
}

/** Leaves of the types what can be reached from the entry; the rest names openapi-fetch, which nobody has. */
async function keepPublished(entry: string): Promise<void> {
  const types = new Map<string, string>();
  const visit = async (name: string): Promise<void> => {
    // tsc leaves the names of the sources in the types, and there are no sources in the package.
    const text = (await readFile(path(`dist/${name}`), 'utf8')).replace(
      /(from '\.\/[\w-]+)\.ts'/g,
      "$1.js'",
    );
    types.set(name, text);
    for (const [, imported, bare] of text.matchAll(/from '(?:\.\/([\w-]+)\.js|([^.].*))'/g)) {
      if (bare)
        throw new Error(`The types in ${name} need ${bare}, which the package does not have.`);
      if (!types.has(`${imported}.d.ts`)) await visit(`${imported}.d.ts`);
    }
  };
  await visit(entry);
  for (const name of (await readdir(path('dist'))).filter((file) => file.endsWith('.d.ts'))) {
    const text = types.get(name);
    await (text === undefined ? rm(path(`dist/${name}`)) : writeFile(path(`dist/${name}`), text));
  }
}

await runCommand(
  command(
    'npm run build -w client --',
    `Writes dist: one module with openapi-fetch in it, of at most ${kib(LIMIT)} gzipped, and the types of src.`,
  ).action(buildClient),
);
