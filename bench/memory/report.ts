import { number, picture, type Section, table } from '../markdown.ts';
import { type Plot, WIDE } from '../plots.ts';
import type { MemoryData, Watched } from './run.ts';

const titles: Record<Watched, string> = {
  ours: 'ours',
  collected: 'ours, collected every 200 requests',
  nothing: 'nothing: an empty Worker',
};

/** What the report says about the memory of workerd. */
export const memorySection = (data: MemoryData): Section => ({
  markdown: `## Memory under load

Three workerd processes ran at the same time for ${number(data.plan.minutes)} minutes, each with ${data.plan.perSecond} requests per second: a quarter each of GETs, PUTs, PUTs refused at the edge and PUTs refused by the database. The empty Worker received GETs and PUTs only. Resident memory was sampled every ${data.plan.sampleSeconds} s; the table has medians over tenths of the time, in MiB.

${picture('memory', 'Resident memory of workerd')}

${table(['', 'requests', 'second tenth', 'sixth', 'last', 'slope of the second half, MiB/h', 'grows'], rowsOf(data))}

Most of what workerd keeps for a request is outside V8’s heap, and is freed when V8 collects the objects that refer to it. V8 does not count that memory, so the memory of any Worker grows until V8’s heap is full, and grows in steps when more requests than before come between two collections. The empty Worker shows how much of that is workerd’s own. The second Worker runs a full collection every 200 requests: if its memory grows, it is a leak.`,
  plots: { memory: plot(data) },
});

const mebibytes = (bytes: number): string => number(bytes / 2 ** 20);

const rowsOf = ({ plan, workers }: MemoryData): string[][] =>
  workers.map(({ watched, load, growth: { early, middle, late, slope, grows } }) => [
    titles[watched],
    `${load.requests}`,
    ...[early, middle, late, (slope * 3600) / plan.sampleSeconds].map(mebibytes),
    grows ? 'yes' : 'no',
  ]);

const plot = ({ plan, workers }: MemoryData): Plot => ({
  ...WIDE,
  title: 'Resident memory of workerd under load',
  data: {
    values: workers.flatMap(({ watched, samples }) =>
      samples.map((bytes, i) => ({
        worker: titles[watched],
        minutes: ((i + 1) * plan.sampleSeconds) / 60,
        mebibytes: bytes / 2 ** 20,
      })),
    ),
  },
  mark: { type: 'line', strokeWidth: 1.5 },
  encoding: {
    x: { field: 'minutes', type: 'quantitative', title: 'minutes' },
    y: { field: 'mebibytes', type: 'quantitative', title: 'resident, MiB' },
    color: { field: 'worker', type: 'nominal', sort: Object.values(titles), title: null },
  },
});
