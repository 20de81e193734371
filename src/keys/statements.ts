import { desc, eq, sql } from 'drizzle-orm';
import type { Access } from '../auth/credential.ts';
import type { Database } from '../db/client.ts';
import { apiKeys, byteaText, type KeyActor, keyEvents, users } from '../db/schema.ts';
import { isUuid } from '../http/values.ts';
import type { Scope } from '../permissions.ts';
import {
  event,
  keyFacts,
  keyRows,
  ownKey,
  type ShownKey,
  shownColumns,
  stateOf,
} from './key-statement.ts';

/** The id of the user with this id or this e-mail address, in any case. */
export async function findUser(db: Database, idOrEmail: string): Promise<string | undefined> {
  const byEmail = eq(sql`lower(${users.email})`, idOrEmail.toLowerCase());
  const [user] = await db
    .select({ id: users.id })
    .from(users)
    .where(isUuid(idOrEmail) ? eq(users.id, idOrEmail) : byEmail);
  return user?.id;
}

/** The owner of a key, for whoever runs the command line. */
export async function findOwner(db: Database, keyId: string): Promise<string | undefined> {
  const [key] = await db
    .select({ owner: apiKeys.owner_id })
    .from(apiKeys)
    .where(eq(apiKeys.id, keyId));
  return key?.owner;
}

/** The keys of all users, the newest first, for whoever runs the command line. */
export const listAllKeys = (db: Database): Promise<ShownKey[]> =>
  db
    .select({ ...shownColumns, state: stateOf('api_keys') })
    .from(apiKeys)
    .orderBy(desc(apiKeys.created_at), desc(apiKeys.id));

/** Ends a key of the credential's owner, from the next request on; again is no error. */
export const revokeKey = (db: Database, access: Access, requestId: string, id: string) =>
  keyFacts(db, access, {
    steps: {
      own: ownKey(id),
      revoked: sql`
  update ${apiKeys} as key set revoked_at = now()
  from own where key.id = own.id and own.revoked_at is null
  returning key.*`,
      logged: event('revoked', 'revoked', access, requestId),
    },
    answer: sql`select * from revoked union all select * from own where not exists (select from revoked)`,
    facts: {},
    changes: id,
  });

/** One key of the credential's owner. */
export const findKey = (db: Database, access: Access, id: string) =>
  keyFacts(db, access, {
    steps: {},
    answer: sql`select key.* from ${apiKeys} as key, credential
    where key.id = ${id} and key.owner_id = credential.owner_id and refusal is null`,
    facts: {},
  });

/** The key that asks, and what it may do now. */
export const findOwnKey = (db: Database, access: Access) =>
  keyFacts(db, access, {
    steps: {},
    answer: sql`select key.* from ${apiKeys} as key, credential where key.id = credential.id`,
    facts: { scopesNow: sql<Scope[]>`(select scopes from credential)` },
  });

/** A page of the keys of the credential's owner, the newest first; `after`: the id of a key. */
export async function listKeys(
  db: Database,
  access: Access,
  { limit, after }: { limit: number; after: string | undefined },
) {
  const page =
    after === undefined
      ? sql``
      : sql`and (key.created_at, key.id) < (
      select created_at, id from ${apiKeys} where id = ${after} and owner_id = credential.owner_id)`;
  const rows = await keyRows(db, access, {
    steps: {},
    // Lateral, so that the index gives the page in its order and the rest is not read.
    answer: sql`select key.* from credential, lateral (
      select * from ${apiKeys} as key
      where key.owner_id = credential.owner_id and credential.refusal is null ${page}
      order by key.created_at desc, key.id desc limit ${limit + 1}
    ) as key`,
    facts: {},
  });
  const [first] = rows;
  if (!first) return undefined;
  const keys = rows.flatMap(({ found }) => found ?? []);
  return { ...first, keys: keys.slice(0, limit), more: keys.length > limit };
}

/** Revokes a live key that somebody holds. Says nothing of whether there was one. */
export async function reportKey(
  db: Database,
  keyHash: Uint8Array,
  actor: Extract<KeyActor, 'anyone' | 'operator'>,
  requestId: string,
): Promise<void> {
  await db.execute(sql`
  with revoked as (
    update ${apiKeys} set revoked_at = now() where hash = ${byteaText(keyHash)} and revoked_at is null
    returning id, owner_id
  )
  insert into ${keyEvents} (key_id, owner_id, action, actor, request_id)
  select id, owner_id, 'reported', ${actor}, ${requestId} from revoked`);
}
