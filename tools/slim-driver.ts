import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { rolldown } from 'rolldown';

// The driver comes as one minified file with a whole Postgres client in it, of which the Worker
// uses the part that speaks HTTP. This takes most of the rest away: 12 KiB of gzipped bundle.

/** Where wrangler.toml's alias looks for the driver. */
const OUTPUT = 'dist/driver/neon.js';

/** What this project and drizzle use of it. */
const ENTRY = `export { neon, neonConfig, NeonDbError, types } from '@neondatabase/serverless';`;

/** The release in which the names below were looked up. */
const VERSION = '1.2.0';

/**
 * Helpers that its bundler left in it: function names, interop, lazy modules (two kinds). A call has
 * no effect unless its result is used, which a bundler cannot know by itself.
 */
const PURE = ['a', 'we', 'T', 'V'];

/** Its Buffer for places that have none; the Worker has Node's own (nodejs_compat). */
const POLYFILL = /:\s*oi\(\)\.Buffer/;

const installed = JSON.parse(
  readFileSync('node_modules/@neondatabase/serverless/package.json', 'utf8'),
).version;
if (installed !== VERSION)
  throw new Error(`The driver is ${installed}; look up the names in tools/slim-driver.ts again.`);

const entry = resolve('driver-entry.js');
const build = await rolldown({
  input: entry,
  plugins: [
    {
      name: 'slim-driver',
      resolveId: (id) => (id === entry ? entry : null),
      load: (id) => (id === entry ? ENTRY : null),
      transform: (code) => code.replace(POLYFILL, ':undefined'),
    },
  ],
  treeshake: {
    moduleSideEffects: false,
    propertyReadSideEffects: false,
    unknownGlobalSideEffects: false,
    manualPureFunctions: PURE,
  },
});
const { output } = await build.generate({ format: 'esm' });
await mkdir(dirname(OUTPUT), { recursive: true });
await writeFile(OUTPUT, output[0].code);
