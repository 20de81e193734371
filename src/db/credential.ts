import { sql } from 'drizzle-orm';
import type { ErrorCode } from '../errors.ts';
import { type Scope, superuserScopes } from '../permissions.ts';
import type { Database } from './client.ts';
import { apiKeys, users } from './schema.ts';

/** Who asks for what. */
export interface Access {
  /** SHA-256 of the key that the request carries. */
  keyHash: Uint8Array;
  /** The user that the request is about. */
  userId: string;
  /** The key needs one of these. */
  scopes: readonly Scope[];
}

/** The errors with which the statement itself refuses a key that it found. */
export type Refusal = Extract<
  ErrorCode,
  'expired_api_key' | 'revoked_api_key' | 'owner_inactive' | 'insufficient_scope'
>;

/** A list of constants of this code, never of a request, as SQL literals. */
export const literals = (values: readonly string[]) =>
  sql.raw(values.map((value) => `'${value}'`).join(', '));

/**
 * The CTE with which every statement begins: the key, the scopes that it has now (some count only
 * while its owner is a superuser), and in `refusal` the code of the error that refuses the request,
 * or null. No row means that there is no such key. All that follows in a statement depends on
 * `refusal`, so that what is done and what is answered cannot differ.
 */
export const credentialFor = (db: Database, { keyHash, userId, scopes }: Access) =>
  db
    .$with('credential', {
      id: apiKeys.id,
      refusal: sql<Refusal | null>`refusal`.as('refusal'),
    })
    .as(sql`
  select key.id, granted.scopes,
    key.revoked_at is null and coalesce(key.expires_at > now(), true)
      and coalesce(key.last_used_at < date_trunc('minute', now()), true) as touch,
    case
      when key.revoked_at is not null then 'revoked_api_key'
      when key.expires_at <= now() then 'expired_api_key'
      when not owner.is_active then 'owner_inactive'
      when not granted.scopes && array[${literals(scopes)}] then 'insufficient_scope'
      when key.owner_id <> ${userId} and 'users:all' <> all (granted.scopes) then 'insufficient_scope'
    end as refusal
  from ${apiKeys} as key
  join ${users} as owner on owner.id = key.owner_id
  cross join lateral (
    select array(
      select scope from unnest(key.scopes) as scope
      where owner.is_superuser or scope not in (${literals(superuserScopes)})
    ) as scopes
  ) as granted
  where key.hash = ${keyHash}`);

/**
 * The CTE that keeps `last_used_at` of a live key, to the minute. Of the many requests that a busy
 * key makes at the turn of a minute one writes it, and none waits: `skip locked` passes by the
 * row while another has it, and the repeated condition is checked on the row's latest version.
 */
export const touchedKey = (db: Database) =>
  db.$with('touched', {}).as(sql`
  update ${apiKeys} as key set last_used_at = date_trunc('minute', now())
  from (
    select latest.id from credential join ${apiKeys} as latest on latest.id = credential.id
    where credential.touch and coalesce(latest.last_used_at < date_trunc('minute', now()), true)
    for no key update of latest skip locked
  ) as stale
  where key.id = stale.id`);
