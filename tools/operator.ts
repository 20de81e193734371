import { randomUUID } from 'node:crypto';
import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../src/db/client.ts';
import { ConstraintViolation, classify } from '../src/db/faults.ts';
import type { Attempt } from '../src/db/run.ts';
import { apiKeys, users } from '../src/db/schema.ts';
import { isUuid } from '../src/http/values.ts';
import type { Actor } from '../src/keys/operations.ts';
import { type KeyRow, type ShownKey, toShownKey } from '../src/keys/statements.ts';

/** The command line waits for locks without a limit. */
export const ONCE: Attempt = { isRepeat: false, notAfter: 'infinity', lockTimeoutMs: 30_000 };

/** Returns the operator as the actor for a user. */
export const operatorFor = (userId: string, db: Database): Actor => ({
  access: { credential: { type: 'operator', userId }, scopes: ['keys:write'] },
  caller: {},
  requestId: randomUUID(),
  query: async (statement) => {
    try {
      return await statement(db, ONCE);
    } catch (error) {
      const fault = classify(error, false);
      // Other errors stay, because explain.ts tells the operator more than an API client may know.
      throw fault instanceof ConstraintViolation ? fault : error;
    }
  },
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
