import { setTimeout } from 'node:timers/promises';
import { startWorker } from '../../tools/miniflare-worker.ts';
import { readHistories, readRecords } from './aftermath.ts';
import { createKey, createSuperuserKey, createUser, type KeyKind } from './cast.ts';
import { runClients } from './clients.ts';
import { ChaosDatabase } from './database.ts';
import type { FaultKind, Odds } from './fault-kinds.ts';
import { FaultInjector } from './faults.ts';
import { DEADLINE_MS, type History } from './history.ts';
import { openAgent } from './http.ts';
import type { Shape } from './plan.ts';

/** Longer than any fault delays a request. */
const LONGEST_DELAY_MS = 2 * DEADLINE_MS + 300;
/** The first tenth of the operations runs without faults, so that their cost can be checked. */
const CALM_PART = 10;

export interface Options extends Omit<Shape, 'sharedKeys'> {
  /** Multiplies the number of faults. Default: 1. */
  harshness?: number;
  /** Numbers of faults that replace the defaults. */
  odds?: Odds;
  /** Aborts the run, which then rejects. */
  signal?: AbortSignal;
  /** The Worker's bundle. */
  bundle: string;
  /** The folder of the migrations, if not the ones that ship. */
  migrations?: string;
  /** Called with the number of operations that have begun. */
  onProgress?: (begun: number) => void;
}

/** The result of a run. */
export interface Outcome {
  history: History;
  injected: ReadonlyMap<FaultKind, number>;
  databaseRequests: number;
  milliseconds: number;
}

/** The kinds of the shared keys: the first has full access, and the next requires a precondition. */
const SHARED: readonly KeyKind[] = [
  'full_access',
  'strict',
  'profile',
  'billing_sync',
  'full_access',
];

/** Runs the clients against a new database and a new Worker. Returns what happened. */
export async function play(options: Options): Promise<Outcome> {
  const database = await ChaosDatabase.start(options.migrations ?? 'migrations');
  try {
    return await playWith(database, options);
  } finally {
    await database.stop();
  }
}

async function playWith(database: ChaosDatabase, options: Options): Promise<Outcome> {
  const worker = startWorker({
    bundle: options.bundle,
    vars: {
      DATABASE_URL: database.workerUrl,
      DATABASE_ENDPOINT: `http://127.0.0.1:${database.endpoint.port}/sql`,
      DB_TIMEOUT_MS: `${DEADLINE_MS}`,
    },
  });
  try {
    const { origin } = await worker.ready;
    return await Promise.race([playOn(database, origin, options), abortionOf(options.signal)]);
  } finally {
    await worker.dispose();
  }
}

function abortionOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function playOn(database: ChaosDatabase, origin: string, options: Options): Promise<Outcome> {
  const shape: Shape = { ...options, sharedKeys: SHARED.length };
  const times = <T>(count: number, make: () => Promise<T>) =>
    Promise.all(Array.from({ length: count }, make));
  const users = await times(shape.users, () => createUser(database));
  const ownKeys = await times(shape.clients, () => createSuperuserKey(database));
  const { owner, ...managerKey } = await createSuperuserKey(database);
  const sharedKeys = await Promise.all(SHARED.map((kind) => createKey(database, owner, kind)));
  const faults = new FaultInjector(shape.seed, {
    endpoint: database.endpoint,
    deadlineMs: DEADLINE_MS,
    harshness: options.harshness ?? 1,
    odds: options.odds ?? {},
    users: shape.users,
    killInMidStatement: (index) => database.killInMidStatement(users[index] ?? ''),
    restart: (mode) => database.restart(mode),
  });
  const agent = openAgent();
  const began = performance.now();
  let begun = 0;
  const notes = await runClients({
    ...{ shape, agent, origin, users, guests: [], ownKeys, sharedKeys, managerKey },
    restore: (id) => database.query(RESTORE, [id]),
    calm: () => !faults.on,
    onOperation: () => {
      faults.on = ++begun > shape.operations / CALM_PART;
      options.onProgress?.(begun);
    },
  }).finally(() => faults.end());
  const milliseconds = performance.now() - began;
  agent.destroy();
  await setTimeout(LONGEST_DELAY_MS); // Waits for statements that the network still delays.
  await database.settled();
  const keys = [...ownKeys, managerKey, ...sharedKeys].map(({ id, prefix }) => {
    const kind = SHARED[sharedKeys.findIndex((shared) => shared.id === id)];
    return { id, prefix, revocable: kind !== undefined, strict: kind === 'strict' };
  });
  return {
    history: {
      ...{ ...notes, keys },
      users: await readHistories(database, users),
      records: await readRecords(database),
      cutOff: faults.cutOff,
      outages: faults.outages,
    },
    injected: faults.injected,
    databaseRequests: database.endpoint.requests,
    milliseconds,
  };
}

const RESTORE = 'update api_keys set revoked_at = null where id = $1';
