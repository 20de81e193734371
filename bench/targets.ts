import { type CellKey, type Measure, ratioOf } from './cells.ts';
import type { RunData } from './run.ts';
import { median, medianRatio } from './statistics.ts';

/** A target and what was measured. */
interface Target {
  title: string;
  measured: number;
  limit: number;
  /** Whether the limit is the most that is allowed, or the least. */
  sort: 'at most' | 'at least';
  unit: '×' | 'KiB' | 'requests';
}

/** What the targets need from a run over growing tables. */
export interface ScaleFacts {
  /** Buffers that a PUT touches, by the number of users; the smallest first. */
  buffersPerPut: readonly { users: number; buffers: number }[];
}

/** Whether a target is met. NaN, which was not measured, meets no target. */
export const isMet = ({ measured, limit, sort }: Target): boolean =>
  sort === 'at most' ? measured <= limit : measured >= limit;

/** The targets of the product, with what was measured. */
export function targetsOf(run: RunData, scale?: ScaleFacts): Target[] {
  const put = (contender: CellKey['contender'], connections: number, roundTripMs = 0): CellKey => ({
    contender,
    operation: 'put',
    connections,
    roundTripMs,
  });
  const refusal = (connections: number): CellKey => ({
    ...put('ours', connections),
    operation: 'refusedAtEdge',
  });
  const compare = (measure: Measure, one: CellKey, other: CellKey): number =>
    ratioOf(run.cells, measure, one, other);
  const workerCpu = (connections: number, where: string, limit: number): Target[] => [
    times(
      `Worker CPU per PUT at ${where} / the floor’s`,
      compare('workerCpuMs', put('ours', connections), put('floor', connections)),
      limit,
    ),
    times(
      `Worker CPU per refusal at the edge at ${where} / a PUT’s`,
      compare('workerCpuMs', refusal(connections), put('ours', connections)),
      0.35,
    ),
  ];
  const { cpuMs } = run.statements;
  return [
    times(
      'p50 at 40 ms / the floor',
      compare('p50', put('ours', 1, 40), put('floor', 1, 40)),
      1.05,
    ),
    times(
      'p50 at 40 ms / the conventional way',
      compare('p50', put('ours', 1, 40), put('conventional', 1, 40)),
      0.35,
    ),
    times(
      'p50 at 0 ms and 1 connection / the floor',
      compare('p50', put('ours', 1), put('floor', 1)),
      1.35,
    ),
    {
      ...times(
        'requests per second at 64 connections / the floor',
        compare('perSecond', put('ours', 64), put('floor', 64)),
        0.72,
      ),
      sort: 'at least',
    },
    ...workerCpu(16, '16 connections', 1.45),
    ...workerCpu(1, '1 connection', 1.5),
    {
      ...times('database requests of a refusal at the edge', requestsAtEdge(run), 0),
      unit: 'requests',
    },
    times(
      'database CPU per PUT, all of Postgres at 16 connections / the floor’s',
      compare('postgresCpuMs', put('ours', 16), put('floor', 16)),
      2,
    ),
    times(
      'database CPU per PUT, the statement by itself / the bare update',
      medianRatio(cpuMs.ours, cpuMs.floor),
      2.3,
    ),
    times('buffers per PUT with the most users / with the fewest', growthOf(scale), 1.5),
    { ...times('bundle, gzipped', run.bundleBytes / 1024, 94), unit: 'KiB' },
    times(
      'start-up CPU / an empty Worker with the same driver',
      median(run.starts.ours) / median(run.starts.empty),
      1.3,
    ),
  ];
}

const times = (title: string, measured: number, limit: number): Target => ({
  ...{ title, measured, limit },
  sort: 'at most',
  unit: '×',
});

const requestsAtEdge = ({ traffic }: RunData): number =>
  traffic.find(({ operation }) => operation === 'refusedAtEdge')?.requests ?? Number.NaN;

function growthOf(scale: ScaleFacts | undefined): number {
  const [fewest, most] = [scale?.buffersPerPut[0], scale?.buffersPerPut.at(-1)];
  return (most?.buffers ?? Number.NaN) / (fewest?.buffers ?? Number.NaN);
}

/** Returns a target as a row of a table: title, measured, limit, verdict. */
export const rowOf = (target: Target): string[] => [
  target.title,
  Number.isNaN(target.measured) ? '–' : shown(target.measured, target.unit),
  `${target.sort} ${shown(target.limit, target.unit)}`,
  Number.isNaN(target.measured) ? 'not measured' : isMet(target) ? 'met' : 'missed',
];

/** Returns the targets as columns for a terminal. */
export function targetLines(targets: readonly Target[]): string {
  const rows = targets.map(rowOf);
  const width = (i: number) => Math.max(...rows.map((row) => row[i]?.length ?? 0));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i)))).join('  '),
    )
    .join('\n');
}

function shown(value: number, unit: Target['unit']): string {
  const decimals = { '×': 2, KiB: 1, requests: 0 };
  return `${value.toFixed(decimals[unit])} ${unit}`;
}
