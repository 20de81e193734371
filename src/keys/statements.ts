import { sql } from 'drizzle-orm';
import { displayPrefix, hashApiKey, mintApiKey } from '../auth/api-key.ts';
import { type Access, credentialMembers, type Guarded } from '../auth/authenticate.ts';
import { byteaText, type Database, resultOf } from '../db/client.ts';
import type { Attempt } from '../db/run.ts';
import type { KeyActor } from '../db/schema.ts';
import { IDEMPOTENCY_HOURS, type Idempotency } from '../http/idempotency.ts';
import type { Scope } from '../permissions.ts';
import type { KeyRow, KeyState } from './fields.ts';
import {
  FIRST_USE_HOURS,
  type KeyDraft,
  type KeyEdit,
  MAX_ACTIVE_KEYS,
  type Rotation,
} from './requests.ts';

/** What to issue: a new key from a draft, or one in the place of another. */
export type IssueOrder = { draft: KeyDraft } | { rotation: Rotation };

/** A request for a key, the same in each attempt. */
export interface IssueRequest {
  readonly order: IssueOrder;
  readonly idempotency: Idempotency | undefined;
  readonly requestId: string;
  /** That of the key, if it is issued. */
  readonly secret: Secret;
}

/** A secret that no key has yet, with all that the database gets of it. */
interface Secret {
  readonly key: string;
  readonly hash: string;
}

export async function newSecret(): Promise<Secret> {
  const key = mintApiKey();
  return { key, hash: byteaText(await hashApiKey(key)) };
}

/** A key that is replaced, and until when it works. */
export interface ReplacedKey {
  id: string;
  /** When it stops working, at the latest. */
  expires_at: string;
  /** Whether the first use of the new key ends it. */
  until_first_use: boolean;
}

/** The members of a key that can go beyond what its creator has. */
export type LimitedMember = 'scopes' | 'allowed_ips' | 'fields';

/** What issue_key did; its source says when. */
export type IssueResult =
  | { readonly verdict: 'issued'; readonly key: KeyRow; readonly replaced: ReplacedKey | null }
  | { readonly verdict: 'key_not_live'; readonly state: KeyState }
  | { readonly verdict: 'not_grantable'; readonly members: readonly LimitedMember[] }
  | {
      readonly verdict:
        | 'idempotency_key_reused'
        | 'key_already_used'
        | 'key_not_found'
        | 'short_lived'
        | 'too_many_keys';
    };

/** Creates a key; undefined if there is no such credential. */
export function issueKey(
  db: Database,
  access: Access,
  { order, ...request }: IssueRequest,
  attempt: Attempt,
): Promise<Guarded<IssueResult> | undefined> {
  const members = {
    ...credentialMembers(access),
    ...issueMembers(request, attempt),
    ...orderMembers(order),
    max_active_keys: MAX_ACTIVE_KEYS,
  };
  return resultOf(db, sql`select profile.issue_key(${JSON.stringify(members)}) as result`);
}

/** The members of every request that creates a key. */
export const issueMembers = (
  { idempotency, requestId, secret }: Omit<IssueRequest, 'order'>,
  { lockTimeoutMs }: Attempt,
) => ({
  hash: secret.hash,
  prefix: displayPrefix(secret.key),
  idempotency_key: idempotency?.key,
  fingerprint: idempotency && byteaText(idempotency.fingerprint),
  remembered: `${IDEMPOTENCY_HOURS} hours`,
  request_id: requestId,
  lock_timeout: `${lockTimeoutMs}ms`,
});

function orderMembers(order: IssueOrder) {
  if ('rotation' in order) {
    const { id, graceSeconds, expiresAt } = order.rotation;
    return {
      replaces: id,
      grace: graceSeconds,
      first_use_within: `${FIRST_USE_HOURS} hours`,
      draft: { expires_at: expiresAt },
    };
  }
  const { name, description, role, scopes, expiresAt, requirePrecondition } = order.draft;
  const { allowedIps, fields } = order.draft;
  return {
    draft: {
      name,
      description,
      role,
      scopes,
      expires_at: expiresAt,
      require_precondition: requirePrecondition,
      allowed_ips: allowedIps,
      fields,
    },
  };
}

/** Which keys are listed. */
export interface KeyQuery {
  limit: number;
  after: string | undefined;
  state?: KeyState | undefined;
}

/** What list_keys found. */
export interface ListResult {
  readonly keys: readonly KeyRow[];
}

/** Lists keys of the credential's owner, the newest first; `after`: the id of a key; `state`: of all, if there is none. */
export function listKeys(
  db: Database,
  access: Access,
  page: KeyQuery,
): Promise<Guarded<ListResult> | undefined> {
  const request = { ...credentialMembers(access), ...page };
  return resultOf(db, sql`select profile.list_keys(${JSON.stringify(request)}) as result`);
}

/** What find_key found. */
export type FindResult =
  | { readonly verdict: 'found'; readonly key: KeyRow; readonly granted_scopes: Scope[] }
  | { readonly verdict: 'key_not_found' };

/** Finds a key of the credential's owner; `self`: the key that the credential is. */
export function findKey(
  db: Database,
  access: Access,
  id: string,
): Promise<Guarded<FindResult> | undefined> {
  const request = { ...credentialMembers(access), id };
  return resultOf(db, sql`select profile.find_key(${JSON.stringify(request)}) as result`);
}

/** What edit_key did; its source says when. */
export type EditResult =
  | { readonly verdict: 'edited'; readonly key: KeyRow }
  | { readonly verdict: 'key_not_found' }
  | { readonly verdict: 'key_not_live'; readonly state: KeyState }
  | { readonly verdict: 'not_grantable'; readonly members: readonly LimitedMember[] };

/** Changes a key of the credential's owner. */
export function editKey(
  db: Database,
  access: Access,
  { id, values, requestId }: { id: string; values: KeyEdit; requestId: string },
  { lockTimeoutMs }: Attempt,
): Promise<Guarded<EditResult> | undefined> {
  const lock_timeout = `${lockTimeoutMs}ms`;
  const request = { ...credentialMembers(access), id, values, request_id: requestId, lock_timeout };
  return resultOf(db, sql`select profile.edit_key(${JSON.stringify(request)}) as result`);
}

/** What revoke_key did. */
export type RevokeResult =
  | { readonly verdict: 'revoked'; readonly key: KeyRow }
  | { readonly verdict: 'key_not_found' };

/** Ends a key of the credential's owner, from the next request on; again is no error. */
export function revokeKey(
  db: Database,
  access: Access,
  { id, requestId }: { id: string; requestId: string },
  { lockTimeoutMs }: Attempt,
): Promise<Guarded<RevokeResult> | undefined> {
  const lock_timeout = `${lockTimeoutMs}ms`;
  const request = { ...credentialMembers(access), id, request_id: requestId, lock_timeout };
  return resultOf(db, sql`select profile.revoke_key(${JSON.stringify(request)}) as result`);
}

/** Revokes an active key that someone has found; returns whether there was one. */
export function reportKey(
  db: Database,
  hash: Uint8Array,
  { actor, requestId }: { actor: Extract<KeyActor, 'anyone' | 'operator'>; requestId: string },
  { lockTimeoutMs }: Attempt,
): Promise<{ revoked: boolean } | undefined> {
  const lock_timeout = `${lockTimeoutMs}ms`;
  const request = { hash: byteaText(hash), actor, request_id: requestId, lock_timeout };
  return resultOf(db, sql`select profile.report_key(${JSON.stringify(request)}) as result`);
}
