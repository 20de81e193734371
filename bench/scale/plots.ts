import type { Plot } from '../plots.ts';
import { median } from '../statistics.ts';
import type { ScaleData } from './run.ts';

/** The plots of a run to scale, by the names of their files. */
export const scalePlots = (data: ScaleData): Record<string, Plot> => ({
  buffers: buffers(data),
  'latency-by-users': latency(data),
  disk: disk(data),
  writers: writers(data),
});

const SIZE = { width: 560, height: 300 } as const;

const byUsers = ({ sizes }: ScaleData) =>
  ({
    field: 'users',
    type: 'quantitative',
    title: 'users, keys and log rows, each',
    scale: { type: 'log' },
    axis: { format: '.0e', grid: false, values: sizes.map(({ users }) => users) },
  }) as const;

const buffers = (data: ScaleData): Plot => ({
  ...SIZE,
  title: 'Buffers that a PUT touches, by the number of users (median)',
  data: {
    values: data.sizes.flatMap(({ users, puts }) =>
      Object.entries(puts).map(([state, costs]) => ({
        ...{ users, state, buffers: median(costs.buffers) },
      })),
    ),
  },
  mark: { type: 'line', point: true },
  encoding: {
    x: byUsers(data),
    y: { field: 'buffers', type: 'quantitative', title: 'buffers', scale: { zero: true } },
    color: { field: 'state', type: 'nominal', sort: ['loaded', 'lived', 'again'], title: 'tables' },
  },
});

const latency = (data: ScaleData): Plot => ({
  ...SIZE,
  title: 'Response time by the number of users: p50 (line) and p99 (dashes)',
  data: {
    values: data.sizes.flatMap(({ users, cells }) =>
      cells.flatMap(({ operation, connections, p50, p99 }) =>
        Object.entries({ p50, p99 }).map(([measure, ms]) => ({
          ...{ users, measure, ms },
          what: `${operation.toUpperCase()}, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
        })),
      ),
    ),
  },
  mark: { type: 'line', point: true },
  encoding: {
    x: byUsers(data),
    y: { field: 'ms', type: 'quantitative', title: 'ms', scale: { type: 'log' } },
    color: { field: 'what', type: 'nominal', sort: null, title: null },
    strokeDash: { field: 'measure', type: 'nominal', sort: ['p50', 'p99'], title: null },
  },
});

const disk = (data: ScaleData): Plot => ({
  ...SIZE,
  title: 'Size on disk by the number of users',
  data: {
    values: data.sizes.flatMap(({ users, relations }) =>
      relations.map(({ name, table, bytes }) => ({
        ...{ users, name, mebibytes: bytes / 2 ** 20 },
        sort: table ? 'index' : 'table',
      })),
    ),
  },
  mark: { type: 'line', point: true },
  encoding: {
    x: byUsers(data),
    y: { field: 'mebibytes', type: 'quantitative', title: 'MiB', scale: { type: 'log' } },
    color: {
      ...{ field: 'name', type: 'nominal', title: null },
      scale: { scheme: 'tableau10' },
    },
    strokeDash: { field: 'sort', type: 'nominal', sort: ['table', 'index'], title: null },
  },
});

const writers = (data: ScaleData): Plot => ({
  title: 'Writers at once: requests per second, and p99 in milliseconds',
  data: {
    values: data.writers.map(({ writers, shared, perSecond, p99 }) => ({
      writers,
      shared,
      perSecond,
      p99,
    })),
  },
  hconcat: (
    [
      ['perSecond', 'requests per second', { zero: true }],
      ['p99', 'p99, ms', { type: 'log' }],
    ] as const
  ).map(([field, title, scale]) => ({
    width: 250,
    height: 300,
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'writers', type: 'ordinal', title: 'writers', axis: { labelAngle: 0 } },
      y: { field, aggregate: 'median', type: 'quantitative', title, scale },
      color: {
        field: 'shared',
        type: 'nominal',
        sort: ['nothing', 'user', 'key'],
        title: 'they share',
      },
    },
  })),
});
