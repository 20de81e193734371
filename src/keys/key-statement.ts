import { desc, getTableColumns, type SQL, sql } from 'drizzle-orm';
import { type Access, actorOf, credentialFor, touched } from '../auth/credential.ts';
import { decode } from '../db/call.ts';
import type { Database } from '../db/client.ts';
import { apiKeys, type KeyAction, keyEvents } from '../db/schema.ts';

const {
  hash,
  replaces,
  replaced_by,
  original_expires_at,
  ends_on_use,
  idempotency_key,
  fingerprint,
  ...stored
} = getTableColumns(apiKeys);

/** The columns of a key that people see. */
export const shownColumns = stored;

/** Brings a row, as JSON of Postgres, into the form in which a key is shown. */
export function toShownKey(row: Record<string, unknown>): Omit<ShownKey, 'state'> {
  return decode(Object.entries(stored), row) as Omit<ShownKey, 'state'>;
}

/** A key as it is shown: everything but the key itself, its hash and how it was issued. */
export type ShownKey = Pick<typeof apiKeys.$inferSelect, keyof typeof stored> & {
  state: KeyState;
};

/** `live` keys work; the others are kept for the record. */
export type KeyState = 'live' | 'expired' | 'revoked';

/** A statement about keys: its steps in order, each a CTE by its name, and the rows that it answers. */
export interface KeyStatement<Facts extends Record<string, SQL>> {
  steps: Record<string, SQL>;
  answer: SQL;
  /** What else it finds. */
  facts: Facts;
  /** The key that the steps change, if they change one. */
  changes?: string;
}

export async function keyFacts<Facts extends Record<string, SQL>>(
  db: Database,
  access: Access,
  statement: KeyStatement<Facts>,
) {
  const [facts] = await keyRows(db, access, statement);
  return facts;
}

/** No row: no such credential. Otherwise one for each key found, or one without a key. */
export async function keyRows<Facts extends Record<string, SQL>>(
  db: Database,
  access: Access,
  { steps, answer, facts, changes }: KeyStatement<Facts>,
) {
  const credential = credentialFor(db, access);
  const ctes = Object.entries(steps).map(([name, step]) => db.$with(name, {}).as(step));
  const answered = db.$with('answer', stored).as(answer);
  return await db
    .with(credential, ...ctes, answered)
    .select({
      ...credential._.selectedFields,
      // Null if there is none: drizzle goes by the first column, the id, which is never null.
      found: { ...answered._.selectedFields, state: stateOf('answer') },
      ...facts,
      touched: touched(changes),
    })
    .from(credential)
    .leftJoin(answered, sql`true`)
    .orderBy(desc(answered.created_at), desc(answered.id));
}

/** The step that locks a key of the credential's owner. */
export const ownKey = (id: string): SQL => sql`
  select key.* from ${apiKeys} as key, credential
  where key.id = ${id} and key.owner_id = credential.owner_id and credential.refusal is null
  for no key update of key`;

/** By the clock, not by `now()`: a statement that waited for a lock began before the key ended. */
export const stateOf = (row: 'answer' | 'api_keys') => {
  const key = sql.raw(row);
  return sql<KeyState>`case when ${key}.revoked_at is not null then 'revoked'
    when ${key}.expires_at <= clock_timestamp() then 'expired' else 'live' end`;
};

/** A row of the record: what was done to the keys that a step has changed. */
export const event = (
  action: KeyAction,
  step: string,
  { credential }: Access,
  requestId: string,
): SQL => {
  const actor = actorOf(credential);
  return sql`
  insert into ${keyEvents} (key_id, owner_id, action, actor, actor_key_id, actor_user_id, request_id)
  select step.id, step.owner_id, ${action}, ${actor}, credential.id,
    ${actor === 'operator' ? null : sql`credential.owner_id`}, ${requestId}
  from ${sql.identifier(step)} as step, credential`;
};
