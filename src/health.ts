import { sql } from 'drizzle-orm';
import { resultOf } from './db/client.ts';
import { DatabaseFault } from './db/faults.ts';
import { run } from './db/run.ts';
import type { Context, Route } from './route.ts';

const OK = { status: 'ok' };

/** Says that the Worker runs and is configured; does not ask the database. */
const healthz: Route = {
  method: 'GET',
  path: '/healthz',
  scopes: null,
  handler: () => Response.json(OK),
};

/**
 * Says that the database can be used, too. Asks it once in a second; meanwhile everybody gets what was found last,
 * also while a question is under way.
 */
const readyz: Route = {
  method: 'GET',
  path: '/readyz',
  scopes: null,
  handler: async (_, context) => {
    if (!known || Date.now() - known.at >= KEPT_MS) {
      if (known) known.at = Date.now();
      const fault = await findFault(context);
      known = { at: Date.now(), fault };
    }
    if (known.fault) throw known.fault;
    return Response.json(OK);
  },
};

export const healthRoutes: readonly Route[] = [healthz, readyz];

const KEPT_MS = 1000;

/** A probe waits no longer for a database that does not respond. */
const PATIENCE_MS = 700;

/** What this isolate found last, and when. */
let known: { at: number; fault: DatabaseFault | undefined } | undefined;

/** Returns why a statement of this Worker would fail, or undefined. */
async function findFault({ env, log }: Context): Promise<DatabaseFault | undefined> {
  const database = { ...env.database, timeoutMs: PATIENCE_MS };
  const began = Date.now();
  try {
    const isAllowed = await run(
      database,
      () => log.databaseRequests++,
      (db) =>
        resultOf<boolean>(
          db,
          sql`select has_function_privilege('profile.update_user(jsonb)', 'execute') as result`,
        ),
      'repeatable',
    );
    return isAllowed ? undefined : unavailable('may not call update_user');
  } catch (error) {
    return unavailable((error as Error).message);
  } finally {
    log.databaseMs += Date.now() - began;
  }
}

const unavailable = (reason: string) => new DatabaseFault('unavailable', 'not_applied', reason);
