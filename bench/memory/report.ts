import { number, table } from '../markdown.ts';
import type { Plot } from '../plots.ts';
import type { Section } from '../report.ts';
import type { Results } from '../results.ts';
import type { MemoryData, MemoryResult, Watched } from './run.ts';

const titles: Record<Watched, string> = {
  ours: 'ours',
  collected: 'ours, collected every 200 requests',
  nothing: 'nothing: an empty Worker',
};

/** What the report says of the memory of workerd. */
export const memorySection = (results: Results<MemoryData>): Section => ({
  markdown: [
    '## Memory under load',
    `Three workerd processes at the same time for ${number(results.data.plan.minutes)} minutes, each with ${results.data.plan.perSecond} requests a second: GET, PUT, refused at the edge and refused by the database, a quarter each (the empty Worker: GET and PUT). Resident memory, sampled every ${results.data.plan.sampleSeconds} s; medians of tenths of the time, in MiB.`,
    '![Resident memory of workerd](plots/memory.svg)',
    table(
      ['', 'requests', 'second tenth', 'sixth', 'last', 'slope of the second half, MiB/h', 'grows'],
      results.data.workers.map((worker) => row(results.data, worker)),
    ),
    'What workerd keeps for a request lies mostly outside of V8’s heap and is given back when V8 collects the objects that stand for it. V8 sees little of it and takes its time; so the memory of any Worker climbs until its heap is full, stays about there, and steps up again when more requests than before fall between two collections. The empty Worker shows how much of that is workerd’s own habit; the collected one, which asks V8 for a full collection now and then, shows what would stay if V8 did not wait. What grows there is a leak.',
  ].join('\n\n'),
  plots: { memory: plot(results.data) },
});

const mebibytes = (bytes: number): string => number(bytes / 2 ** 20);

function row({ plan }: MemoryData, { watched, load, growth }: MemoryResult): string[] {
  const { early, middle, late, slope, grows } = growth;
  return [
    titles[watched],
    `${load.requests}`,
    ...[early, middle, late].map(mebibytes),
    mebibytes((slope * 3600) / plan.sampleSeconds),
    grows ? 'yes' : 'no',
  ];
}

const plot = ({ plan, workers }: MemoryData): Plot => ({
  title: 'Resident memory of workerd under load',
  width: 560,
  height: 300,
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
