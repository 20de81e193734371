import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { identities, sessions, userChanges, users } from '../db/schema.ts';
import { SESSION_SECONDS, type Session } from './session.ts';

/** What the statement found and did. */
export interface SignedIn {
  userId: string;
  /** False: the user is inactive and has no session. */
  isActive: boolean;
}

/** Somebody whom an OpenID provider has told us of. */
export interface Identity {
  issuer: string;
  /** The provider's own name for them, which never changes. */
  subject: string;
  /** Verified by the provider. */
  email: string;
}

/**
 * Begins a session, and takes away those of the user that have expired. At the first sign-in the
 * e-mail address finds the user, and the identity is theirs from then on; but not an address that
 * was changed with an API key, which could otherwise make itself the owner of the account. The user is
 * locked, so that one who is being deactivated keeps no session. Answers undefined if nobody is found.
 */
export async function startSession(
  db: Database,
  id: string,
  { issuer, subject, email }: Identity,
): Promise<SignedIn | undefined> {
  const bound = db.$with('bound', {}).as(sql`
  select user_id from ${identities} where issuer = ${issuer} and subject = ${subject}`);
  const newcomer = db.$with('newcomer', {}).as(sql`
  select id as user_id from ${users} as found
  where lower(email) = lower(${email}) and not exists (select from bound)
    and not exists (select from ${identities} where user_id = found.id and issuer = ${issuer})
    and not exists (select from ${userChanges} where user_id = found.id and changes ? 'email')`);
  const person = db.$with('person', { userId: users.id, isActive: users.is_active }).as(sql`
  select known.id, known.is_active from ${users} as known
  where known.id in (select user_id from bound union all select user_id from newcomer)
  for share of known`);
  const remembered = db.$with('remembered', {}).as(sql`
  insert into ${identities} (issuer, subject, user_id)
  select ${issuer}, ${subject}, user_id from newcomer`);
  const expired = db.$with('expired', {}).as(sql`
  delete from ${sessions} using person
  where ${sessions.user_id} = person.id and ${sessions.expires_at} <= now()`);
  const started = db.$with('started', {}).as(sql`
  insert into ${sessions} (id, user_id, expires_at)
  select ${id}::uuid, person.id, now() + ${SESSION_SECONDS} * interval '1 second'
  from person where person.is_active`);
  const [row] = await db
    .with(bound, newcomer, person, remembered, expired, started)
    .select({ userId: person.userId, isActive: person.isActive })
    .from(person);
  return row;
}

/** Tells beforehand who at a provider is which user; what is known already stays. */
export const rememberIdentity = (db: Database, identity: Omit<Identity, 'email'>, userId: string) =>
  db
    .insert(identities)
    .values({ ...identity, user_id: userId })
    .onConflictDoNothing();

/** A user who is signed in, as the Settings page needs to know. */
export interface SignedInUser {
  email: string;
  first_name: string | null;
  is_superuser: boolean;
  /** RFC 3339. */
  expires_at: string;
}

/** The user of a session that lasts; undefined if it has ended or the user is inactive. */
export async function findSession(
  db: Database,
  { id, userId }: Session,
): Promise<SignedInUser | undefined> {
  const [row] = await db
    .select({
      email: users.email,
      first_name: users.first_name,
      is_superuser: users.is_superuser,
      expires_at: sessions.expires_at,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.user_id))
    .where(
      and(
        eq(sessions.id, id),
        eq(sessions.user_id, userId),
        sql`${sessions.expires_at} > now()`,
        users.is_active,
      ),
    );
  return row;
}

/** Ends a session, wherever its cookie may have got to. */
export async function endSession(db: Database, { id, userId }: Session): Promise<void> {
  await db.delete(sessions).where(and(eq(sessions.id, id), eq(sessions.user_id, userId)));
}
