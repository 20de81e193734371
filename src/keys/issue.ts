import { displayPrefix, hashApiKey, mintApiKey } from '../auth/api-key.ts';
import {
  type Access,
  actorOf,
  type CredentialFacts,
  type CredentialRow,
  credentialFacts,
  credentialMembers,
} from '../auth/credential.ts';
import { answerOf } from '../db/call.ts';
import type { Database } from '../db/client.ts';
import { apiKeys, byteaText } from '../db/schema.ts';
import { IDEMPOTENCY_HOURS, type Idempotency } from '../http/idempotency.ts';
import type { KeyRole, Scope } from '../permissions.ts';
import { type ShownKey, toShownKey } from './key-statement.ts';

/** A key whose only showing this is. */
export type NewKey = ShownKey & { key: string };

/** What a new key is made from. */
export interface KeyDraft {
  name: string;
  description: string;
  /** The preset that the scopes come from, if they come from one. */
  role: KeyRole | null;
  scopes: readonly Scope[];
  /** RFC 3339; null: never. A key that ends itself makes none that outlives it. */
  expiresAt: string | null;
  /** Whether updates with it must be conditional. */
  requirePrecondition: boolean;
}

/** How a key is followed by a new one. */
export interface Rotation {
  /** The key; `self`: the one that asks. */
  id: string;
  /**
   * For how many seconds the old key lives on, at most; never beyond its own expiry. Undefined: until the
   * first use of the new one, at most 24 hours.
   */
  graceSeconds: number | undefined;
  /** RFC 3339; null: never; undefined: as the old key. */
  expiresAt: string | null | undefined;
}

/** What becomes of a key that is replaced. */
export interface ReplacedKey {
  id: string;
  /** When it stops working, at the latest: RFC 3339. */
  expires_at: string;
  /** Whether the first use of the new key ends it. */
  until_first_use: boolean;
}

/** What is asked for: a new key from a draft, or one in the place of another. */
export interface KeyRequest {
  wanted: { draft: KeyDraft } | { rotation: Rotation };
  idempotency: Idempotency | undefined;
  requestId: string;
}

/** A secret that no key has yet, with all that the database gets of it. */
export interface Secret {
  key: string;
  hash: Uint8Array;
}

export async function newSecret(): Promise<Secret> {
  const key = mintApiKey();
  return { key, hash: await hashApiKey(key) };
}

/** What came of it. */
export type IssueVerdict =
  | { verdict: 'issued'; key: NewKey; replaced: ReplacedKey | null }
  | { verdict: 'key_not_live'; state: 'expired' | 'revoked' }
  | {
      verdict: 'key_not_found' | 'not_grantable' | 'idempotency_key_reused' | 'key_already_used';
    };

/** A refused credential has no verdict. */
export type IssueFacts = CredentialFacts & (IssueVerdict | { verdict: null });

/** Creates a key, in one statement: the function issue_key in the database. Undefined: no such credential. */
export async function issueKey(
  db: Database,
  access: Access,
  request: KeyRequest,
  { key, hash }: Secret,
): Promise<IssueFacts | undefined> {
  const row = await answerOf<CredentialRow & { verdict?: IssueVerdict['verdict'] } & IssuedRow>(
    db,
    'issue_key',
    {
      request: JSON.stringify({
        ...credentialMembers(access),
        actor: actorOf(access.credential),
        ...wantedMembers(request.wanted),
        hash: byteaText(hash),
        prefix: displayPrefix(key),
        idempotency_key: request.idempotency?.key,
        fingerprint: request.idempotency && byteaText(request.idempotency.fingerprint),
        remembered: `${IDEMPOTENCY_HOURS} hours`,
        request_id: request.requestId,
      }),
    },
  );
  if (!row) return undefined;
  const facts = credentialFacts(row);
  switch (row.verdict) {
    case undefined:
      return { ...facts, verdict: null };
    case 'issued':
      return {
        ...facts,
        verdict: row.verdict,
        key: { ...toShownKey(row.key), state: 'live', key },
        replaced: row.replaced && {
          ...row.replaced,
          expires_at: apiKeys.expires_at.mapFromDriverValue(row.replaced.expires_at) as string,
        },
      };
    case 'key_not_live':
      return { ...facts, verdict: row.verdict, state: row.state };
    default:
      return { ...facts, verdict: row.verdict };
  }
}

/** The members of the function's answer that only some verdicts have. */
interface IssuedRow {
  key: Record<string, unknown>;
  replaced: ReplacedKey | null;
  state: 'expired' | 'revoked';
}

function wantedMembers(wanted: KeyRequest['wanted']) {
  if ('draft' in wanted) {
    const { expiresAt, requirePrecondition, ...draft } = wanted.draft;
    return {
      draft: { ...draft, expires_at: expiresAt, require_precondition: requirePrecondition },
    };
  }
  const { id, graceSeconds, expiresAt } = wanted.rotation;
  return {
    replaces: id,
    grace: graceSeconds,
    draft: { expires_at: expiresAt },
  };
}
