import { getTableColumns, sql } from 'drizzle-orm';
import type { Conditions } from '../conditions.ts';
import type { Database } from './client.ts';
import { type Access, type CredentialFacts, credentialFor, touchedKey } from './credential.ts';
import { users } from './schema.ts';
import { isOneOf } from './verdict.ts';

/** A user as the API answers it: 28 members in the published order. */
export type PublicUser = Omit<typeof users.$inferSelect, 'version' | 'created_at' | 'updated_at'>;

/** What the statement found. */
export interface ReadFacts extends CredentialFacts {
  /** The user; null if there is none or the key is refused. */
  found: { user: PublicUser; version: number } | null;
  /** Whether the user is at a version of If-Match, and at one of If-None-Match. */
  ifMatch: boolean | null;
  ifNoneMatch: boolean | null;
}

/** Authenticates, authorises and reads: one statement. Answers undefined if there is no such key. */
export async function readUser(
  db: Database,
  access: Access,
  userId: string,
  { ifMatch = '*', ifNoneMatch = [] }: Conditions,
): Promise<ReadFacts | undefined> {
  const credential = credentialFor(db, access);
  const answer = db.$with('answer', getTableColumns(users)).as(sql`
  select ${users}.* from ${users}, credential where ${users.id} = ${userId} and refusal is null`);
  const { created_at, updated_at, ...answered } = answer._.selectedFields;
  const [row] = await db
    .with(credential, touchedKey(db), answer)
    .select({
      ...credential._.selectedFields,
      ...answered,
      ifMatch: sql<boolean>`${isOneOf(ifMatch)}`,
      ifNoneMatch: sql<boolean>`${isOneOf(ifNoneMatch)}`,
    })
    .from(credential)
    .leftJoin(answer, sql`true`);
  if (!row) return undefined;
  const { keyId, refusal, sunset, version, ifMatch: met, ifNoneMatch: unmodified, ...user } = row;
  return {
    ...{ keyId, refusal, sunset, ifMatch: met, ifNoneMatch: unmodified },
    found: version === null ? null : { user: user as PublicUser, version },
  };
}
