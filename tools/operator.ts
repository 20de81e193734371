import { randomUUID } from 'node:crypto';
import { desc, eq, sql } from 'drizzle-orm';
import { v7 as uuidV7 } from 'uuid';
import type { Database } from '../src/db/client.ts';
import { ConstraintViolation, classify } from '../src/db/faults.ts';
import type { Attempt, Statement } from '../src/db/run.ts';
import { apiKeys, users } from '../src/db/schema.ts';
import { isUuid } from '../src/http/values.ts';
import { type KeyRow, type ShownKey, toShownKey } from '../src/keys/fields.ts';
import type { Actor } from '../src/keys/operations.ts';
import type { Change } from '../src/users/statements.ts';

/** The command line waits for locks as long as a command may take. */
export const ONCE: Attempt = { isRepeat: false, notAfter: 'infinity', lockTimeoutMs: 30_000 };

/** Returns the operator as an actor: for a user, or for nobody, as users are managed. */
export const operator = (db: Database, userId: string | null = null) => ({
  credential: { type: 'operator', userId } as const,
  caller: {},
  log: {},
  requestId: randomUUID(),
  query: async <T>(statement: Statement<T>): Promise<T> => {
    try {
      return await statement(db, ONCE);
    } catch (error) {
      const fault = classify(error, false);
      // Other errors stay, because explain.ts shows the operator more than an API client may see.
      throw fault instanceof ConstraintViolation ? fault : error;
    }
  },
});

/** Returns the operator as the actor who manages the keys of a user. */
export function operatorFor(userId: string, db: Database): Actor {
  const { credential, ...actor } = operator(db, userId);
  return { ...actor, access: { credential, scopes: ['keys:write'] } };
}

/** Returns a change of a user without conditions. */
export const newChange = (): Change => ({
  id: uuidV7(),
  conditions: {},
  idempotency: undefined,
  validateOnly: false,
  requestId: randomUUID(),
});

/** Returns the id of the user with this id or e-mail address, in any case. Throws if there is none. */
export async function findUser(db: Database, idOrEmail: string): Promise<string> {
  const byEmail = eq(sql`lower(${users.email})`, idOrEmail.toLowerCase());
  const [user] = await db
    .select({ id: users.id })
    .from(users)
    .where(isUuid(idOrEmail) ? eq(users.id, idOrEmail) : byEmail);
  if (!user) throw new Error(`User not found: ${idOrEmail}.`);
  return user.id;
}

/** Returns the id of a key's owner. Throws if there is no such key. */
export async function findOwner(db: Database, keyId: string): Promise<string> {
  const [key] = await db
    .select({ owner: apiKeys.owner_id })
    .from(apiKeys)
    .where(eq(apiKeys.id, keyId));
  if (!key) throw new Error(`Key not found: ${keyId}.`);
  return key.owner;
}

/** Returns the keys of all users, newest first. */
export async function listAllKeys(db: Database): Promise<ShownKey[]> {
  const rows = await db
    .select({ key: sql<KeyRow>`profile.shown_key(api_keys)` })
    .from(apiKeys)
    .orderBy(desc(apiKeys.created_at), desc(apiKeys.id));
  return rows.map(({ key }) => toShownKey(key));
}

/** Returns the e-mail addresses of all owners of keys, by id. */
export async function ownersOfKeys(db: Database): Promise<Map<string, string>> {
  const owners = await db
    .selectDistinct({ id: users.id, email: users.email })
    .from(users)
    .innerJoin(apiKeys, eq(apiKeys.owner_id, users.id));
  return new Map(owners.map(({ id, email }) => [id, email]));
}
