import { and, eq, sql } from 'drizzle-orm';
import { SESSION_SECONDS, type Session } from '../session.ts';
import type { Database } from './client.ts';
import { sessions, users } from './schema.ts';

/** What the statement found and did. */
export interface SignedIn {
  userId: string;
  /** False: the user is inactive and has no session. */
  isActive: boolean;
}

/**
 * Begins a session of the user with an e-mail address, and takes away those of the user that have
 * expired. Answers undefined if nobody has the address.
 */
export async function startSession(
  db: Database,
  id: string,
  email: string,
): Promise<SignedIn | undefined> {
  const person = db.$with('person').as(
    db
      .select({ userId: users.id, isActive: users.is_active })
      .from(users)
      .where(eq(sql`lower(${users.email})`, sql`lower(${email})`)),
  );
  const expired = db.$with('expired', {}).as(sql`
  delete from ${sessions} using person
  where ${sessions.user_id} = person.id and ${sessions.expires_at} <= now()`);
  const started = db.$with('started', {}).as(sql`
  insert into ${sessions} (id, user_id, expires_at)
  select ${id}::uuid, person.id, now() + ${SESSION_SECONDS} * interval '1 second'
  from person where person.is_active`);
  const [row] = await db.with(person, expired, started).select().from(person);
  return row;
}

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
