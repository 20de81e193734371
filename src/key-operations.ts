import { admit } from './admission.ts';
import {
  createKey,
  findKey,
  findOwnKey,
  type KeyDraft,
  listKeys,
  type NewKey,
  type Rotation,
  revokeKey,
  rotateKey,
  type ShownKey,
} from './db/api-keys.ts';
import type { Access } from './db/credential.ts';
import { ConstraintViolation } from './db/faults.ts';
import { ApiError } from './errors.ts';
import type { Context } from './http.ts';
import type { Scope } from './permissions.ts';

// What can be done with keys, one statement each, for the API and the command line alike: facts come
// in from the database, an answer or an ApiError goes out.

/** Who asks, and how the database is reached. */
export interface Asker extends Pick<Context, 'query' | 'caller' | 'requestId'> {
  access: Access;
}

/** Throws insufficient_scope if the asker may not give away so much, too_many_keys. */
export async function create(asker: Asker, draft: KeyDraft): Promise<NewKey> {
  const { query, access, requestId } = asker;
  const facts = admitted(
    asker,
    await query((db) => createKey(db, { ...access, lock: true }, requestId, draft)).catch(
      explainLimit,
    ),
  );
  if (!facts.found) throw notGrantable(draft.scopes);
  return facts.found;
}

/** Throws key_not_found, key_not_live, insufficient_scope, too_many_keys. */
export async function rotate(asker: Asker, rotation: Rotation): Promise<NewKey> {
  const { query, access, requestId } = asker;
  const facts = admitted(
    asker,
    await query((db) => rotateKey(db, { ...access, lock: true }, requestId, rotation)).catch(
      explainLimit,
    ),
  );
  if (facts.found) return facts.found;
  if (facts.state === null) throw notFound();
  if (facts.state !== 'live')
    throw new ApiError('key_not_live', `The key is ${facts.state}; make a new one.`);
  throw new ApiError(
    'insufficient_scope',
    'The key has scopes that you may not give away now; make a key with fewer.',
  );
}

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

const notGrantable = (scopes: readonly Scope[]): ApiError =>
  new ApiError('insufficient_scope', 'A key can only get what you may do yourself now.', {
    errors: [
      {
        pointer: '/scopes',
        code: 'not_grantable',
        detail: `You cannot give away all of ${scopes.join(', ')}.`,
      },
    ],
  });

/** The trigger in the database counts, because a statement cannot see those that run beside it. */
function explainLimit(error: unknown): never {
  if (error instanceof ConstraintViolation && error.constraint === 'api_keys_live_limit')
    throw new ApiError('too_many_keys', 'You have 25 live keys; revoke one first.');
  throw error;
}
