import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TITLES } from '../../bench/lists/report.ts';
import type { ListsData, Read } from '../../bench/lists/run.ts';
import { number } from '../../bench/markdown.ts';
import { newestResults, type Results } from '../../bench/results.ts';
import type { ScaleData } from '../../bench/scale/run.ts';
import { mean, median, medianRatio, sum } from '../../bench/statistics.ts';
import { BATCH, MOST_BATCHES } from '../../src/cleanup.ts';

// Every number of docs/scale.md comes from the newest results or from an assumption.

const document = readFileSync('docs/scale.md', 'utf8');
const results = newestResults<ScaleData>('bench', 'scale') as Results<ScaleData>;

const [, keyLimit] = /^KEY_LIMIT_POLICY = "(\d+)\/60"$/m.exec(
  readFileSync('wrangler.toml', 'utf8'),
) as unknown as [string, string];

const assumed = {
  users: 1e9,
  puts: 1e5,
  days: 30,
  shards: 64,
  busyShare: 0.6,
  commitMs: 5,
  largestCU: 56,
  gigabytesPerCU: 4,
  branchTB: 16,
  connections: 20,
  walMB: 10,
  requestsPerMinute: Number(keyLimit),
  deletedPerHour: MOST_BATCHES * BATCH,
};

const measured = measuredIn(results.data);

function measuredIn({ sizes, writers, cleanUp }: ScaleData) {
  const smallest = sizes[0] as ScaleData['sizes'][number];
  const largest = sizes.at(-1) as ScaleData['sizes'][number];
  const bytesOf = (owner: string) =>
    sum(
      largest.relations
        .filter(({ name, table }) => name === owner || table === owner)
        .map(({ bytes }) => bytes),
    ) / largest.users;
  const { lived, again } = largest.puts;
  const onOneUser = Map.groupBy(
    writers.filter(({ shared }) => shared === 'user'),
    (cell) => cell.writers,
  );
  const rates = [...onOneUser.values()].map((cells) => median(cells.map((cell) => cell.perSecond)));
  return {
    users: largest.users,
    userBytes: bytesOf('users'),
    keyBytes: bytesOf('api_keys'),
    logBytes: bytesOf('user_changes'),
    recordBytes: cleanUp.recordBytes,
    // Without the PUTs that logged a whole page.
    walBytes: mean(again.walBytes.filter((_, i) => again.walPages[i] === 0)),
    walBytesWithPages: mean(lived.walBytes),
    cpuMs: largest.cells.findLast(({ operation }) => operation === 'put')?.postgresCpuMs ?? 0,
    statementMs: median(lived.planningMs) + median(lived.executionMs),
    buffers: median(lived.buffers),
    buffersRead: median(lived.read),
    buffersGrowth: median(lived.buffers) / median(smallest.puts.lived.buffers),
    putsOfOneUser: Math.max(...rates),
    deletedPerSecond: (cleanUp.alone.length * cleanUp.batch) / (sum(cleanUp.alone) / 1000),
  };
}

/** Three digits are enough, except for whole and large numbers. */
const shown = (value: number): string =>
  value >= 1000 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en-GB')
    : number(value);

/** The rows below a heading: label and values. */
function rowsBelow(heading: string): string[][] {
  const [, section = ''] = document.split(`## ${heading}\n`);
  const lines = section.split('\n## ')[0]?.split('\n') ?? [];
  return lines
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([label]) => label !== '' && label !== '---');
}

test('the measured numbers are those of the newest results', () => {
  expect(document).toContain(`bench/results/${results.date.slice(0, 10)}-scale.json`);
  const m = measured;
  expect(Object.fromEntries(rowsBelow('Measured'))).toEqual({
    'users in the largest table': shown(m.users),
    'a user': `${shown(m.userBytes)} bytes`,
    'a key': `${shown(m.keyBytes)} bytes`,
    'a row of the change log': `${shown(m.logBytes)} bytes`,
    'a record of an Idempotency-Key': `${shown(m.recordBytes)} bytes`,
    'write-ahead log of a PUT': `${shown(m.walBytes)} bytes`,
    'the same right after a checkpoint, with whole pages': `${shown(m.walBytesWithPages)} bytes`,
    'CPU of Postgres for a PUT': `${shown(m.cpuMs)} ms`,
    'planning and execution of a PUT': `${shown(m.statementMs)} ms`,
    'buffers of a PUT': shown(m.buffers),
    'of these, not in shared memory': shown(m.buffersRead),
    'buffers, compared with the smallest table': `${shown(m.buffersGrowth)} ×`,
    'PUTs of one user': `${shown(m.putsOfOneUser)} /s`,
    'deleting expired records': `${shown(m.deletedPerSecond)} /s`,
  });
});

test('the costs of lists, history and erasures are those of the newest results', () => {
  const { date, data } = newestResults<ListsData>('bench', 'lists') as Results<ListsData>;
  expect(document).toContain(`bench/results/${date.slice(0, 10)}-lists.json`);
  const [fewest, most] = [data.sizes[0], data.sizes.at(-1)];
  const row = (label: string, unit: string, one: number, other: number): string[] => [
    label,
    `${shown(one)}${unit}`,
    `${shown(other)}${unit}`,
    `${shown(other / one)} ×`,
  ];
  const buffersOf = (read: Read) =>
    [fewest, most].map((size) => median(size?.reads[read].buffers ?? [])) as [number, number];
  const [beside, besideMany] = data.erasures;
  const erasing = (name: 'buffers' | 'executionMs') =>
    [beside, besideMany].map((erasure) => median(erasure?.costs[name] ?? [])) as [number, number];
  expect(rowsBelow('Lists, history and erasures')).toEqual([
    ['users', shown(fewest?.users ?? 0), shown(most?.users ?? 0), ''],
    ...(Object.keys(TITLES) as Read[]).map((read) => row(TITLES[read], '', ...buffersOf(read))),
    [
      'records of Idempotency-Keys',
      shown(beside?.records ?? 1),
      shown(besideMany?.records ?? 0),
      '',
    ],
    row('erasing a user', '', ...erasing('buffers')),
    row('the same, in milliseconds', '', ...erasing('executionMs')),
    [
      'CPU of a page of a hundred users, compared with ten GETs',
      '',
      '',
      `${shown(medianRatio(data.cpu.page, data.cpu.gets))} ×`,
    ],
  ]);
});

test('the listed assumptions are those of the calculation', () => {
  const a = assumed;
  expect(Object.fromEntries(rowsBelow('Assumed'))).toEqual({
    users: shown(a.users),
    PUTs: `${shown(a.puts)} /s`,
    'days that the change log is kept': shown(a.days),
    'shards, a Neon project each': shown(a.shards),
    'share of the CPU that may be busy': shown(a.busyShare),
    'wait of a commit for Neon’s storage': `${shown(a.commitMs)} ms`,
    'largest compute': `${shown(a.largestCU)} CU`,
    'memory of a CU': `${shown(a.gigabytesPerCU)} GB`,
    'size of a branch': `${shown(a.branchTB)} TB`,
    'connections that the proxy keeps to a compute': shown(a.connections),
    'write-ahead log that a storage node takes': `${shown(a.walMB)} MB/s`,
    'requests with one key': `${shown(a.requestsPerMinute)} /min`,
    'records deleted by the hourly cleanup': shown(a.deletedPerHour),
  });
});

const SECONDS_A_DAY = 86_400;

test('what it takes is calculated from measurements and assumptions', () => {
  const { users, puts, days, shards, busyShare, commitMs, gigabytesPerCU } = assumed;
  const m = measured;
  const userBytes = users * (m.userBytes + m.keyBytes);
  const loggedBytes = puts * SECONDS_A_DAY * m.logBytes;
  const takes: [label: string, value: number, unit: string][] = [
    ['users and keys', userBytes / 1e12, ' TB'],
    ['change log of a day', loggedBytes / 1e12, ' TB'],
    ['change log of all days that it is kept', (loggedBytes * days) / 1e12, ' TB'],
    [
      'records of a day, if every PUT has an Idempotency-Key',
      (puts * SECONDS_A_DAY * m.recordBytes) / 1e12,
      ' TB',
    ],
    ['write-ahead log', (puts * m.walBytes) / 1e6, ' MB/s'],
    ['CPU', (puts * m.cpuMs) / 1000 / busyShare, ' CU'],
    ['memory for all users and keys', userBytes / (gigabytesPerCU * 1e9), ' CU'],
    ['busy connections of Postgres', (puts * (m.statementMs + commitMs)) / 1000, ''],
  ];
  expect(rowsBelow('What it takes')).toEqual(
    takes.map(([label, value, unit]) => [
      label,
      `${shown(value)}${unit}`,
      `${shown(value / shards)}${unit}`,
    ]),
  );
});

test('the limits are calculated from both, and the lowest comes first', () => {
  const a = assumed;
  const putMs = measured.statementMs + a.commitMs;
  const loggedBytes = SECONDS_A_DAY * measured.logBytes;
  const rates = {
    'one key, in one location': a.requestsPerMinute / 60,
    'cleanup of Idempotency-Keys, if every PUT has one': a.deletedPerHour / 3600,
    'one user': 1000 / putMs,
    'connections that the proxy keeps': (a.connections * 1000) / putMs,
    'storage node': (a.walMB * 1e6) / measured.walBytes,
    'branch, filled by the change log': (a.branchTB * 1e12) / (a.days * loggedBytes),
    'CPU of the largest compute': (a.largestCU * a.busyShare * 1000) / measured.cpuMs,
  };
  const ordered = Object.entries(rates).sort(([, one], [, other]) => one - other);
  expect(rowsBelow('What breaks first')).toEqual(
    ordered.map(([label, rate]) => [label, `${shown(rate)} /s`]),
  );
});

test('the text has no number outside the tables, except the year in which Neon’s pages were read', () => {
  const prose = document
    .replace(/^\|.*\|$/gm, '')
    .replace(/\[[^\]]*\]\([^)]*\)/g, '')
    .replace('read early in 2026', '');
  expect(prose).not.toMatch(/\d/);
});
