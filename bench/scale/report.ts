import { number, table } from '../markdown.ts';
import type { Section } from '../report.ts';
import type { Results } from '../results.ts';
import { median, percentile } from '../statistics.ts';
import { medianRatio } from '../summary.ts';
import type { CleanUpResult } from './clean-up.ts';
import type { LogCell, LongLogResult, Question } from './long-log.ts';
import { scalePlots } from './plots.ts';
import type { ScaleData } from './run.ts';
import type { SizeResult, State } from './size.ts';
import type { StatementCosts } from './statement-cost.ts';
import type { WritersCell } from './writers.ts';

/** What the report says of growing tables, writers in each other's way, a long log and the clean-up. */
export const scaleSection = (results: Results<ScaleData>): Section => {
  const { sizes, writers, longLog, cleanUp } = results.data;
  return {
    markdown: [
      '## How cost grows',
      'One database that grows from size to size: so many users, each with a key and a row in the change log. Indexes and constraints stay while it grows. Then a tenth of the users and keys are changed once more, at random, and the tables vacuumed. Each PUT is of another user, drawn at random out of all.',
      ...['buffers', 'latency-by-users', 'disk'].map(picture),
      '### A PUT by the number of users',
      putsTable(sizes),
      '`loaded`: as the rows were added, every page full, so that the changed row moves to another page. `lived`: after the tenth was changed, vacuum and checkpoint; what the target compares. `again`: the same users once more. Buffers, those read from outside of Postgres’s memory, planning and execution are medians of the statement that the Worker sends; WAL is the mean, commit included, and with it the pages that are logged as a whole because they are changed for the first time after the checkpoint.',
      '### Response time by the number of users',
      cellsTable(sizes),
      '### Bytes on disk a user',
      diskTable(sizes),
      '### Writers in each other’s way',
      picture('writers'),
      'PUTs of 8 fields. `nothing`: each writer has a user and a key of its own. `user`: all change the same user, each with a key of its own. `key`: all use the same key, each for another user. The local Neon has 40 connections to Postgres; with 64 writers, the others wait there. Medians of the rounds.',
      writersTable(writers),
      '### A long change log',
      logText(longLog),
      logTable(longLog),
      '### Deleting what has expired',
      cleanUpText(cleanUp),
      cleanUpTable(cleanUp),
    ].join('\n\n'),
    plots: scalePlots(results.data),
  };
};

const picture = (name: string): string => `![${name}](plots/${name}.svg)`;

const power = (users: number): string => users.toLocaleString('en-GB');

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const costs = ({ buffers, read, walBytes, walPages, planningMs, executionMs }: StatementCosts) => [
  number(median(buffers)),
  number(median(read)),
  number(median(planningMs)),
  number(median(executionMs)),
  number(mean(walBytes)),
  number(mean(walPages)),
];

const COSTS = ['buffers', 'read', 'planning ms', 'execution ms', 'WAL bytes', 'whole pages'];

const putsTable = (sizes: readonly SizeResult[]): string =>
  table(
    ['users', 'tables', ...COSTS],
    (['loaded', 'lived', 'again'] satisfies State[]).flatMap((state) =>
      sizes.map(({ users, puts }) => [power(users), state, ...costs(puts[state])]),
    ),
  );

const cellsTable = (sizes: readonly SizeResult[]): string =>
  table(
    ['users', '', 'connections', 'p50', 'p90', 'p99', 'per second', 'Postgres CPU ms'],
    sizes.flatMap(({ users, cells }) =>
      cells.map(({ operation, connections, p50, p90, p99, perSecond, postgresCpuMs }) => [
        ...[power(users), operation.toUpperCase(), `${connections}`],
        ...[p50, p90, p99, perSecond, postgresCpuMs].map(number),
      ]),
    ),
  );

function diskTable(sizes: readonly SizeResult[]): string {
  const names = sizes.at(-1)?.relations.map(({ name }) => name) ?? [];
  const bytesOf = ({ relations }: SizeResult, name: string): number =>
    relations.find((relation) => relation.name === name)?.bytes ?? Number.NaN;
  const row = (title: string, bytes: (size: SizeResult) => number): string[] => [
    title,
    ...sizes.map((size) => number(bytes(size) / size.users)),
  ];
  return table(
    ['', ...sizes.map(({ users }) => power(users))],
    [
      ...names.map((name) => row(name, (size) => bytesOf(size, name))),
      row('all', ({ relations }) => relations.reduce((sum, { bytes }) => sum + bytes, 0)),
    ],
  );
}

const writersTable = (cells: readonly WritersCell[]): string =>
  table(
    ['writers', 'share', 'per second', '/ nothing', 'p50', 'p99'],
    [...Map.groupBy(cells, ({ writers }) => writers)].flatMap(([writers, alike]) =>
      [...Map.groupBy(alike, ({ shared }) => shared)].map(([shared, rounds]) => {
        const all = (measure: 'perSecond' | 'p50' | 'p99') => rounds.map((cell) => cell[measure]);
        const apart = alike.filter((cell) => cell.shared === 'nothing');
        return [
          ...[`${writers}`, shared, number(median(all('perSecond')))],
          number(
            medianRatio(
              all('perSecond'),
              apart.map(({ perSecond }) => perSecond),
            ),
          ),
          ...[median(all('p50')), median(all('p99'))].map(number),
        ];
      }),
    ),
  );

const logText = ({ versions: { long, short } }: LongLogResult): string =>
  `The same questions in turns to a user with ${power(long[0])} versions in the change log and to one with ${power(short[0])} (${power(short[1])} at the end). “From 50 back”: a PUT whose Base-Version is 50 versions old, while others changed another field. Milliseconds over HTTP, one request at a time; then of the statement.`;

const titleOf = (question: Question): string =>
  typeof question === 'object' ? `PUT from ${question.base} back` : question.toUpperCase();

const logTable = ({ cells }: LongLogResult): string =>
  table(
    ['', 'log', 'p50', 'p90', 'buffers', 'planning ms', 'execution ms'],
    cells.map(({ question, log, ms, costs }: LogCell) => [
      ...[titleOf(question), log],
      ...[percentile(ms, 0.5), percentile(ms, 0.9)].map(number),
      ...[costs.buffers, costs.planningMs, costs.executionMs].map((all) => number(median(all))),
    ]),
  );

const cleanUpText = ({ expired, batch, writers }: CleanUpResult): string =>
  `${power(expired)} expired records of Idempotency-Keys and as many old answers about the documentation, deleted with the cron job’s statement, ${power(batch)} of each at a time: half of them with nobody there, then without a pause beside ${writers} writers.`;

function cleanUpTable({ alone, beside, batch, putsBefore, putsBeside }: CleanUpResult): string {
  const deleting = (ms: readonly number[]) => [
    number((ms.length * 2 * batch) / (ms.reduce((a, b) => a + b, 0) / 1000)),
    number(median(ms)),
    number(percentile(ms, 1)),
  ];
  const writing = [putsBefore, putsBeside].map(({ p50, p99, perSecond }) =>
    [p50, p99, perSecond].map(number),
  );
  return table(
    [
      ...['', 'rows deleted per second', 'median ms a statement', 'longest'],
      ...['PUT p50', 'PUT p99', 'PUTs per second'],
    ],
    [
      ['nobody deletes', '', '', '', ...(writing[0] ?? [])],
      ['nobody writes', ...deleting(alone), '', '', ''],
      ['both', ...deleting(beside), ...(writing[1] ?? [])],
    ],
  );
}
