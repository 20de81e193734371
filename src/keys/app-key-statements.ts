import { sql } from 'drizzle-orm';
import { type Access, credentialMembers, type Guarded } from '../auth/authenticate.ts';
import { type Identity, personMembers } from '../auth/statements.ts';
import { byteaText, type Database, resultOf } from '../db/client.ts';
import type { Attempt } from '../db/run.ts';
import { keyRoles } from '../permissions.ts';
import type { KeyRow } from './fields.ts';
import { type AppKeyDraft, MAX_APP_KEYS } from './requests.ts';
import { type IssueRequest, issueMembers, type LimitedMember } from './statements.ts';

/** What a short-lived key is called. */
const APP_KEY_NAME = 'Short-lived key';

/** A request for a short-lived key of a user, the same in each attempt. */
export interface AppKeyRequest extends Omit<IssueRequest, 'order'> {
  readonly userId: string;
  readonly draft: AppKeyDraft;
}

/** What issue_app_key did; its source says when. */
export type AppKeyResult =
  | { readonly verdict: 'issued'; readonly key: KeyRow }
  | { readonly verdict: 'not_grantable'; readonly members: readonly LimitedMember[] }
  | {
      readonly verdict:
        | 'idempotency_key_reused'
        | 'key_already_used'
        | 'user_not_found'
        | 'too_many_keys';
    };

/** Creates a short-lived key; undefined if there is no such credential. */
export function issueAppKey(
  db: Database,
  access: Access,
  { userId, draft: { role, expires_in, fields }, ...request }: AppKeyRequest,
  attempt: Attempt,
): Promise<Guarded<AppKeyResult> | undefined> {
  const members = {
    ...credentialMembers(access),
    ...issueMembers(request, attempt),
    user_id: userId,
    draft: { name: APP_KEY_NAME, description: '', role, scopes: keyRoles[role], fields },
    expires_in,
    max_active_keys: MAX_APP_KEYS,
  };
  return resultOf(db, sql`select profile.issue_app_key(${JSON.stringify(members)}) as result`);
}

/** An ID token that is exchanged for a key, the same in each attempt. */
interface Exchange extends Pick<IssueRequest, 'requestId' | 'secret'> {
  readonly identity: Identity;
  /** Whether someone unknown becomes a user. */
  readonly createsUsers: boolean;
  /** Of the app. */
  readonly clientId: string;
  readonly idTokenHash: Uint8Array;
  readonly role: AppKeyDraft['role'];
  readonly lifetimeSeconds: number;
}

/** What exchange_id_token did; its source says when. */
export type ExchangeResult =
  | { readonly verdict: 'issued'; readonly key: KeyRow }
  | { readonly verdict: 'inactive_user' | 'token_revoked' | 'too_many_keys' | 'unknown_user' };

/** Creates a short-lived key of the user that an ID token is about. */
export function exchangeIdToken(
  db: Database,
  { identity, createsUsers, clientId, idTokenHash, role, lifetimeSeconds, ...request }: Exchange,
  attempt: Attempt,
): Promise<ExchangeResult | undefined> {
  const members = {
    ...personMembers(identity, createsUsers),
    ...issueMembers({ ...request, idempotency: undefined }, attempt),
    client_id: clientId,
    id_token_hash: byteaText(idTokenHash),
    draft: { name: APP_KEY_NAME, description: `App ${clientId}`, role, scopes: keyRoles[role] },
    expires_in: lifetimeSeconds,
    max_active_keys: MAX_APP_KEYS,
  };
  return resultOf(db, sql`select profile.exchange_id_token(${JSON.stringify(members)}) as result`);
}
