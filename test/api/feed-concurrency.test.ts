import { readFileSync } from 'node:fs';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack({ DB_TIMEOUT_MS: '6000' });

const WRITERS = 16;
const USERS = 12;
const ROUNDS = 25;

/** The position of a change in change_user. */
const GREATEST = `greatest(
        (SELECT position FROM user_changes WHERE user_id = _user_id AND version = _before.version),
        pg_current_xact_id())`;

interface Change {
  user_id: string;
  version: number;
}

/** Replaces a function of the database by its source with another text in it, or by its source. */
async function install(name: string, text = '', replacement = ''): Promise<void> {
  const source = readFileSync(`src/db/functions/${name}.sql`, 'utf8');
  expect(source).toContain(text);
  await stack.query(source.replaceAll(text, replacement));
}

/** Changes users one at a time, in transactions that have their id before they wait for a lock. */
async function write(client: pg.Client, users: string[], keyHash: string, turn: number) {
  for (let round = 0; round < ROUNDS; round++) {
    const userId = users[(turn * 7 + round * 5) % users.length];
    await client.query('begin');
    await client.query('select pg_current_xact_id()');
    if ((turn + round) % 3 === 0) await client.query('select pg_sleep(0.01)');
    await client.query('select update_user($1)', [
      JSON.stringify({
        key_hash: keyHash,
        accepted_scopes: ['user:write'],
        superuser_scopes: ['users:all'],
        all_users_scope: 'users:all',
        user_id: userId,
        change_id: crypto.randomUUID(),
        request_id: 'writer',
        repeat: false,
        not_after: new Date(Date.now() + 60_000).toISOString(),
        lock_timeout: '30s',
        remembered: '24 hours',
        update: { first_name: `${turn}-${round}` },
        scope_by_field: { first_name: 'user:write' },
      }),
    ]);
    if ((turn + round) % 4 === 0) await client.query('select pg_sleep(0.02)');
    await client.query('commit');
  }
}

/** Lets writers write while a reader pages. Returns what it read, and what the log then has. */
async function play(): Promise<{ read: Change[]; log: Change[] }> {
  const users = await Promise.all(Array.from({ length: USERS }, () => stack.user()));
  const { keyId } = await stack.key(await stack.user({ is_superuser: true }));
  const [{ hash = '' } = {}] = await stack.query<{ hash: string }>(
    `select '\\x' || encode(hash, 'hex') as hash from api_keys where id = $1`,
    [keyId],
  );
  const read: Change[] = [];
  let cursor: unknown[] | undefined;
  const page = async () => {
    const [epoch, position, user_id, version] = cursor ?? [];
    const [{ result = undefined } = {}] = await stack.query<{ result: Record<string, never> }>(
      'select changes_after($1) as result',
      [JSON.stringify({ limit: 10, latest: !cursor, epoch, position, user_id, version })],
    );
    cursor = result?.['cursor'];
    read.push(...(result?.['changes'] ?? []));
    return result?.['has_more'] || (result?.['lag_seconds'] ?? 0) > 0;
  };
  await page();
  let writing = true;
  const reading = (async () => {
    while (writing) await page();
  })();
  const writers = Array.from({ length: WRITERS }, async (_, turn) => {
    const client = new pg.Client({
      connectionString: stack.databaseUrl,
      options: '-c search_path=profile',
    });
    await client.connect();
    await write(client, users, hash, turn).finally(() => client.end());
  });
  await Promise.all(writers);
  writing = false;
  await reading;
  while (await page());
  const log = await stack.query<Change>(
    `select user_id, version from user_changes where user_id = any ($1) and version > 1`,
    [users],
  );
  return { read, log };
}

const named = ({ user_id, version }: Change) => `${user_id} ${version}`;

/** What is wrong with what the reader read. */
function faultsOf({ read, log }: { read: Change[]; log: Change[] }) {
  const updates = read.filter(({ version }) => version > 1).map(named);
  const byUser = Map.groupBy(read, ({ user_id }) => user_id);
  const isOutOfOrder = [...byUser.values()].some((changes) =>
    changes.some(({ version }, i) => i > 0 && version <= (changes[i - 1]?.version ?? 0)),
  );
  return {
    missing: log.map(named).filter((change) => !updates.includes(change)).length,
    twice: updates.length - new Set(updates).size,
    isOutOfOrder,
  };
}

describe('the feed, read while 16 writers write', () => {
  test('has each change exactly once, those of a user in the order of versions', async () => {
    const played = await play();
    expect(played.log.length).toBe(WRITERS * ROUNDS);
    expect(faultsOf(played)).toEqual({ missing: 0, twice: 0, isOutOfOrder: false });
  });

  test('would miss changes if pages did not end before the oldest open transaction', async () => {
    await install('changes_after', 'pg_snapshot_xmin(_snapshot)', 'pg_snapshot_xmax(_snapshot)');
    expect(faultsOf(await play()).missing).toBeGreaterThan(0);
    await install('changes_after');
  });

  test('would be out of order if a position were the id of the transaction', async () => {
    await install('change_user', GREATEST, 'pg_current_xact_id()');
    expect(faultsOf(await play()).isOutOfOrder).toBe(true);
    await install('change_user');
  });
});
