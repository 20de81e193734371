import { sql } from 'drizzle-orm';
import { type Database, resultOf } from '../db/client.ts';
import { fromPostgres, isEmail } from '../http/values.ts';
import { SESSION_SECONDS, type Session } from './session.ts';

/** A person as an OpenID provider knows them. */
export interface Identity {
  issuer: string;
  /** The provider's own name for them, which never changes. */
  subject: string;
  /** Verified by the provider; only one that is known already may lack it. */
  email: string | undefined;
}

/**
 * The members of a request to the database that find_person reads. `createsUsers`: whether someone unknown
 * becomes a user.
 */
export const personMembers = (identity: Identity, createsUsers: boolean) => ({
  ...identity,
  sign_up: createsUsers && identity.email !== undefined && isEmail(identity.email),
});

/** What start_session did; its source says when. */
export type SignInResult =
  | { readonly verdict: 'started'; readonly user_id: string }
  | { readonly verdict: 'inactive_user' | 'unknown_user' };

/** A sign-in, the same in each attempt. */
interface SignIn {
  /** Of the session. */
  readonly id: string;
  readonly identity: Identity;
  /** Whether it creates the user if nobody has the e-mail address. */
  readonly createsUsers: boolean;
  readonly requestId: string;
}

/** Begins a session with this id, once however often it is run. */
export function startSession(
  db: Database,
  { id, identity, createsUsers, requestId }: SignIn,
): Promise<SignInResult | undefined> {
  const lifetime = `${SESSION_SECONDS} seconds`;
  const request = {
    ...personMembers(identity, createsUsers),
    session_id: id,
    lifetime,
    request_id: requestId,
  };
  return resultOf(db, sql`select profile.start_session(${JSON.stringify(request)}) as result`);
}

/** A user who is signed in, as the Settings page needs to know. */
export interface SignedInUser {
  email: string;
  first_name: string | null;
  is_superuser: boolean;
  /** RFC 3339. */
  expires_at: string;
}

/** The user of an active session; undefined if it has ended or the user is inactive. */
export async function findSession(
  db: Database,
  session: Session,
): Promise<SignedInUser | undefined> {
  const found = await resultOf<SignedInUser>(
    db,
    sql`select profile.find_session(${requestFor(session)}) as result`,
  );
  return found && { ...found, expires_at: fromPostgres(found.expires_at) };
}

/** Ends a session; returns whether there was one. */
export const endSession = (
  db: Database,
  session: Session,
): Promise<{ ended: boolean } | undefined> =>
  resultOf(db, sql`select profile.end_session(${requestFor(session)}) as result`);

const requestFor = ({ id, userId }: Session): string =>
  JSON.stringify({ session_id: id, user_id: userId });
