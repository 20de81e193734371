import { and, desc, eq, getTableColumns, isNull, sql } from 'drizzle-orm';
import { displayPrefix, hashApiKey, mintApiKey } from '../api-key.ts';
import { type KeyRole, keyRoles } from '../permissions.ts';
import { isUuid } from '../user-fields.ts';
import type { Database } from './client.ts';
import { apiKeys, users } from './schema.ts';

const { hash, ...shownColumns } = getTableColumns(apiKeys);

/** A key as people may see it after its creation: everything but the key and its hash. */
export type ShownKey = Omit<typeof apiKeys.$inferSelect, 'hash'>;

/** What a new key is made from. */
export interface NewKey {
  ownerId: string;
  /** 1 to 100 characters. */
  name: string;
  description: string;
  role: KeyRole;
  /** Null: it never expires. */
  expiresAt: Date | null;
}

/** The id of the user with this id or this e-mail address, in any case; undefined if there is none. */
export async function findUser(db: Database, idOrEmail: string): Promise<string | undefined> {
  const byEmail = eq(sql`lower(${users.email})`, idOrEmail.toLowerCase());
  const [user] = await db
    .select({ id: users.id })
    .from(users)
    .where(isUuid(idOrEmail) ? eq(users.id, idOrEmail) : byEmail);
  return user?.id;
}

/** Makes a key. The answer is the only place where the whole key ever stands. */
export async function createKey(
  db: Database,
  { ownerId, name, description, role, expiresAt }: NewKey,
) {
  const key = mintApiKey();
  const [row] = await db
    .insert(apiKeys)
    .values({
      owner_id: ownerId,
      name,
      description,
      role,
      scopes: [...keyRoles[role]],
      hash: await hashApiKey(key),
      prefix: displayPrefix(key),
      expires_at: expiresAt?.toISOString() ?? null,
    })
    .returning(shownColumns);
  if (!row) throw new Error('an insert without a row');
  return { ...row, key };
}

/** All keys, the newest first, or those of one owner. */
export const listKeys = (db: Database, ownerId?: string): Promise<ShownKey[]> =>
  db
    .select(shownColumns)
    .from(apiKeys)
    .where(ownerId === undefined ? undefined : eq(apiKeys.owner_id, ownerId))
    .orderBy(desc(apiKeys.created_at), apiKeys.id);

/** Revokes a key, from the next request on. Undefined: there is no such key, or it was revoked before. */
export async function revokeKey(db: Database, id: string): Promise<ShownKey | undefined> {
  const [row] = await db
    .update(apiKeys)
    .set({ revoked_at: sql`now()` })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revoked_at)))
    .returning(shownColumns);
  return row;
}
