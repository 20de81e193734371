import { measureCells, ratioOf } from './cells.ts';
import { bundleContenders, subjects } from './contenders.ts';
import { populate } from './population.ts';
import { startStack } from './stack.ts';
import { measureStatements } from './statements.ts';
import { median, medianRatio } from './statistics.ts';
import { build } from '../tools/build.ts';
await build('dist');
const plan: any = { people: 1000, connections: [16, 64], roundTripsMs: [], near: { rounds: Number(process.argv[2] ?? 4), seconds: 1.5 }, far: { rounds: 0, seconds: 0 }, warmup: { process: 0.8, cell: 0.1 }, statements: { rounds: 12, batches: 10, batch: 10 }, starts: 0 };
const keep = (subjects as any[]).filter((s) => s.operation === 'put' && s.contender !== 'conventional');
(subjects as any[]).splice(0, 99, ...keep);
const modules = await bundleContenders();
const stack = await startStack();
try {
  const people = await populate(stack.pool, plan.people);
  const bench: any = { plan, say: () => {}, signal: new AbortController().signal, stack, people, modules };
  const { cpuMs } = await measureStatements(bench);
  console.log('statement', median(cpuMs.floor).toFixed(3), median(cpuMs.ours).toFixed(3), medianRatio(cpuMs.ours, cpuMs.floor).toFixed(3));
  if (plan.near.rounds > 0) {
    const cells = await measureCells(bench);
    for (const c of [16, 64]) {
      const key = (contender: any) => ({ contender, operation: 'put', connections: c, roundTripMs: 0 }) as any;
      console.log(c, 'worker', ratioOf(cells, 'workerCpuMs', key('ours'), key('floor')).toFixed(3), 'pg', ratioOf(cells, 'postgresCpuMs', key('ours'), key('floor')).toFixed(3), 'rps', ratioOf(cells, 'perSecond', key('ours'), key('floor')).toFixed(3));
    }
  }
} finally { await stack.stop(); }
process.exit(0);
