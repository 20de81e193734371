import { MOST_BATCHES } from '../../src/cleanup.ts';
import { median } from '../statistics.ts';
import type { ScaleData } from './run.ts';

// What docs/scale.md counts with: numbers that were measured, numbers that are assumed, and formulas.

/** What is known. */
export type Known = ReturnType<typeof measured> & typeof assumed;

/** What is asked for, what is guessed, and what documents say; docs/scale.md has their addresses. */
export const assumed = {
  users: 1e9 as number,
  putsPerSecond: 1e5 as number,
  daysKept: 30,
  shards: 64,
  /** Of a compute's CPU, so that it has a reserve. */
  use: 0.6,
  /** A commit's wait for Neon's safekeepers, in milliseconds: a guess, to be measured there. */
  commitMs: 5,
  largestCU: 56,
  branchBytes: 16e12,
  pooledConnections: 20,
  ramBytesPerCU: 4e9,
  walBytesPerSecond: 10e6,
  keyLimitPerMinute: 600,
  cleanUpsPerHour: 1,
} as const;

/** What was measured, with the most users that there were. */
export function measured({ sizes, writers, cleanUp }: ScaleData) {
  const largest = sizes.at(-1);
  const smallest = sizes[0];
  if (!largest || !smallest) throw new Error('There is no size in these results.');
  const bytes = (owner: string) =>
    largest.relations
      .filter(({ name, table }) => name === owner || table === owner)
      .reduce((sum, relation) => sum + relation.bytes, 0) / largest.users;
  const cpu = (operation: string) =>
    largest.cells.findLast((cell) => cell.operation === operation)?.postgresCpuMs ?? Number.NaN;
  const { lived, again } = largest.puts;
  const quiet = again.walBytes.filter((_, i) => again.walPages[i] === 0);
  const sharing = Map.groupBy(
    writers.filter(({ shared }) => shared === 'user'),
    (cell) => cell.writers,
  );
  const rates = [...sharing.values()].map((cells) => median(cells.map((cell) => cell.perSecond)));
  const deleting = cleanUp.alone.reduce((a, b) => a + b, 0) / 1000;
  return {
    largestUsers: largest.users,
    userBytes: bytes('users'),
    keyBytes: bytes('api_keys'),
    logBytes: bytes('user_changes'),
    recordBytes: cleanUp.recordBytes,
    putCpuMs: cpu('put'),
    getCpuMs: cpu('get'),
    statementMs: median(lived.planningMs) + median(lived.executionMs),
    walBytes: mean(quiet),
    walBytesWithPages: mean(lived.walBytes),
    buffers: median(lived.buffers),
    pagesRead: median(lived.read),
    buffersGrowth: median(lived.buffers) / median(smallest.puts.lived.buffers),
    hotUserPerSecond: Math.max(...rates),
    deletesPerSecond: (cleanUp.alone.length * cleanUp.batch) / deleting,
    deletesPerCleanUp: MOST_BATCHES * cleanUp.batch,
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What follows by arithmetic; the text of the function is its formula in the document. */
export type Derived = [title: string, unit: string, of: (known: Known) => number];

/** What it takes in all. */
export const inAll: Derived[] = [
  [
    'users and keys, indexes and all',
    'TB',
    ({ users, userBytes, keyBytes }) => (users * (userBytes + keyBytes)) / 1e12,
  ],
  [
    'change log of a day',
    'TB',
    ({ putsPerSecond, logBytes }) => (putsPerSecond * 86_400 * logBytes) / 1e12,
  ],
  [
    'change log of the days that it is kept',
    'TB',
    ({ putsPerSecond, logBytes, daysKept }) =>
      (putsPerSecond * 86_400 * logBytes * daysKept) / 1e12,
  ],
  [
    'records of a day, if every PUT has an Idempotency-Key',
    'TB',
    ({ putsPerSecond, recordBytes }) => (putsPerSecond * 86_400 * recordBytes) / 1e12,
  ],
  ['write-ahead log', 'MB/s', ({ putsPerSecond, walBytes }) => (putsPerSecond * walBytes) / 1e6],
  ['CPU', 'CU', ({ putsPerSecond, putCpuMs, use }) => (putsPerSecond * putCpuMs) / 1000 / use],
  [
    'memory that holds all users and keys',
    'CU',
    ({ users, userBytes, keyBytes, ramBytesPerCU }) =>
      (users * (userBytes + keyBytes)) / ramBytesPerCU,
  ],
  [
    'connections of Postgres that are busy',
    '',
    ({ putsPerSecond, statementMs, commitMs }) => (putsPerSecond * (statementMs + commitMs)) / 1000,
  ],
];

/** The rate of PUTs at which something breaks. */
export const breaking: Derived[] = [
  ['one key, in one location', '/s', ({ keyLimitPerMinute }) => keyLimitPerMinute / 60],
  [
    'clean-up of Idempotency-Keys, if every PUT has one',
    '/s',
    ({ deletesPerCleanUp, cleanUpsPerHour }) => (deletesPerCleanUp * cleanUpsPerHour) / 3600,
  ],
  [
    'one user, locked till the end of the commit',
    '/s',
    ({ statementMs, commitMs }) => 1000 / (statementMs + commitMs),
  ],
  [
    'a branch, filled by the change log',
    '/s',
    ({ branchBytes, daysKept, logBytes }) => branchBytes / (daysKept * 86_400 * logBytes),
  ],
  [
    'the connections that the proxy keeps',
    '/s',
    ({ pooledConnections, statementMs, commitMs }) =>
      (pooledConnections * 1000) / (statementMs + commitMs),
  ],
  [
    'a storage node, taking in the write-ahead log',
    '/s',
    ({ walBytesPerSecond, walBytes }) => walBytesPerSecond / walBytes,
  ],
  [
    'CPU of the largest compute',
    '/s',
    ({ largestCU, use, putCpuMs }) => (largestCU * use * 1000) / putCpuMs,
  ],
];
