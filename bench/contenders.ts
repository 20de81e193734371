import { rolldown } from 'rolldown';
import type { OperationName } from './operations.ts';
import type { Bundle } from './workerd.ts';

/** The Workers that are compared; the file of each in contenders/ says what it is. */
export type Contender = 'ours' | 'floor' | 'conventional' | 'empty' | 'nothing';

/** A contender, one of its operations, and how many database requests that operation makes. */
export interface Subject {
  contender: Contender;
  operation: OperationName;
  databaseRequests: number;
}

/** Everything that is measured under load. The first three do the same work; targets compare them. */
export const subjects: readonly Subject[] = [
  { contender: 'floor', operation: 'put', databaseRequests: 1 },
  { contender: 'ours', operation: 'put', databaseRequests: 1 },
  { contender: 'conventional', operation: 'put', databaseRequests: 4 },
  { contender: 'ours', operation: 'get', databaseRequests: 1 },
  { contender: 'ours', operation: 'refusedAtEdge', databaseRequests: 0 },
];

/** Whether a subject is one of those that do the same work. */
export const isRival = ({ operation }: Pick<Subject, 'operation'>): boolean => operation === 'put';

export type Modules = Bundle['modules'];

/** The directory that the contenders' bundles are written to. */
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
      // The driver requires Node's modules, but only in functions that its Postgres client calls.
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
