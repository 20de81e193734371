import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import { scopeOfGroup } from '../permissions.ts';
import { type UserField, type UserUpdate, userFields } from '../user-fields.ts';
import type { Database } from './client.ts';
import {
  type Access,
  type CredentialFacts,
  credentialFor,
  literals,
  touchedKey,
} from './credential.ts';
import { userChanges, users } from './schema.ts';

/** A user as the API answers it: 28 members in the published order. */
export type PublicUser = Omit<typeof users.$inferSelect, 'version' | 'created_at' | 'updated_at'>;

/** What the statement found and did. */
export interface UpdateFacts extends CredentialFacts {
  /** The fields that would change but that this key may not change; then nothing changed. */
  refused: UserField[];
  /** The user as it stands after the statement; null if there is none or the key is refused. */
  found: { user: PublicUser; version: number } | null;
}

/**
 * Authenticates, authorises, locks, updates, logs and answers: one statement. Answers undefined if
 * there is no such key. An update that changes nothing writes nothing.
 *
 * All CTEs of a statement read one snapshot. `target` therefore locks the row, which makes it the
 * latest one, and whatever depends on the row's values (what changes, what is refused, what is
 * logged) is computed from `target`.
 */
export async function updateUser(
  db: Database,
  access: Access & { userId: string },
  requestId: string,
  update: UserUpdate,
): Promise<UpdateFacts | undefined> {
  const fields = Object.keys(update) as UserField[];
  const columns = getTableColumns(users);

  const credential = credentialFor(db, access);
  const target = db.$with('target').as(
    db
      .select()
      .from(users)
      .where(
        and(
          eq(users.id, access.userId),
          sql`exists (select from credential where refusal is null)`,
        ),
      )
      .for('no key update'),
  );
  const proposed = db
    .$with('proposed', columns)
    .as(sql`select ${list(fields.map((field) => value(field, update)))}`);
  const changed = db.$with('changed', {}).as(sql`
  select field, before, after, scope <> all (credential.scopes) as refused
  from credential, target, proposed, lateral (
    values ${list([NO_CHANGE, ...fields.map(change)])}
  ) as change (field, scope, before, after)
  where before is distinct from after`);
  const updated = db.$with('updated').as(
    db
      .update(users)
      .set({
        ...Object.fromEntries(fields.map((field) => [field, sql`${proposed[field]}`])),
        version: sql`${users.version} + 1`,
        updated_at: sql`now()`,
      })
      .from(target)
      .innerJoin(proposed, sql`true`)
      .where(
        and(
          eq(users.id, target.id),
          sql`(select count(*) > 0 and not bool_or(refused) from changed)`,
        ),
      )
      .returning(columns),
  );
  const logged = db.$with('logged').as(
    db.insert(userChanges).select(sql`
  select updated.id, updated.version, credential.id, ${requestId}, updated.updated_at, (
    select jsonb_object_agg(field, jsonb_build_object('before', before, 'after', after)) from changed
  ) from updated, credential`),
  );
  const answer = db
    .$with('answer', columns)
    .as(
      sql`select * from updated union all select * from target where not exists (select from updated)`,
    );
  const { created_at, updated_at, ...answered } = answer._.selectedFields;
  const [row] = await db
    .with(credential, target, proposed, changed, updated, logged, touchedKey(db), answer)
    .select({
      ...credential._.selectedFields,
      refused: sql<UserField[]>`array(select field from changed where refused)`,
      // Not as an object of their own: drizzle makes that null when its first column is.
      ...answered,
    })
    .from(credential)
    .leftJoin(answer, sql`true`);
  if (!row) return undefined;
  const { keyId, refusal, sunset, refused, version, ...user } = row;
  return {
    keyId,
    refusal,
    sunset,
    refused,
    found: version === null ? null : { user: user as PublicUser, version },
  };
}

const list = (parts: SQL[]): SQL => sql.join(parts, sql`, `);

/** A new value as a column of its field's type, without the length, which a cast would cut it to. */
const value = (field: UserField, update: UserUpdate): SQL => {
  const type = users[field].getSQLType().replace(/\(\d+\)$/, '');
  return sql`${update[field]}::${sql.raw(type)} as ${sql.identifier(field)}`;
};

/** Gives the list of changes its types, and a row even to an update without fields. */
const NO_CHANGE = sql`(null, null, null::jsonb, null::jsonb)`;

const change = (field: UserField): SQL =>
  sql`(${literals([field, scopeOfGroup[userFields[field].group]])}, to_jsonb(target.${sql.identifier(field)}), to_jsonb(proposed.${sql.identifier(field)}))`;
