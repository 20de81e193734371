import { expect } from 'vitest';
import type { Stack } from '../support/stack.ts';
import { FIELDS, type Field, fieldNames } from './fields.ts';
import type { World } from './world.ts';

/** Compares the database after a sequence with the model. */
export async function requireDatabase(stack: Stack, world: World): Promise<void> {
  const ids = [...world.users.keys(), ...world.erased];
  const keyIds = [...world.keys.values()].map(({ id }) => id);
  const [users, log, records, used] = await Promise.all([
    stack.query<{ row: Row }>('select to_jsonb(u) as row from users u where id = any($1)', [ids]),
    stack.query<LogRow>('select * from user_changes where user_id = any($1)', [ids]),
    stack.query<{ name: string }>(
      `select api_keys.id || ' ' || key as name
       from idempotency_records as record join api_keys using (lineage_id)
       where api_keys.id = any($1) and record.created_at > now() - interval '24 hours'`,
      [keyIds],
    ),
    stack.query<{ id: string; used: boolean }>(
      'select id, last_used_at is not null as used from api_keys where id = any($1)',
      [keyIds],
    ),
  ]);
  expect(Object.fromEntries(users.map(({ row }) => [row['id'], columns(row)]))).toEqual(
    Object.fromEntries(
      [...world.users.values()].map(({ id, version, fields }) => [id, { ...fields, version }]),
    ),
  );
  expect(Object.fromEntries(log.map(logged))).toEqual(
    Object.fromEntries(
      world.log.map(({ user, version, key, requestId, reverts, changes }) => [
        `${user} ${version}`,
        { key, requestId, reverts, changes },
      ]),
    ),
  );
  const current = [...world.records].filter(
    ([name, { old }]) => !old && keyIds.includes(idIn(name)),
  );
  expect(records.map(({ name }) => name).toSorted()).toEqual(
    current.map(([name]) => name).toSorted(),
  );
  const keys = Object.fromEntries([...world.keys.values()].map((key) => [key.id, key.used]));
  for (const key of used)
    if (keys[key.id] !== 'perhaps') expect(key.used).toBe(keys[key.id] === 'surely');
}

/** Compares each user's part of the feed with the model: the log in order, or only the erasure. */
export async function requireFeed(stack: Stack, world: World): Promise<void> {
  for (const user of world.users.keys()) {
    const log = world.log.filter((entry) => entry.user === user);
    expect(await feedOf(stack, user)).toEqual(
      log
        .map(({ version }) => [version === 1 ? 'user.created' : 'user.updated', version])
        .toSorted(([, a], [, b]) => Number(a) - Number(b)),
    );
  }
  for (const user of world.erased)
    expect(await feedOf(stack, user)).toEqual([['user.erased', expect.any(Number)]]);
}

/** Returns types and versions in the feed, once no transaction of another test holds it back. */
async function feedOf(stack: Stack, only_user: string): Promise<[type: string, version: number][]> {
  const [{ page = undefined } = {}] = await stack.query<{
    page: { changes: { type: string; version: number }[]; lag_seconds: number };
  }>('select changes_after($1) as page', [JSON.stringify({ only_user, limit: 1000 })]);
  if (!page || page.lag_seconds > 0) return feedOf(stack, only_user);
  return page.changes.map(({ type, version }) => [type, version]);
}

type Row = Record<string, unknown>;

interface LogRow {
  user_id: string;
  version: number;
  api_key_id: string | null;
  request_id: string;
  reverts: object | null;
  changes: Record<string, { before: unknown; after: unknown }>;
}

const idIn = (recordName: string): string => recordName.split(' ')[0] ?? '';

const columns = (row: Row): Row => ({
  ...Object.fromEntries(fieldNames.map((name) => [name, value(name, row[name])])),
  version: row['version'],
});

const logged = ({ user_id, version, api_key_id, request_id, reverts, changes }: LogRow) => [
  `${user_id} ${version}`,
  {
    key: api_key_id,
    requestId: request_id,
    reverts,
    changes: Object.fromEntries(
      Object.entries(changes).map(([name, { before, after }]) => [
        name,
        { before: value(name, before), after: value(name, after) },
      ]),
    ),
  },
];

/** Returns a stored value as the API writes it. Postgres writes instants in the session's time zone. */
function value(name: string, stored: unknown): unknown {
  if (FIELDS[name as Field]?.[1] !== 'instant' || typeof stored !== 'string') return stored;
  const fraction = /\.\d+/.exec(stored)?.[0] ?? '';
  return `${new Date(stored).toISOString().slice(0, 19)}${fraction}Z`;
}
