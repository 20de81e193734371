import { number, table } from '../markdown.ts';
import { median, medianRatio } from '../statistics.ts';
import { type ListsData, PAGE, type Read, USERS_A_GET } from './run.ts';

/** What each read finds. */
export const TITLES: Record<Read, string> = {
  page: '50 users by id',
  changed: '50 users changed since a given time',
  found: 'one user by e-mail address',
  history: 'the changes of one user',
};

/** What the report says about lists, history and erasures. */
export const listsText = ({
  sizes,
  erasures,
  cpu,
}: ListsData): string => `## Lists, history and erasures

A database like that of the section above, and the statements that the Worker sends. Medians.

### Buffers by the number of users

${table(
  ['', ...sizes.map(({ users }) => grouped(users))],
  (Object.keys(TITLES) as Read[]).map((read) => [
    TITLES[read],
    ...sizes.map(({ reads }) => number(median(reads[read].buffers))),
  ]),
)}

### Erasing a user

The records are of Idempotency-Keys of other users. Each user has a key and a row in the change log.

${table(
  ['records', 'buffers', 'execution ms', 'WAL bytes'],
  erasures.map(({ records, costs }) => [
    grouped(records),
    ...[costs.buffers, costs.executionMs, costs.walBytes].map((values) => number(median(values))),
  ]),
)}

### A page of ${PAGE} users

CPU of Postgres: ${number(median(cpu.page))} ms, which is ${number(medianRatio(cpu.page, cpu.gets))} times that of ${PAGE / USERS_A_GET} GETs.`;

const grouped = (value: number): string => value.toLocaleString('en-GB');
