import { sql } from 'drizzle-orm';
import { arrayOf, call } from '../db/call.ts';
import type { Database } from '../db/client.ts';
import { apiKeys, byteaText, type KeyActor } from '../db/schema.ts';
import type { ErrorCode } from '../errors.ts';
import { fromPostgres } from '../http/timestamp.ts';
import { scopes as allScopes, type Scope, superuserScopes } from '../permissions.ts';

/** Who asks: an API key, a person who is signed in, or whoever runs the command line, for a user. */
export type Credential =
  /** SHA-256 of the key that the request carries. */
  { keyHash: Uint8Array } | { sessionId: string } | { operatorFor: string };

/** Who asks for what. */
export interface Access {
  credential: Credential;
  /** The request needs one of these. */
  scopes: readonly Scope[];
  /** The user that the request is about, if it can be about another than the credential's own. */
  userId?: string;
  /**
   * The key and its owner are read from their locked rows, not from the snapshot: for requests that
   * give standing away for good, which one that was overtaken by a revocation or demotion must not.
   */
  lock?: boolean;
}

/** The errors with which the statement itself refuses a key that it found. */
export type Refusal = Extract<
  ErrorCode,
  | 'expired_api_key'
  | 'revoked_api_key'
  | 'owner_inactive'
  | 'insufficient_scope'
  | 'precondition_required'
>;

/** What every statement finds of the credential; undefined: there is no such key or session. */
export interface CredentialFacts {
  keyId: string | null;
  /** The code of the error with which the credential is refused; then nothing else was done. */
  refusal: Refusal | null;
  sunset: string | null;
}

/** The same as the functions in the database answer it. */
export interface CredentialRow {
  key_id: string | null;
  refusal: Refusal | null;
  /** A timestamptz as JSON of Postgres. */
  sunset: string | null;
}

/** Brings it into our form. */
export const credentialFacts = ({ key_id, refusal, sunset }: CredentialRow): CredentialFacts => ({
  keyId: key_id,
  refusal,
  sunset: sunset && fromPostgres(sunset),
});

/** Who asks, and what find_credential is to judge by, under the names of its parameters. */
export const credentialMembers = ({ credential, scopes }: Access) => ({
  ...presented(credential),
  needed: scopes,
  superuser_scopes: superuserScopes,
});

/** The credential itself; a person has all scopes. */
function presented(credential: Credential) {
  if ('keyHash' in credential) return { key_hash: byteaText(credential.keyHash) };
  const person_scopes = allScopes;
  return 'operatorFor' in credential
    ? { operator_for: credential.operatorFor, person_scopes }
    : { session_id: credential.sessionId, person_scopes };
}

/** Who asks, as the record of events names them. */
export const actorOf = (credential: Credential): KeyActor =>
  'keyHash' in credential ? 'key' : 'operatorFor' in credential ? 'operator' : 'person';

/** The first arguments of a function about a user, for an API key; nobody else may ask it. */
export function keyArguments({ credential, ...access }: Access & { userId: string }) {
  if (!('keyHash' in credential)) throw new TypeError('only API keys may ask this');
  return {
    key_hash: byteaText(credential.keyHash),
    user_id: access.userId,
    needed: arrayOf(access.scopes),
    superuser_scopes: arrayOf(superuserScopes),
  };
}

/**
 * The CTE with which the other statements begin: the credential, the scopes that it has now, and in
 * `refusal` the code of the error that refuses the request, or null (find_credential). No row means
 * that there is no such credential. All that follows in a statement depends on `refusal`, so that what
 * is done and what is answered cannot differ.
 */
export const credentialFor = (db: Database, access: Access) =>
  db.$with('credential', columns).as(sql`
  select found.* from ${call('find_credential', {
    ...credentialMembers(access),
    lock: access.lock ?? false,
  })} as found
  where owner_id is not null`);

const columns = {
  /** Null unless it is a key. */
  keyId: apiKeys.id,
  refusal: sql<Refusal | null>`refusal`.as('refusal'),
  /** When the key stops working, if that is within 14 days; for the Sunset header (RFC 8594). */
  sunset: sql<string | null>`sunset`.mapWith(apiKeys.expires_at).as('sunset'),
};

/**
 * Notes in the same statement that a live key was used (touch_key); true, so that it can stand in a
 * condition. `except`: a key that the statement changes itself, for a statement can change a row only once.
 */
export const touched = (except?: string) => sql`(
  select count(profile.touch_key(id)) >= 0 from credential where touch ${except && sql`and id <> ${except}`})`;
