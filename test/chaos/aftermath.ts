import type { ChaosDatabase } from './database.ts';
import type { LogRow, UserHistory, Values } from './history.ts';

/** Returns the users as the API returns them (their fields have no date-times), with their versions. */
export async function readUsers(
  database: ChaosDatabase,
  users: readonly string[],
): Promise<Map<string, { values: Values; version: number }>> {
  const found = await database.query<{ id: string; version: number; values: Values }>(
    `select id, version, to_jsonb(users) - '{version,created_at,updated_at}'::text[] as values from users where id = any ($1)`,
    [users],
  );
  return new Map(found.map(({ id, ...row }) => [id, row]));
}

/** Returns the users with their change log, after a run. */
export async function readHistories(
  database: ChaosDatabase,
  users: readonly string[],
  initial: Awaited<ReturnType<typeof readUsers>>,
): Promise<UserHistory[]> {
  const final = await readUsers(database, users);
  const log = await database.query<LogRow & { userId: string }>(
    `select user_id as "userId", version, api_key_id as "apiKeyId", request_id as "requestId",
      extract(epoch from changed_at)::float8 * 1000 as "changedAt", changes from user_changes order by user_id, version`,
  );
  const byUser = Map.groupBy(log, ({ userId }) => userId);
  return users.map((id) => ({
    id,
    initial: initial.get(id)?.values ?? {},
    log: byUser.get(id) ?? [],
    final: final.get(id)?.values ?? {},
    finalVersion: final.get(id)?.version ?? 0,
  }));
}

/** Returns the recorded results of requests with an Idempotency-Key. */
export const readRecords = (database: ChaosDatabase) =>
  database.query<{ apiKeyId: string; key: string }>(
    `select api_keys.id as "apiKeyId", key from idempotency_records join api_keys using (lineage_id)
     where idempotency_records.fingerprint is not null`,
  );
