import { type Cell, type CellKey, type Measure, overallOf } from './cells.ts';
import { isRival, type Subject, subjects } from './contenders.ts';
import { number, picture, type Section, table } from './markdown.ts';
import { operations } from './operations.ts';
import { type Plot, WIDE } from './plots.ts';
import type { RunData } from './run.ts';
import { median, medianRatio } from './statistics.ts';

/** What the report says about a run, except for the targets. */
export const runSection = (data: RunData): Section => ({
  markdown: `## The same PUT, three ways

Each PUT changes the 8 fields of a user’s profile; seven of them receive a new value each time. Medians over the rounds; times in milliseconds; CPU in milliseconds per request, over all rounds.

${picture('latency', 'Response time by network time')}

${picture('throughput', 'Requests per second by connections')}

${cellsTable(data, isRival)}

The statements by themselves, without Worker and local Neon: CPU of the Postgres backend per PUT, commit included, and the median ratio of two batches that ran one after the other.

${statementsTable(data)}

Requests and bytes between Worker and database, per operation, HTTP included:

${trafficTable(data)}

## Other operations of ours

${cellsTable(data, (subject) => !isRival(subject))}

## Size and start

The bundle: ${(data.bundleBytes / 1024).toFixed(1)} KiB gzipped. CPU of a fresh workerd until its first response, in milliseconds; medians of ${data.starts.ours.length} starts each.

${startsTable(data)}`,
  plots: { latency: latency(data), throughput: throughput(data) },
});

const nameOf = (subject: Pick<Subject, 'contender' | 'operation'>): string =>
  isRival(subject) ? subject.contender : operations[subject.operation].title;

const MEASURES = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['per second', 'perSecond'],
  ['Worker CPU', 'workerCpuMs'],
  ['Postgres CPU', 'postgresCpuMs'],
] as const satisfies [string, Measure][];

/** A table of all cells of some subjects, the shortest network time first. */
function cellsTable(data: RunData, isShown: (subject: Subject) => boolean): string {
  const shown = subjects.filter(isShown);
  const keys: CellKey[] = [0, ...(shown.every(isRival) ? data.plan.roundTripsMs : [])].flatMap(
    (roundTripMs) =>
      data.plan.connections.flatMap((connections) =>
        shown.map(({ contender, operation }) => ({
          ...{ contender, operation, connections, roundTripMs },
        })),
      ),
  );
  return table(
    ['', 'network', 'connections', ...MEASURES.map(([title]) => title)],
    keys.map((key) => [
      nameOf(key),
      `${key.roundTripMs} ms`,
      `${key.connections}`,
      ...MEASURES.map(([, measure]) => number(overallOf(data.cells, key, measure))),
    ]),
  );
}

const statementsTable = ({ statements: { cpuMs } }: RunData): string =>
  table(
    ['', 'CPU', '/ floor'],
    (['floor', 'ours'] as const).map((rival) => [
      rival,
      number(median(cpuMs[rival])),
      number(medianRatio(cpuMs[rival], cpuMs.floor)),
    ]),
  );

/** Older results also have operations that are no longer measured. */
const isSubject = (measured: Subject): boolean =>
  subjects.some(
    ({ contender, operation }) =>
      contender === measured.contender && operation === measured.operation,
  );

const trafficTable = ({ traffic }: RunData): string =>
  table(
    ['', 'requests', 'bytes sent', 'bytes received'],
    traffic
      .filter(isSubject)
      .map((subject) => [
        nameOf(subject),
        `${subject.requests}`,
        subject.sent.toFixed(0),
        subject.received.toFixed(0),
      ]),
  );

function startsTable({ starts }: RunData): string {
  const nothing = median(starts.nothing);
  const row = (title: string, values: readonly number[]) => [
    title,
    number(median(values)),
    number(median(values) - nothing),
  ];
  return table(
    ['', 'whole process', 'minus the empty Worker'],
    [
      row('nothing: an empty Worker', starts.nothing),
      row('empty: only the driver, as published on npm', starts.empty),
      row('ours', starts.ours),
    ],
  );
}

/** Gives the rivals the same order and colours in all plots. */
const byContender = {
  field: 'contender',
  type: 'nominal',
  sort: subjects.filter(isRival).map(({ contender }) => contender),
  title: null,
} as const;

const points = ({ cells }: RunData, isShown: (cell: Cell) => boolean) => ({
  values: cells
    .filter((cell) => isRival(cell) && isShown(cell))
    .map(({ contender, connections, roundTripMs, p50, perSecond }) => ({
      ...{ contender, connections, roundTripMs, p50, perSecond },
    })),
});

const latency = (data: RunData): Plot => ({
  ...WIDE,
  title:
    'PUT of 8 fields, one connection: p50 by network time to the database (one point per round)',
  data: points(data, ({ connections }) => connections === 1),
  encoding: {
    x: { field: 'roundTripMs', type: 'quantitative', title: 'network time to the database, ms' },
    y: { field: 'p50', type: 'quantitative', title: 'p50, ms' },
    color: byContender,
  },
  layer: [
    { mark: { type: 'point', filled: true, opacity: 0.6 } },
    { mark: 'line', encoding: { y: { aggregate: 'median', field: 'p50', type: 'quantitative' } } },
  ],
});

const throughput = (data: RunData): Plot => ({
  ...WIDE,
  title: 'PUT of 8 fields, no network time: requests per second (one point per round)',
  data: points(data, ({ roundTripMs }) => roundTripMs === 0),
  encoding: {
    x: { field: 'connections', type: 'ordinal', title: 'connections', axis: { labelAngle: 0 } },
    y: { field: 'perSecond', type: 'quantitative', title: 'requests per second' },
    xOffset: byContender,
    color: byContender,
  },
  layer: [
    {
      mark: { type: 'bar', opacity: 0.6 },
      encoding: { y: { aggregate: 'median', field: 'perSecond', type: 'quantitative' } },
    },
    { mark: { type: 'point', filled: true } },
  ],
});
