import type { SubjectTraffic } from './check.ts';
import type { RunData } from './run.ts';
import { median } from './statistics.ts';
import { type CellKey, type Measure, medianRatio, ratio } from './summary.ts';

/** A target and what was measured. */
export interface Target {
  title: string;
  measured: number;
  limit: number;
  /** Whether the limit is the most that is allowed, or the least. */
  sort: 'at most' | 'at least';
  unit: '×' | 'KiB' | 'requests';
}

/** What a run over growing tables has to say to the targets. */
export interface ScaleFacts {
  /** Buffers that a PUT touches with so many users; the smallest first. */
  buffersPerPut: readonly { users: number; buffers: number }[];
}

/** NaN was not measured, and meets nothing. */
export const isMet = ({ measured, limit, sort }: Target): boolean =>
  sort === 'at most' ? measured <= limit : measured >= limit;

/** The targets of the product, and how it stands to them. */
export function targetsOf(run: RunData, scale?: ScaleFacts): Target[] {
  const ours = (connections: number, roundTripMs: number) => put('ours', connections, roundTripMs);
  const floor = (connections: number, roundTripMs: number) =>
    put('floor', connections, roundTripMs);
  const edge = (connections: number): CellKey => ({
    ...ours(connections, 0),
    operation: 'refusedAtEdge',
  });
  const compare = (measure: Measure, one: CellKey, other: CellKey): number =>
    ratio(run.cells, measure, one, other);
  const workerCpu = (connections: number): Target[] => [
    times(
      `Worker CPU per PUT at ${atOnce(connections)} / the floor’s`,
      compare('workerCpuMs', ours(connections, 0), floor(connections, 0)),
      1.5,
    ),
    times(
      `Worker CPU per refusal at the edge at ${atOnce(connections)} / a PUT’s`,
      compare('workerCpuMs', edge(connections), ours(connections, 0)),
      0.35,
    ),
  ];
  return [
    times('p50 at 40 ms / the floor', compare('p50', ours(1, 40), floor(1, 40)), 1.05),
    times(
      'p50 at 40 ms / the conventional way',
      compare('p50', ours(1, 40), put('conventional', 1, 40)),
      0.35,
    ),
    times(
      'p50 at 0 ms and 1 connection / the floor',
      compare('p50', ours(1, 0), floor(1, 0)),
      1.35,
    ),
    {
      ...times(
        'requests per second at 64 connections / the floor',
        compare('perSecond', ours(64, 0), floor(64, 0)),
        0.75,
      ),
      sort: 'at least',
    },
    ...workerCpu(16),
    ...workerCpu(1),
    {
      ...times('database requests of a refusal at the edge', requestsAtEdge(run.traffic), 0),
      unit: 'requests',
    },
    times(
      `database CPU per PUT, all of Postgres at ${atOnce(16)} / the floor’s`,
      compare('postgresCpuMs', ours(16, 0), floor(16, 0)),
      2,
    ),
    times(
      'database CPU per PUT, the statement by itself / the bare update',
      medianRatio(run.statements.cpuMs.ours, run.statements.cpuMs.floor),
      2,
    ),
    times('buffers per PUT with the most users / with the fewest', growth(scale), 1.5),
    { ...times('bundle, gzipped', run.bundleBytes / 1024, 72), unit: 'KiB' },
    times(
      'start-up CPU / an empty Worker with the same driver',
      median(run.starts.ours) / median(run.starts.empty),
      1.3,
    ),
  ];
}

const atOnce = (connections: number): string =>
  connections === 1 ? '1 connection' : `${connections} connections`;

const times = (title: string, measured: number, limit: number): Target => ({
  ...{ title, measured, limit },
  sort: 'at most',
  unit: '×',
});

const put = (
  contender: CellKey['contender'],
  connections: number,
  roundTripMs: number,
): CellKey => ({ contender, operation: 'put', connections, roundTripMs });

const requestsAtEdge = (traffic: readonly SubjectTraffic[]): number =>
  traffic.find(({ operation }) => operation === 'refusedAtEdge')?.requests ?? Number.NaN;

function growth(scale: ScaleFacts | undefined): number {
  const [fewest, most] = [scale?.buffersPerPut[0], scale?.buffersPerPut.at(-1)];
  return (most?.buffers ?? Number.NaN) / (fewest?.buffers ?? Number.NaN);
}

/** A target as a row of a table: what, measured, limit, verdict. */
export const rowOf = (target: Target): string[] => [
  target.title,
  Number.isNaN(target.measured) ? '–' : shown(target.measured, target.unit),
  `${target.sort} ${shown(target.limit, target.unit)}`,
  Number.isNaN(target.measured) ? 'not measured' : isMet(target) ? 'met' : 'missed',
];

/** The targets as columns for a terminal. */
export function targetLines(targets: readonly Target[]): string {
  const rows = targets.map(rowOf);
  const width = (i: number) => Math.max(...rows.map((row) => row[i]?.length ?? 0));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i)))).join('  '),
    )
    .join('\n');
}

const shown = (value: number, unit: Target['unit']): string =>
  unit === '×'
    ? `${value.toFixed(2)} ×`
    : unit === 'KiB'
      ? `${value.toFixed(1)} KiB`
      : `${value} requests`;
