import { number, table } from './markdown.ts';
import { operations } from './operations.ts';
import type { Section } from './report.ts';
import type { Results } from './results.ts';
import type { RunData } from './run.ts';
import { runPlots } from './run-plots.ts';
import { median } from './statistics.ts';
import { rivals, type Subject, subjects } from './subjects.ts';
import { type CellKey, type Measure, medianOf, medianRatio, valuesOf } from './summary.ts';

/** What the report says of a run, the targets aside. */
export const runSection = ({ data }: Results<RunData>): Section => ({
  markdown: [
    '## The same PUT, three ways',
    'All change the 8 fields of the profile of a user; seven of them get another value each time. Medians over the rounds; times in milliseconds, CPU in milliseconds per request.',
    picture('latency', 'Response time by network time'),
    picture('throughput', 'Requests per second by connections'),
    cellsTable(data, isRival),
    '## What a PUT costs',
    picture('cpu', 'CPU per request'),
    'The statements by themselves: taken from the wire and run on one connection with the extended protocol, unnamed, each committed, contender after contender in turns. CPU is that of the backend; buffers are all that it touched, catalogue and foreign keys included. Planning, execution and the buffers of the plan are EXPLAIN (ANALYZE, BUFFERS)’s, of those that send one statement.',
    statementsTable(data),
    'On the wire to the database, per operation, HTTP included:',
    trafficTable(data),
    '## What else ours does',
    picture('operations', 'Response time of the operations at one connection'),
    cellsTable(data, (subject) => !isRival(subject)),
    '## Size and start',
    sizeAndStart(data),
    '## Raw values',
    'Round by round.',
    folded('Cells', rawCells(data)),
    folded('Starts and statements', rawRest(data)),
  ].join('\n\n'),
  plots: runPlots(data),
});

const picture = (name: string, title: string): string => `![${title}](plots/${name}.svg)`;

const folded = (title: string, text: string): string =>
  `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;

const isRival = ({ operation }: Pick<Subject, 'operation'>): boolean => operation === 'put';

const nameOf = (subject: Pick<Subject, 'contender' | 'operation'>): string =>
  isRival(subject) ? subject.contender : operations[subject.operation].title;

/** All cells of some subjects, the nearest first. */
function* keysOf({ plan }: RunData, chosen: (subject: Subject) => boolean): Generator<CellKey> {
  for (const roundTripMs of [0, ...plan.roundTripsMs])
    for (const connections of plan.connections)
      for (const subject of subjects)
        if (chosen(subject) && (roundTripMs === 0 || subject.databaseRequests > 0)) {
          const { contender, operation } = subject;
          yield { contender, operation, connections, roundTripMs };
        }
}

const MEASURES = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['per second', 'perSecond'],
  ['Worker CPU', 'workerCpuMs'],
  ['Postgres CPU', 'postgresCpuMs'],
] as const satisfies [string, Measure][];

const cellsTable = (data: RunData, chosen: (subject: Subject) => boolean): string =>
  table(
    ['', 'network', 'connections', ...MEASURES.map(([title]) => title)],
    [...keysOf(data, chosen)].map((key) => [
      nameOf(key),
      `${key.roundTripMs} ms`,
      `${key.connections}`,
      ...MEASURES.map(([, measure]) => number(medianOf(data.cells, key, measure))),
    ]),
  );

function statementsTable({ statements: { cpuMs, buffers, explained } }: RunData): string {
  const plans = (rival: string) => (rival === 'conventional' ? [] : explained[rival as 'ours']);
  const middle = (rival: string, what: 'planningMs' | 'executionMs' | 'buffers') =>
    number(median(plans(rival).map((plan) => plan[what])));
  return table(
    ['', 'CPU', '/ floor', 'buffers', 'planning', 'execution', 'buffers of the plan'],
    rivals.map((rival) => [
      rival,
      number(median(cpuMs[rival])),
      number(medianRatio(cpuMs[rival], cpuMs.floor)),
      number(median(buffers[rival])),
      middle(rival, 'planningMs'),
      middle(rival, 'executionMs'),
      middle(rival, 'buffers'),
    ]),
  );
}

const trafficTable = ({ traffic }: RunData): string =>
  table(
    ['', 'requests', 'bytes sent', 'bytes received'],
    traffic.map((subject) => [
      nameOf(subject),
      `${subject.requests}`,
      subject.sent.toFixed(0),
      subject.received.toFixed(0),
    ]),
  );

function sizeAndStart({ bundleBytes, starts }: RunData): string {
  const ours = median(starts.ours);
  const empty = median(starts.empty);
  const slimmed = median(starts.slimmed);
  const nothing = median(starts.nothing);
  return [
    `The bundle: ${(bundleBytes / 1024).toFixed(1)} KiB gzipped. CPU of a fresh workerd until its first answer, in milliseconds; medians of ${starts.ours.length} starts each.`,
    table(
      ['', 'whole process', 'without workerd’s own'],
      [
        ['nothing: an empty Worker', number(nothing), ''],
        ['slimmed: with the driver as we slim it', number(slimmed), number(slimmed - nothing)],
        ['empty: with the driver as npm has it', number(empty), number(empty - nothing)],
        ['ours', number(ours), number(ours - nothing)],
        ['ours / empty', number(ours / empty), number((ours - nothing) / (empty - nothing))],
        ['ours / slimmed', number(ours / slimmed), ''],
      ],
    ),
  ].join('\n\n');
}

const list = (values: readonly number[]): string => values.map(number).join(', ');

const rawCells = (data: RunData): string =>
  table(
    ['', 'network', 'connections', ...MEASURES.map(([title]) => title)],
    [...keysOf(data, () => true)].map((key) => [
      nameOf(key),
      `${key.roundTripMs} ms`,
      `${key.connections}`,
      ...MEASURES.map(([, measure]) => list(valuesOf(data.cells, key, measure))),
    ]),
    '---',
  );

const rawRest = ({ starts, statements }: RunData): string =>
  table(
    ['', 'values'],
    [
      ...Object.entries(starts).map(([name, ms]) => [`start-up CPU of ${name}`, list(ms)]),
      ...rivals.map((rival) => [`statement CPU of ${rival}`, list(statements.cpuMs[rival])]),
      ...rivals.map((rival) => [`buffers of ${rival}`, list(statements.buffers[rival])]),
    ],
    '---',
  );
