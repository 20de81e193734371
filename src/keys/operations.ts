import { type Access, admit, isVerdict } from '../auth/authenticate.ts';
import { type Idempotency, idempotencyKeyReused } from '../http/idempotency.ts';
import { fromPostgres } from '../http/values.ts';
import type { Scope } from '../permissions.ts';
import type { Context } from '../route.ts';
import { userNotFound } from '../users/problems.ts';
import { type AppKeyResult, issueAppKey } from './app-key-statements.ts';
import { type ShownKey, toShownKey } from './fields.ts';
import {
  beyondCreator,
  beyondMaker,
  keyAlreadyUsed,
  keyNotFound,
  keyNotLive,
  notGrantable,
  notRotatable,
  tooManyAppKeys,
  tooManyKeys,
} from './problems.ts';
import type { AppKeyDraft, KeyEdit } from './requests.ts';
import {
  type EditResult,
  editKey,
  type FindResult,
  findKey,
  type IssueOrder,
  issueKey,
  type KeyQuery,
  listKeys,
  newSecret,
  type ReplacedKey,
  type RevokeResult,
  revokeKey,
} from './statements.ts';

// What can be done with keys, one statement each, for the API and the command line alike: facts come
// in from the database, a result or an ApiError goes out.

/** Who does something with keys, and how the database is reached. */
export interface Actor extends Pick<Context, 'query' | 'caller' | 'requestId'> {
  access: Access;
}

/** A key whose only showing this is. */
export type NewKey = ShownKey & { key: string };

/** A key that was issued, and the state of the one that it replaces. */
export interface Issued {
  key: NewKey;
  replaced: ReplacedKey | null;
}

/**
 * Creates a key, or rotates one. Throws insufficient_scope if the actor may not give away so much,
 * too_many_keys, idempotency_key_reused, key_already_used, key_not_found, key_not_live.
 */
export async function issue(
  { query, access, caller, requestId }: Actor,
  order: IssueOrder,
  idempotency?: Idempotency,
): Promise<Issued> {
  const secret = await newSecret();
  const request = { order, idempotency, requestId, secret };
  // Another attempt has the same secret, by which it finds the key that an earlier one created.
  const effect = { settles: isVerdict('issued') };
  const guarded = await query((db, attempt) => issueKey(db, access, request, attempt), effect);
  const result = admit(guarded, access.credential, caller);
  switch (result.verdict) {
    case 'issued':
      return {
        key: { ...toShownKey(result.key), key: secret.key },
        replaced: result.replaced && {
          ...result.replaced,
          expires_at: fromPostgres(result.replaced.expires_at),
        },
      };
    case 'idempotency_key_reused':
      throw idempotencyKeyReused();
    case 'key_already_used':
      throw keyAlreadyUsed();
    case 'key_not_found':
      throw keyNotFound();
    case 'short_lived':
      throw notRotatable();
    case 'key_not_live':
      throw keyNotLive(result.state);
    case 'not_grantable':
      throw beyondCreator(order, result.members);
    case 'too_many_keys':
      throw tooManyKeys();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of issue_key');
  }
}

/**
 * Creates a short-lived key of a user, for an app. Throws insufficient_scope if the actor may not give away so
 * much, user_not_found, too_many_keys, idempotency_key_reused, key_already_used.
 */
export async function issueForApp(
  { query, access, caller, requestId }: Actor,
  userId: string,
  draft: AppKeyDraft,
  idempotency?: Idempotency,
): Promise<NewKey> {
  const secret = await newSecret();
  const request = { userId, draft, idempotency, requestId, secret };
  const effect = { settles: isVerdict('issued') };
  const guarded = await query((db, attempt) => issueAppKey(db, access, request, attempt), effect);
  const result: AppKeyResult = admit(guarded, access.credential, caller);
  switch (result.verdict) {
    case 'issued':
      return { ...toShownKey(result.key), key: secret.key };
    case 'idempotency_key_reused':
      throw idempotencyKeyReused();
    case 'key_already_used':
      throw keyAlreadyUsed();
    case 'user_not_found':
      throw userNotFound();
    case 'not_grantable':
      throw beyondMaker(draft.role, result.members);
    case 'too_many_keys':
      throw tooManyAppKeys();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of issue_app_key');
  }
}

/** Edits a key. Throws insufficient_scope if it would have more rights than it has, key_not_found, key_not_live. */
export async function edit(actor: Actor, id: string, values: KeyEdit): Promise<ShownKey> {
  const { query, access, caller, requestId } = actor;
  const effect = { settles: isVerdict('edited') };
  const request = { id, values, requestId };
  const guarded = await query((db, attempt) => editKey(db, access, request, attempt), effect);
  const result: EditResult = admit(guarded, access.credential, caller);
  switch (result.verdict) {
    case 'edited':
      return toShownKey(result.key);
    case 'key_not_found':
      throw keyNotFound();
    case 'key_not_live':
      throw keyNotLive(result.state);
    case 'not_grantable':
      throw notGrantable('Send only what the key has: its rights can only become fewer.', {
        members: result.members,
        details: {
          scopes: 'The key does not have all of these scopes.',
          allowed_ips: 'The key is limited to other addresses.',
          fields: 'The key is limited to other fields.',
        },
      });
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of edit_key');
  }
}

/** Ends a key. Throws key_not_found. */
export async function revoke(actor: Actor, id: string): Promise<ShownKey> {
  const { query, access, caller, requestId } = actor;
  const effect = { settles: isVerdict('revoked') };
  const request = { id, requestId };
  const guarded = await query((db, attempt) => revokeKey(db, access, request, attempt), effect);
  const result: RevokeResult = admit(guarded, access.credential, caller);
  switch (result.verdict) {
    case 'revoked':
      return toShownKey(result.key);
    case 'key_not_found':
      throw keyNotFound();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of revoke_key');
  }
}

/** Finds a key. Throws key_not_found. */
export const show = async (actor: Actor, id: string): Promise<ShownKey> =>
  toShownKey((await find(actor, id)).key);

/** Finds the key of the actor, with the scopes that it has now. */
export async function showOwn(actor: Actor): Promise<ShownKey & { scopes_now: Scope[] }> {
  const { key, granted_scopes } = await find(actor, 'self');
  return { ...toShownKey(key), scopes_now: granted_scopes };
}

async function find({ query, access, caller }: Actor, id: string) {
  const guarded = await query((db) => findKey(db, access, id), 'repeatable');
  const result: FindResult = admit(guarded, access.credential, caller);
  switch (result.verdict) {
    case 'found':
      return result;
    case 'key_not_found':
      throw keyNotFound();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of find_key');
  }
}

/** A page of keys, the newest first; `next`: where the page after it begins, if there is one. */
export async function list(
  { query, access, caller }: Actor,
  { limit, ...which }: KeyQuery,
): Promise<{ keys: ShownKey[]; next: string | null }> {
  // One more, to see whether there is a page after it.
  const page = { limit: limit + 1, ...which };
  const guarded = await query((db) => listKeys(db, access, page), 'repeatable');
  const { keys } = admit(guarded, access.credential, caller);
  const shown = keys.slice(0, limit).map(toShownKey);
  return { keys: shown, next: keys.length > limit ? (shown.at(-1)?.id ?? null) : null };
}
