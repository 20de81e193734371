import type { Cell } from './cells.ts';
import { operations } from './operations.ts';
import type { Plot } from './plots.ts';
import type { RunData } from './run.ts';
import { rivals, subjects } from './subjects.ts';
import { type CellKey, medianOf } from './summary.ts';

/** The plots of a run, by the names of their files. */
export const runPlots = (data: RunData): Record<string, Plot> => ({
  latency: latency(data),
  throughput: throughput(data),
  cpu: cpu(data),
  operations: operationsPlot(data),
});

/** Rivals in the same order and colours everywhere. */
const contender = { field: 'contender', type: 'nominal', sort: [...rivals], title: null } as const;

const isRivals = ({ operation }: Cell): boolean => operation === 'put';

const latency = ({ cells }: RunData): Plot => ({
  title:
    'PUT of 8 fields, one connection: p50 by network time to the database (each point a round)',
  width: 560,
  height: 300,
  data: {
    values: cells.filter((cell) => isRivals(cell) && cell.connections === 1).map(point),
  },
  encoding: {
    x: { field: 'roundTripMs', type: 'quantitative', title: 'network time to the database, ms' },
    y: { field: 'p50', type: 'quantitative', title: 'p50, ms' },
    color: contender,
  },
  layer: [
    { mark: { type: 'point', filled: true, opacity: 0.6 } },
    {
      mark: 'line',
      encoding: { y: { aggregate: 'median', field: 'p50', type: 'quantitative' } },
    },
  ],
});

const point = ({ contender: who, connections, roundTripMs, p50, perSecond }: Cell) => ({
  ...{ contender: who, connections, roundTripMs, p50, perSecond },
});

const throughput = ({ cells }: RunData): Plot => ({
  title: 'PUT of 8 fields, no network time: requests per second (each tick a round)',
  width: 560,
  height: 300,
  data: { values: cells.filter((cell) => isRivals(cell) && cell.roundTripMs === 0).map(point) },
  encoding: {
    x: { field: 'connections', type: 'ordinal', title: 'connections', axis: { labelAngle: 0 } },
    xOffset: { field: 'contender', type: 'nominal', sort: [...rivals] },
    color: contender,
  },
  layer: [
    {
      mark: { type: 'bar', opacity: 0.7 },
      encoding: {
        y: {
          aggregate: 'median',
          field: 'perSecond',
          type: 'quantitative',
          title: 'requests per second',
        },
      },
    },
    {
      mark: { type: 'tick', color: 'black', thickness: 1 },
      encoding: {
        y: { field: 'perSecond', type: 'quantitative' },
        color: { value: 'black' },
      },
    },
  ],
});

const PARTS = [
  ['Worker', 'workerCpuMs'],
  ['Postgres', 'postgresCpuMs'],
  ['local Neon', 'neonCpuMs'],
] as const;

const cpu = (data: RunData): Plot => ({
  title: 'PUT of 8 fields, 16 connections: CPU time per request',
  width: 560,
  height: 160,
  data: {
    values: rivals.flatMap((rival) =>
      PARTS.map(([part, measure], order) => ({
        ...{ contender: rival, part, order },
        ms: medianOf(data.cells, key(rival, 'put', 16), measure),
      })),
    ),
  },
  mark: 'bar',
  encoding: {
    y: contender,
    x: { field: 'ms', type: 'quantitative', title: 'CPU per request, ms' },
    color: {
      ...{ field: 'part', type: 'nominal', title: null },
      sort: PARTS.map(([part]) => part),
      // Not the colours of the rivals.
      scale: { range: ['#333333', '#888888', '#cccccc'] },
    },
    order: { field: 'order', type: 'quantitative' },
  },
});

const operationsPlot = (data: RunData): Plot => ({
  title: 'Ours, one connection, no network time: p50 with p90 (the thin line)',
  width: 460,
  height: 220,
  data: {
    values: subjects
      .filter((subject) => subject.contender === 'ours')
      .map(({ operation }) => ({
        operation: operations[operation].title,
        p50: medianOf(data.cells, key('ours', operation, 1), 'p50'),
        p90: medianOf(data.cells, key('ours', operation, 1), 'p90'),
      })),
  },
  encoding: {
    y: { field: 'operation', type: 'nominal', sort: null, title: null },
  },
  layer: [
    { mark: 'bar', encoding: { x: { field: 'p50', type: 'quantitative', title: 'ms' } } },
    {
      mark: { type: 'rule', color: 'black' },
      encoding: { x: { field: 'p50', type: 'quantitative' }, x2: { field: 'p90' } },
    },
  ],
});

const key = (
  who: CellKey['contender'],
  operation: CellKey['operation'],
  connections: number,
): CellKey => ({ contender: who, operation, connections, roundTripMs: 0 });
