import { rolldown } from 'rolldown';
import type { OperationName } from './operations.ts';
import type { Bundle } from './workerd.ts';

/** Who takes part; each has a file in contenders/, which says what it is. */
export type Contender = 'ours' | 'floor' | 'conventional' | 'empty' | 'nothing';

/** A contender and an operation, and how many requests to the database it makes. */
export interface Subject {
  contender: Contender;
  operation: OperationName;
  databaseRequests: number;
}

/** Everything that is measured under load. The first three do the same, and the targets compare them. */
export const subjects: readonly Subject[] = [
  { contender: 'floor', operation: 'put', databaseRequests: 1 },
  { contender: 'ours', operation: 'put', databaseRequests: 1 },
  { contender: 'conventional', operation: 'put', databaseRequests: 4 },
  { contender: 'ours', operation: 'get', databaseRequests: 1 },
  { contender: 'ours', operation: 'refusedAtEdge', databaseRequests: 0 },
];

/** Whether it is one of those who do the same. */
export const isRival = ({ operation }: Pick<Subject, 'operation'>): boolean => operation === 'put';

export type Modules = Bundle['modules'];

/** Where the contenders' bundles go. */
const BUNDLES = 'dist/bench';

/** Bundles the contenders as wrangler would. Ours is the bundle of `npm run build`, untouched. */
export async function bundleContenders(directory = BUNDLES): Promise<Record<Contender, Modules>> {
  const one = async (name: Contender): Promise<Modules> => {
    const file = `${directory}/${name}.js`;
    const bundle = await rolldown({
      input: `bench/contenders/${name}.ts`,
      platform: 'neutral',
      external: /^(node|cloudflare):/,
      resolve: { conditionNames: ['workerd', 'worker', 'browser', 'import'] },
      // The driver requires modules of Node's in functions that only its Postgres client calls.
      logLevel: 'silent',
    });
    await bundle.write({ file, format: 'esm', minify: true });
    await bundle.close();
    return { 'index.js': file };
  };
  return {
    ours: { 'ours.js': 'bench/contenders/ours.js', 'index.js': 'dist/index.js' },
    floor: await one('floor'),
    conventional: await one('conventional'),
    empty: await one('empty'),
    nothing: await one('nothing'),
  };
}
