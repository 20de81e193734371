import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { command, runCommand } from './command.ts';

// The driver is one minified file with a whole Postgres client, of which the Worker uses the part
// that speaks HTTP. This removes most of the rest: 28 KiB of the gzipped bundle.

/** The file to which the alias in wrangler.toml points. */
const OUTPUT = 'dist/driver/neon.js';

const DRIVER = 'node_modules/@neondatabase/serverless';

/** The exports that this project and drizzle use. */
const ENTRY = `export { neon, neonConfig, NeonDbError, types } from '@neondatabase/serverless';`;

/** The release with the names below. */
const VERSION = '1.2.0';

/**
 * Helpers of its bundler (function names, interop, two kinds of lazy modules), and the
 * modules that nothing needs without Client and Pool. A call has no effect unless its result
 * is used, which a bundler cannot know by itself.
 */
const PURE = ['a', 'we', 'T', 'V', 'ot', 'Lt', 'Ir'];

/** Patterns and their replacements. */
const REPLACEMENTS = [
  // Its own Buffer, and Node's, and Node's process: workerd loads those when they are first looked at,
  // which was a third of what starting the Worker cost. Bytes are given to the driver as text.
  {
    pattern:
      /p\s*=\s*typeof globalThis\.Buffer\s*==[^?]+\?\s*globalThis\.Buffer\s*:\s*oi\(\)\.Buffer/,
    by: 'p=class{}',
  },
  { pattern: /y\s*=\s*globalThis\.process\s*\?\?\s*\{\}/, by: 'y={nextTick(){}}' },
  // Client and Pool, which speak Postgres's protocol over WebSockets, are not used.
  { pattern: /extends\s+Ao\.Client/, by: 'extends Object' },
  { pattern: /extends\s+Co\.Pool/, by: 'extends Object' },
  // Their socket, of which only the settings are read, and the hashes of its login.
  { pattern: /extends\s+Ti\.EventEmitter/, by: 'extends Object' },
  { pattern: /Ti\s*=\s*we\(ve\(\),\s*1\)/, by: 'Ti={}' },
  { pattern: /\(fr\(\),\s*O\(lr\)\)/, by: '({})' },
  // Parses the connection string once instead of for each statement.
  {
    pattern: /await\s+yi\(\s*r,\s*me,\s*\{\s*application_name:\s*vt\s*\}\)/,
    by: '(yi[r]??=await yi(r,me,{application_name:vt}))',
  },
  // The same table of types, without the whole Postgres client.
  { pattern: /export_types\s*=\s*ct\.types/, by: 'export_types=Je()' },
];

/** Returns why the names above do not fit this driver; undefined if they do. */
function mismatch(version: string, code: string): string | undefined {
  if (version !== VERSION) return `it is ${version}, not ${VERSION}`;
  const missing = REPLACEMENTS.find(({ pattern }) => !pattern.test(code));
  return missing && `it has no ${missing.pattern}`;
}

const slim = (code: string): string =>
  REPLACEMENTS.reduce((rest, { pattern, by }) => rest.replace(pattern, by), code);

/**
 * Writes the part of the driver that the Worker uses. Another release of the driver is written whole,
 * with a warning, because a security release must be deployable at once.
 */
async function slimDriver(): Promise<void> {
  const { version } = JSON.parse(readFileSync(`${DRIVER}/package.json`, 'utf8'));
  const reason = mismatch(version, readFileSync(`${DRIVER}/index.mjs`, 'utf8'));
  if (reason)
    console.warn(
      `The driver is bundled whole, as ${reason}. Look up the names in tools/slim-driver.ts again.`,
    );
  const entry = resolve('driver-entry.js');
  const build = await rolldown({
    input: entry,
    plugins: [
      {
        name: 'slim-driver',
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? ENTRY : null),
        transform: (code, id) => (id.includes('@neondatabase') && !reason ? slim(code) : null),
      },
    ],
    treeshake: !reason && {
      moduleSideEffects: false,
      propertyReadSideEffects: false,
      unknownGlobalSideEffects: false,
      manualPureFunctions: PURE,
    },
  });
  const { output } = await build.generate({ format: 'esm' });
  await mkdir(dirname(OUTPUT), { recursive: true });
  await writeFile(OUTPUT, output[0].code);
}

await runCommand(
  command(
    'node tools/slim-driver.ts',
    `Writes the part of Neon's driver that the Worker uses to ${OUTPUT}.`,
  ).action(slimDriver),
);
