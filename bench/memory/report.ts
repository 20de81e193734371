import { number, picture, type Section, table } from '../markdown.ts';
import { type Plot, WIDE } from '../plots.ts';
import type { MemoryData, Watched } from './run.ts';

const titles: Record<Watched, string> = {
  ours: 'ours',
  collected: 'ours, collected every 200 requests',
  nothing: 'nothing: an empty Worker',
};

/** What the report says of the memory of workerd. */
export const memorySection = (data: MemoryData): Section => ({
  markdown: `## Memory under load

Three workerd processes at the same time for ${number(data.plan.minutes)} minutes, each with ${data.plan.perSecond} requests a second: GET, PUT, refused at the edge and refused by the database, a quarter each (the empty Worker: GET and PUT). Resident memory, sampled every ${data.plan.sampleSeconds} s; medians of tenths of the time, in MiB.

${picture('memory', 'Resident memory of workerd')}

${table(['', 'requests', 'second tenth', 'sixth', 'last', 'slope of the second half, MiB/h', 'grows'], rowsOf(data))}

What workerd keeps for a request lies mostly outside V8’s heap and is freed when V8 collects the objects that stand for it. V8 sees little of it, so the memory of any Worker climbs until V8’s own heap is full, and steps up when more requests than before fall between two collections. The empty Worker shows how much of that is workerd’s own. The collected one runs a full collection every 200 requests: what grows there is a leak.`,
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
