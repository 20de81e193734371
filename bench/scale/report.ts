import { number, picture, type Section, table } from '../markdown.ts';
import { type Plot, WIDE } from '../plots.ts';
import { mean, median, medianRatio, sum } from '../statistics.ts';
import type { CleanUpResult } from './clean-up.ts';
import type { ScaleData } from './run.ts';
import type { SizeResult } from './size.ts';
import type { WritersCell } from './writers.ts';

const STATES = ['lived', 'again'] as const;

/** What the report says about growing tables, competing writers and the clean-up. */
export const scaleSection = ({ sizes, writers, cleanUp }: ScaleData): Section => ({
  markdown: `## How cost grows

One database grows from size to size; each user has a key and a row in the change log. Indexes and constraints stay while it grows. At each size, a tenth of the users and keys, drawn at random, are changed once more, and the tables are vacuumed. Each PUT changes another user, drawn at random from all.

${picture('buffers', 'Buffers by the number of users')}

### A PUT by the number of users

${putsTable(sizes)}

\`lived\`: after the change of a tenth, vacuum and checkpoint; the target compares these rows. \`again\`: the same users once more. Buffers, buffers read from outside Postgres’s memory, planning and execution are medians for the statement that the Worker sends. WAL bytes and whole pages are means, commit included: the first change of a page after a checkpoint logs the whole page.

### Response time by the number of users

${loadTable(sizes)}

### Bytes on disk per user

${diskTable(sizes)}

### Competing writers

PUTs of 8 fields. \`nothing\`: each writer has its own user and its own key. \`user\`: all writers change the same user, each with its own key. \`key\`: all writers use the same key, each for another user. The local Neon has 40 connections to Postgres; of 64 writers, the rest wait there. Medians of the rounds.

${writersTable(writers)}

### Deleting expired rows

${cleanUpText(cleanUp)}`,
  plots: { buffers: plot(sizes) },
});

const grouped = (value: number): string => value.toLocaleString('en-GB');

const putsTable = (sizes: readonly SizeResult[]): string =>
  table(
    [
      ...['users', 'tables', 'buffers', 'read', 'planning ms', 'execution ms'],
      ...['WAL bytes', 'whole pages'],
    ],
    STATES.flatMap((state) =>
      sizes.map(({ users, puts: { [state]: costs } }) => [
        ...[grouped(users), state],
        ...[costs.buffers, costs.read, costs.planningMs, costs.executionMs].map(median).map(number),
        ...[costs.walBytes, costs.walPages].map(mean).map(number),
      ]),
    ),
  );

const loadTable = (sizes: readonly SizeResult[]): string =>
  table(
    ['users', '', 'connections', 'p50', 'p90', 'p99', 'per second', 'Postgres CPU ms'],
    sizes.flatMap(({ users, cells }) =>
      cells.map(({ operation, connections, p50, p90, p99, perSecond, postgresCpuMs }) => [
        ...[grouped(users), operation.toUpperCase(), `${connections}`],
        ...[p50, p90, p99, perSecond, postgresCpuMs].map(number),
      ]),
    ),
  );

function diskTable(sizes: readonly SizeResult[]): string {
  const row = (title: string, bytesOf: (size: SizeResult) => number): string[] => [
    title,
    ...sizes.map((size) => number(bytesOf(size) / size.users)),
  ];
  const bytesIn = ({ relations }: SizeResult, isCounted: (name: string) => boolean): number =>
    sum(relations.filter(({ name }) => isCounted(name)).map(({ bytes }) => bytes));
  const names = sizes.at(-1)?.relations.map(({ name }) => name) ?? [];
  return table(
    ['', ...sizes.map(({ users }) => grouped(users))],
    [
      ...names.map((name) => row(name, (size) => bytesIn(size, (each) => each === name))),
      row('all', (size) => bytesIn(size, () => true)),
    ],
  );
}

const writersTable = (cells: readonly WritersCell[]): string =>
  table(
    ['writers', 'share', 'per second', '/ nothing', 'p50', 'p99'],
    [...Map.groupBy(cells, ({ writers }) => writers)].flatMap(([writers, alike]) => {
      const rates = (rounds: readonly WritersCell[]) => rounds.map(({ perSecond }) => perSecond);
      const apart = rates(alike.filter(({ shared }) => shared === 'nothing'));
      return [...Map.groupBy(alike, ({ shared }) => shared)].map(([shared, rounds]) => [
        ...[`${writers}`, shared],
        ...[median(rates(rounds)), medianRatio(rates(rounds), apart)].map(number),
        ...[median(rounds.map(({ p50 }) => p50)), median(rounds.map(({ p99 }) => p99))].map(number),
      ]);
    }),
  );

const cleanUpText = ({ batch, alone }: CleanUpResult): string =>
  `Expired records of Idempotency-Keys and as many old rows of feedback are deleted with the cron job’s statement, ${grouped(batch)} of each at a time: ${grouped(Math.round((alone.length * 2 * batch) / (sum(alone) / 1000)))} rows per second. A statement takes ${number(median(alone))} ms (median), the longest ${number(Math.max(...alone))} ms.`;

const plot = (sizes: readonly SizeResult[]): Plot => ({
  ...WIDE,
  title: 'Buffers that a PUT touches, by the number of users (median)',
  data: {
    values: sizes.flatMap(({ users, puts }) =>
      STATES.map((state) => ({ users, state, buffers: median(puts[state].buffers) })),
    ),
  },
  mark: { type: 'line', point: true },
  encoding: {
    x: {
      field: 'users',
      type: 'quantitative',
      title: 'users (as many keys and log rows)',
      scale: { type: 'log' },
      axis: { format: '.0e', grid: false, values: sizes.map(({ users }) => users) },
    },
    y: { field: 'buffers', type: 'quantitative', title: 'buffers', scale: { zero: true } },
    color: { field: 'state', type: 'nominal', sort: [...STATES], title: 'tables' },
  },
});
