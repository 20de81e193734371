import { admit } from '../auth/admission.ts';
import type { Access } from '../auth/credential.ts';
import { ConstraintViolation } from '../db/faults.ts';
import { ApiError } from '../errors.ts';
import { type Idempotency, idempotencyKeyReused } from '../http/idempotency.ts';
import type { Scope } from '../permissions.ts';
import type { Context } from '../route.ts';
import {
  type IssueFacts,
  issueKey,
  type KeyRequest,
  type NewKey,
  newSecret,
  type ReplacedKey,
} from './issue.ts';
import type { ShownKey } from './key-statement.ts';
import { findKey, findOwnKey, listKeys, revokeKey } from './statements.ts';

// What can be done with keys, one statement each, for the API and the command line alike: facts come
// in from the database, an answer or an ApiError goes out.

/** Who asks, and how the database is reached. */
export interface Asker extends Pick<Context, 'query' | 'caller' | 'requestId'> {
  access: Access;
}

/** A key that was issued, and what becomes of the one that it replaces. */
export interface Issued {
  key: NewKey;
  replaced: ReplacedKey | null;
}

/**
 * Creates a key, or rotates one. Throws insufficient_scope if the asker may not give away so much,
 * too_many_keys, idempotency_key_reused, key_already_used, key_not_found, key_not_live.
 */
export async function issue(
  asker: Asker,
  wanted: KeyRequest['wanted'],
  idempotency?: Idempotency,
): Promise<Issued> {
  const { query, access, requestId } = asker;
  const secret = await newSecret();
  const request = { wanted, idempotency, requestId };
  // A second attempt carries the same secret, and finds what the first one created.
  const effect = idempotency ? { settles: isIssued } : 'once';
  const facts = admitted(
    asker,
    await query((db) => issueKey(db, access, request, secret), effect).catch(explainLimit),
  );
  switch (facts.verdict) {
    case 'issued':
      return facts;
    case 'idempotency_key_reused':
      throw idempotencyKeyReused();
    case 'key_already_used':
      throw new ApiError(
        'key_already_used',
        'The key that this request created has been used or has ended. Create a new one under a new Idempotency-Key.',
      );
    case 'key_not_found':
      throw notFound();
    case 'key_not_live':
      throw new ApiError('key_not_live', `The key is ${facts.state}; make a new one.`);
    case 'not_grantable':
      throw notGrantable(wanted);
    default:
      throw unknownVerdict(facts);
  }
}

/** A verdict that this Worker does not know. */
function unknownVerdict(facts: { verdict: null }): Error {
  return new TypeError(`unknown verdict of issue_key: ${facts.verdict}`);
}

const isIssued = (facts: IssueFacts | undefined): boolean => facts?.verdict === 'issued';

/** Throws key_not_found. */
export async function revoke(asker: Asker, id: string): Promise<ShownKey> {
  const { query, access, requestId } = asker;
  const { found } = admitted(asker, await query((db) => revokeKey(db, access, requestId, id)));
  return found ?? throwNotFound();
}

/** Throws key_not_found. */
export async function show(asker: Asker, id: string): Promise<ShownKey> {
  const { found } = admitted(
    asker,
    await asker.query((db) => findKey(db, asker.access, id), 'repeatable'),
  );
  return found ?? throwNotFound();
}

/** The key that asks, with the scopes that it has now. */
export async function showOwn(asker: Asker): Promise<ShownKey & { scopes_now: Scope[] }> {
  const facts = admitted(
    asker,
    await asker.query((db) => findOwnKey(db, asker.access), 'repeatable'),
  );
  if (!facts.found) return throwNotFound();
  return { ...facts.found, scopes_now: facts.scopesNow };
}

/** A page of keys, the newest first; `next`: where the page after it begins, if there is one. */
export async function list(asker: Asker, page: { limit: number; after: string | undefined }) {
  const { keys, more } = admitted(
    asker,
    await asker.query((db) => listKeys(db, asker.access, page), 'repeatable'),
  );
  return { keys, next: more ? (keys.at(-1)?.id ?? null) : null };
}

const admitted = <Facts extends Parameters<typeof admit>[0]>(
  { access, caller }: Asker,
  facts: Facts,
) =>
  admit(
    facts,
    caller,
    'keyHash' in access.credential ? 'invalid_api_key' : 'not_signed_in',
  ) as NonNullable<Facts>;

const notFound = () => new ApiError('key_not_found', 'None of your keys has this id.');

function throwNotFound(): never {
  throw notFound();
}

function notGrantable(wanted: KeyRequest['wanted']): ApiError {
  if ('rotation' in wanted)
    return new ApiError(
      'insufficient_scope',
      'The key has scopes that you may not give away now; make a key with fewer.',
    );
  const detail = `You cannot give away all of ${wanted.draft.scopes.join(', ')}.`;
  return new ApiError('insufficient_scope', 'A key can only get what you may do yourself now.', {
    errors: [{ pointer: '/scopes', code: 'not_grantable', detail }],
  });
}

/** The trigger in the database counts, because a statement cannot see those that run beside it. */
function explainLimit(error: unknown): never {
  if (error instanceof ConstraintViolation && error.constraint === 'api_keys_live_limit')
    throw new ApiError('too_many_keys', 'You have 25 live keys; revoke one first.');
  throw error;
}
