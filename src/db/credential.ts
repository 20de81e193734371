import { type SQL, sql } from 'drizzle-orm';
import type { ErrorCode } from '../errors.ts';
import { type Scope, scopes as scopeTexts, superuserScopes } from '../permissions.ts';
import type { Database } from './client.ts';
import { apiKeys, sessions, users } from './schema.ts';

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
  /** The request is an update that names no version; keys can be made that demand one. */
  unconditional?: boolean;
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

/** A list of constants of this code, never of a request, as SQL literals. */
export const literals = (values: readonly string[]) =>
  sql.raw(values.map((value) => `'${value}'`).join(', '));

const columns = {
  /** Null unless it is a key. */
  keyId: apiKeys.id,
  refusal: sql<Refusal | null>`refusal`.as('refusal'),
  /** When the key stops working, if that is within 14 days; for the Sunset header (RFC 8594). */
  sunset: apiKeys.expires_at,
};

/** What every statement finds of the credential; undefined: there is no such key or session. */
export interface CredentialFacts {
  keyId: string | null;
  /** The code of the error with which the credential is refused; then nothing else was done. */
  refusal: Refusal | null;
  sunset: string | null;
}

/**
 * The CTE with which every statement begins: the credential, the scopes that it has now (some count
 * only while its owner is a superuser), and in `refusal` the code of the error that refuses the
 * request, or null. No row means that there is no such credential. All that follows in a statement
 * depends on `refusal`, so that what is done and what is answered cannot differ.
 */
export const credentialFor = (
  db: Database,
  { credential, scopes, userId, lock, unconditional }: Access,
) =>
  db.$with('credential', columns).as(sql`
  select held.id, held.owner_id, held.actor_id, held.expires_at as ends_at, granted.scopes,
    case when held.expires_at < now() + interval '14 days' then held.expires_at end as expires_at,
    held.revoked_at is null and coalesce(held.expires_at > now(), true)
      and coalesce(held.last_used_at < date_trunc('minute', now()), true) as touch,
    case
      when held.revoked_at is not null then 'revoked_api_key'
      when held.expires_at <= clock_timestamp() then 'expired_api_key'
      when not owner.is_active then 'owner_inactive'
      when not granted.scopes && array[${literals(scopes)}] then 'insufficient_scope'
      ${userId && sql`when held.owner_id <> ${userId} and 'users:all' <> all (granted.scopes) then 'insufficient_scope'`}
      ${unconditional ? sql`when held.require_precondition then 'precondition_required'` : undefined}
    end as refusal
  from (${heldBy(credential, lock)}) as held
  join ${users} as owner on owner.id = held.owner_id
  cross join lateral (
    select array(
      select scope from unnest(held.scopes) as scope
      where owner.is_superuser or scope not in (${literals(superuserScopes)})
    ) as scopes
  ) as granted
  ${lock ? sql`for no key update of owner` : undefined}`);

/** What a credential holds, in the shape of a key. */
function heldBy(credential: Credential, lock = false): SQL {
  if ('keyHash' in credential)
    return sql`select id, owner_id, owner_id as actor_id, scopes, expires_at, revoked_at, last_used_at,
      require_precondition from ${apiKeys} where hash = ${credential.keyHash} ${lock ? sql`for no key update` : undefined}`;
  const person = sql`null::uuid as id, ${users.id} as owner_id, array[${literals(allScopes)}] as scopes,
      null::timestamptz as expires_at, null::timestamptz as revoked_at, 'infinity'::timestamptz as last_used_at, false as require_precondition`;
  if ('operatorFor' in credential)
    return sql`select ${person}, null::uuid as actor_id from ${users} where ${users.id} = ${credential.operatorFor}`;
  return sql`select ${person}, ${users.id} as actor_id from ${users} join ${sessions} on ${sessions.user_id} = ${users.id}
    where ${sessions.id} = ${credential.sessionId} and ${sessions.expires_at} > now()`;
}

const allScopes = Object.keys(scopeTexts);

/**
 * The CTE that keeps `last_used_at` of a live key, to the minute. Of the many requests that a busy
 * key makes at the turn of a minute one writes it, and none waits: `skip locked` passes by the
 * row while another has it, and the repeated condition is checked on the row's latest version.
 * `except`: a key that the statement changes itself, for a statement can change a row only once.
 */
export const touchedKey = (db: Database, except?: string) =>
  db.$with('touched', {}).as(sql`
  update ${apiKeys} as key set last_used_at = date_trunc('minute', now())
  from (
    select latest.id from credential join ${apiKeys} as latest on latest.id = credential.id
    where credential.touch and coalesce(latest.last_used_at < date_trunc('minute', now()), true)
      ${except && sql`and latest.id <> ${except}`}
    for no key update of latest skip locked
  ) as stale
  where key.id = stale.id`);
