import { desc, eq, getTableColumns, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { displayPrefix, hashApiKey, mintApiKey } from '../api-key.ts';
import type { KeyRole, Scope } from '../permissions.ts';
import { isUuid } from '../values.ts';
import type { Database } from './client.ts';
import type { Access } from './credential.ts';
import { arrayOf } from './functions.ts';
import { event, type KeyState, keyFacts, keyRows, ownKey, stateOf } from './key-statement.ts';
import { apiKeys, byteaText, keyEvents, users } from './schema.ts';

/** A key as it is shown: everything but the key itself and its hash. */
export type ShownKey = Omit<typeof apiKeys.$inferSelect, 'hash'> & { state: KeyState };

/** A key whose only showing this is. */
export type NewKey = ShownKey & { key: string };

/** What a new key is made from. */
export interface KeyDraft {
  name: string;
  description: string;
  /** The preset that the scopes come from, if they come from one. */
  role: KeyRole | null;
  scopes: readonly Scope[];
  /** RFC 3339; null: never. A key that ends itself makes none that outlives it. */
  expiresAt: string | null;
  /** Whether updates with it must be conditional. */
  requirePrecondition: boolean;
}

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
export async function listAllKeys(db: Database): Promise<ShownKey[]> {
  const all = alias(apiKeys, 'answer');
  const { hash: _, ...columns } = getTableColumns(all);
  return await db
    .select({ ...columns, state: stateOf('answer') })
    .from(all)
    .orderBy(desc(all.created_at), desc(all.id));
}

/** Makes a key of the credential's owner. `grantable`: whether they may have given it these scopes. */
export async function createKey(db: Database, access: Access, requestId: string, draft: KeyDraft) {
  const { name, description, role, expiresAt, requirePrecondition } = draft;
  const key = mintApiKey();
  const grantable = sql<boolean>`(select ${arrayOf(draft.scopes)} <@ scopes from credential)`;
  const created = sql`
  insert into ${apiKeys} (owner_id, name, description, role, scopes, hash, prefix, expires_at, require_precondition)
  select owner_id, ${name}, ${description}, ${role}, ${arrayOf(draft.scopes)},
    ${byteaText(await hashApiKey(key))}, ${displayPrefix(key)}, least(${expiresAt}::timestamptz, ends_at), ${requirePrecondition}
  from credential where refusal is null and ${grantable}
  returning *`;
  const facts = await keyFacts(db, access, {
    steps: { created, logged: event('created', 'created', requestId) },
    answer: sql`select * from created`,
    facts: { grantable },
  });
  return facts && { ...facts, found: facts.found && { ...facts.found, key } };
}

/** How a key is followed by a new one. */
export interface Rotation {
  id: string;
  /** For how many seconds the old key lives on, at most; never beyond its own expiry. */
  graceSeconds: number;
  /** RFC 3339; null: never; undefined: as the old key. */
  expiresAt: string | null | undefined;
}

/** Makes a key with the same rights as a live one of the credential's owner, which then ends. */
export async function rotateKey(
  db: Database,
  access: Access,
  requestId: string,
  { id, graceSeconds, expiresAt }: Rotation,
) {
  const key = mintApiKey();
  const created = sql`
  insert into ${apiKeys} (owner_id, name, description, role, scopes, hash, prefix, expires_at, require_precondition)
  select own.owner_id, own.name, own.description, own.role, own.scopes,
    ${byteaText(await hashApiKey(key))}, ${displayPrefix(key)},
    least(${expiresAt === undefined ? sql`own.expires_at` : sql`${expiresAt}::timestamptz`}, credential.ends_at), own.require_precondition
  from own, credential
  where ${stateOf('own')} = 'live' and own.scopes <@ credential.scopes
  returning *`;
  const retired = sql`
  update ${apiKeys} as key
  set expires_at = least(key.expires_at, now() + make_interval(secs => ${graceSeconds}))
  from own, created where key.id = own.id
  returning key.*`;
  const facts = await keyFacts(db, access, {
    steps: {
      own: ownKey(id),
      created,
      retired,
      logged: event('rotated', 'retired', requestId),
      logged_too: event('created', 'created', requestId),
    },
    answer: sql`select * from created`,
    facts: {
      state: sql<KeyState | null>`(select ${stateOf('own')} from own)`,
      grantable: sql<boolean>`(select own.scopes <@ credential.scopes from own, credential)`,
    },
    changes: id,
  });
  return facts && { ...facts, found: facts.found && { ...facts.found, key } };
}

/** Ends a key of the credential's owner, from the next request on; again is no error. */
export const revokeKey = (db: Database, access: Access, requestId: string, id: string) =>
  keyFacts(db, access, {
    steps: {
      own: ownKey(id),
      revoked: sql`
  update ${apiKeys} as key set revoked_at = now()
  from own where key.id = own.id and own.revoked_at is null
  returning key.*`,
      logged: event('revoked', 'revoked', requestId),
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
    answer: sql`select key.* from ${apiKeys} as key, credential
    where key.owner_id = credential.owner_id and refusal is null ${page}
    order by key.created_at desc, key.id desc limit ${limit + 1}`,
    facts: {},
  });
  const [first] = rows;
  if (!first) return undefined;
  const keys = rows.flatMap(({ found }) => found ?? []);
  return { ...first, keys: keys.slice(0, limit), more: keys.length > limit };
}

/** Revokes a live key that somebody holds and has posted. Says nothing of whether there was one. */
export async function reportKey(
  db: Database,
  keyHash: Uint8Array,
  requestId: string,
): Promise<void> {
  await db.execute(sql`
  with revoked as (
    update ${apiKeys} set revoked_at = now() where hash = ${byteaText(keyHash)} and revoked_at is null
    returning id, owner_id
  )
  insert into ${keyEvents} (key_id, owner_id, action, request_id)
  select id, owner_id, 'reported', ${requestId} from revoked`);
}
