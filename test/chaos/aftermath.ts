import type { ChaosDatabase } from './database.ts';
import type { LogRow, UserHistory, Values } from './history.ts';

/**
 * Returns these users and those whom clients have created, with their change logs, after a run. Fields
 * have the same form as in the API, because none of them is a date-time.
 */
export async function readHistories(
  database: ChaosDatabase,
  users: readonly string[],
): Promise<UserHistory[]> {
  const log = await database.query<LogRow & { userId: string }>(LOG);
  const byUser = Map.groupBy(log, ({ userId }) => userId);
  const guests = log
    .filter(({ requestId }) => requestId !== BY_OPERATOR)
    .map(({ userId }) => userId);
  const ids = [...new Set([...users, ...guests])];
  const found = await database.query<{ id: string; version: number; values: Values }>(
    `select id, version, to_jsonb(users) - '{version,created_at,updated_at}'::text[] as values from users where id = any ($1)`,
    [ids],
  );
  const rows = new Map(found.map(({ id, ...row }) => [id, row]));
  const erased = await database.query<NonNullable<UserHistory['erasure']> & { id: string }>(
    `select id, api_key_id as "apiKeyId", request_id as "requestId",
      extract(epoch from erased_at)::float8 * 1000 as "changedAt" from erased_users`,
  );
  const erasures = new Map(erased.map(({ id, ...erasure }) => [id, erasure]));
  const remains = await readRemains(database);
  const noFields = Object.fromEntries(
    Object.keys(found[0]?.values ?? {}).map((name) => [name, null]),
  );
  return ids.map((id) => {
    const final = rows.get(id);
    const erasure = erasures.get(id);
    return {
      id,
      blank: { ...noFields, id, follower_count: 0, following_count: 0 },
      log: byUser.get(id) ?? [],
      ...(final && { final }),
      ...(erasure && { erasure }),
      leftIn: remains.get(id) ?? [],
    };
  });
}

/** The request id in the log of users who were inserted with SQL. */
const BY_OPERATOR = 'sql';

/** The rows of the change log, and for erased users the copies of their rows. */
const LOG = `
  select user_id as "userId", version, api_key_id as "apiKeyId", request_id as "requestId",
    extract(epoch from changed_at)::float8 * 1000 as "changedAt", changes
  from (
    select * from user_changes
    union all
    select * from public.kept_changes where user_id not in (select id from users)
  ) as log
  order by user_id, version`;

/** Returns, for each erased user, the tables that still contain the id. */
async function readRemains(database: ChaosDatabase): Promise<Map<string, string[]>> {
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'profile' and table_name <> 'erased_users'`,
  );
  const remains = new Map<string, string[]>();
  for (const { name } of tables) {
    const left = await database.query<{ id: string }>(
      `select id from erased_users
       where exists (select from ${name} as entry where position(erased_users.id::text in entry::text) > 0)`,
    );
    for (const { id } of left) remains.set(id, [...(remains.get(id) ?? []), name]);
  }
  return remains;
}

/** Returns the recorded results of requests with an Idempotency-Key. */
export const readRecords = (database: ChaosDatabase) =>
  database.query<{ apiKeyId: string; key: string }>(
    `select api_keys.id as "apiKeyId", key from idempotency_records join api_keys using (lineage_id)
     where idempotency_records.fingerprint is not null`,
  );
