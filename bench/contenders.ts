import { resolve } from 'node:path';
import { rolldown } from 'rolldown';
import type { Bundle } from './workerd.ts';

/** Who takes part; each has a file in contenders/, which says what it is. */
export type Contender = 'ours' | 'floor' | 'conventional' | 'empty' | 'slimmed' | 'nothing';

export type Modules = Bundle['modules'];

/** The bundle that would be deployed, and the driver in it; `npm run build` makes both. */
const SHIPPED = 'dist/index.js';
const SLIM_DRIVER = 'dist/driver/neon.js';

/** Bundles the contenders as wrangler would, into a directory. Ours is the shipped bundle, untouched. */
export async function bundleContenders(directory: string): Promise<Record<Contender, Modules>> {
  const one = async (
    name: Contender,
    source: Contender = name,
    alias: Record<string, string> = {},
  ): Promise<Modules> => {
    const file = `${directory}/${name}.js`;
    const bundle = await rolldown({
      input: `bench/contenders/${source}.ts`,
      platform: 'neutral',
      external: /^(node|cloudflare):/,
      resolve: { conditionNames: ['workerd', 'worker', 'browser', 'import'], alias },
      // The driver requires modules of Node's in functions that only its Postgres client calls.
      logLevel: 'silent',
    });
    await bundle.write({ file, format: 'esm', minify: true });
    await bundle.close();
    return { 'index.js': file };
  };
  return {
    ours: { 'ours.js': 'bench/contenders/ours.js', 'index.js': SHIPPED },
    floor: await one('floor'),
    conventional: await one('conventional'),
    empty: await one('empty'),
    slimmed: await one('slimmed', 'empty', { '@neondatabase/serverless': resolve(SLIM_DRIVER) }),
    nothing: await one('nothing'),
  };
}
