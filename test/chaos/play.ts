import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { displayPrefix, hashApiKey, mintApiKey } from '../../src/api-key.ts';
import { type KeyRole, keyRoles } from '../../src/permissions.ts';
import { startWorker } from '../support/worker.ts';
import { type Key, runClients } from './clients.ts';
import { ChaosDatabase } from './database.ts';
import { FaultInjector, type FaultKind } from './faults.ts';
import type { History, LogRow, UserHistory, Values } from './history.ts';
import { openAgent } from './http.ts';
import type { Shape } from './plan.ts';

/** How long the Worker waits for the database. */
const DEADLINE_MS = 1000;
/** Longer than any fault holds a request back. */
const LONGEST_DELAY_MS = DEADLINE_MS + 300;
/** One in so many operations, the first ones, runs without faults: what all goes well costs is checked too. */
const CALM_PART = 10;

export interface Options extends Omit<Shape, 'sharedKeys'> {
  /** How many times as often as usual a request meets a fault; 1 if left out. */
  harshness?: number;
  /** The Worker's bundle. */
  bundle: string;
  /** Called with the number of operations begun. */
  onProgress?: (begun: number) => void;
}

/** What a run leaves. */
export interface Outcome {
  history: History;
  injected: ReadonlyMap<FaultKind, number>;
  databaseRequests: number;
  milliseconds: number;
}

/** The rights of the shared keys; the first may do everything, and the next needs a precondition. */
const SHARED: readonly (KeyRole | 'strict')[] = [
  'full_access',
  'strict',
  'profile',
  'billing_sync',
  'full_access',
];

/** Plays a run on a database and a Worker of its own, and answers its history. */
export async function play(options: Options): Promise<Outcome> {
  const database = await ChaosDatabase.start();
  const worker = startWorker({
    bundle: options.bundle,
    vars: {
      DATABASE_URL: database.url,
      DATABASE_ENDPOINT: `http://127.0.0.1:${database.endpoint.port}/sql`,
      DB_TIMEOUT_MS: `${DEADLINE_MS}`,
    },
  });
  try {
    return await playOn(database, (await worker.ready).origin, options);
  } finally {
    await worker.dispose();
    await database.stop();
  }
}

async function playOn(database: ChaosDatabase, origin: string, options: Options): Promise<Outcome> {
  const shape: Shape = { ...options, sharedKeys: SHARED.length };
  const users = await Promise.all(Array.from({ length: shape.users }, () => user(database)));
  const ownKeys = await Promise.all(
    Array.from({ length: shape.clients }, () => superuserKey(database)),
  );
  const { owner, ...managerKey } = await superuserKey(database);
  const sharedKeys = await Promise.all(SHARED.map((role) => key(database, owner, role)));
  const initial = await rows(database, users);
  const faults = new FaultInjector(shape.seed, {
    endpoint: database.endpoint,
    deadlineMs: DEADLINE_MS,
    harshness: options.harshness ?? 1,
    users: shape.users,
    killInMidStatement: (index) => database.killInMidStatement(users[index] ?? ''),
    restart: (mode) => database.restart(mode),
  });
  const agent = openAgent();
  const started = performance.now();
  let begun = 0;
  const notes = await runClients({
    shape,
    agent,
    origin,
    users,
    ownKeys,
    sharedKeys,
    managerKey,
    restore: async (id) =>
      void (await database.query('update api_keys set revoked_at = null where id = $1', [id])),
    calm: () => !faults.on,
    onOperation: () => {
      faults.on = ++begun > shape.operations / CALM_PART;
      options.onProgress?.(begun);
    },
  });
  const milliseconds = performance.now() - started;
  agent.destroy();
  await faults.end();
  await setTimeout(LONGEST_DELAY_MS); // Statements that the network still holds back.
  await database.settled();
  const keys = [...ownKeys, managerKey, ...sharedKeys].map(({ id, prefix }) => ({
    id,
    prefix,
    revocable: sharedKeys.some((shared) => shared.id === id),
    strict: id === sharedKeys[SHARED.indexOf('strict')]?.id,
  }));
  return {
    history: {
      ...notes,
      keys,
      users: await histories(database, users, initial),
      records: await records(database),
    },
    injected: faults.injected,
    databaseRequests: database.endpoint.requests,
    milliseconds,
  };
}

async function user(database: ChaosDatabase, isSuperuser = false): Promise<string> {
  const id = randomUUID();
  await database.query(
    'insert into users (id, email, is_superuser) values ($1, $2, $3) on conflict do nothing',
    [id, `${id}@example.com`, isSuperuser],
  );
  return id;
}

/** A key of an owner of its own, who has no other. */
async function superuserKey(database: ChaosDatabase): Promise<Key & { owner: string }> {
  const owner = await user(database, true);
  return { owner, ...(await key(database, owner, 'full_access')) };
}

async function key(database: ChaosDatabase, owner: string, role: KeyRole | 'strict'): Promise<Key> {
  const [id, secret] = [randomUUID(), mintApiKey()];
  const preset = role === 'strict' ? 'full_access' : role;
  await database.query(
    `insert into api_keys (id, owner_id, name, role, scopes, hash, prefix) values ($1, $2, 'chaos', $3, $4, $5, $6) on conflict do nothing`,
    [id, owner, preset, keyRoles[preset], await hashApiKey(secret), displayPrefix(secret)],
  );
  if (role === 'strict')
    await database.query('update api_keys set require_precondition = true where id = $1', [id]);
  return { id, secret, prefix: displayPrefix(secret) };
}

/** The users as the API answers them, as long as they have no date-times, and their versions. */
async function rows(
  database: ChaosDatabase,
  users: readonly string[],
): Promise<Map<string, { values: Values; version: number }>> {
  const found = await database.query<{ id: string; version: number; values: Values }>(
    `select id, version, to_jsonb(users) - '{version,created_at,updated_at}'::text[] as values from users where id = any ($1)`,
    [users],
  );
  return new Map(found.map(({ id, ...row }) => [id, row]));
}

async function histories(
  database: ChaosDatabase,
  users: readonly string[],
  initial: Awaited<ReturnType<typeof rows>>,
): Promise<UserHistory[]> {
  const final = await rows(database, users);
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

const records = (database: ChaosDatabase) =>
  database.query<{ apiKeyId: string; key: string }>(
    'select api_key_id as "apiKeyId", key from idempotency_records',
  );
