import { randomUUID } from 'node:crypto';
import { displayPrefix, hashApiKey, mintApiKey } from '../../src/auth/api-key.ts';
import { type KeyRole, keyRoles } from '../../src/permissions.ts';
import type { ChaosDatabase } from './database.ts';
import type { Key } from './scene.ts';

/** A role, or `strict`: a full_access key that requires a precondition. */
export type KeyKind = KeyRole | 'strict';

export async function createUser(database: ChaosDatabase, isSuperuser = false): Promise<string> {
  const id = randomUUID();
  await database.query(
    'insert into users (id, email, is_superuser) values ($1, $2, $3) on conflict do nothing',
    [id, `${id}@example.com`, isSuperuser],
  );
  return id;
}

/** Creates a key and its owner, who has no other key. */
export async function createSuperuserKey(
  database: ChaosDatabase,
): Promise<Key & { owner: string }> {
  const owner = await createUser(database, true);
  return { owner, ...(await createKey(database, owner, 'full_access')) };
}

export async function createKey(
  database: ChaosDatabase,
  owner: string,
  role: KeyKind,
): Promise<Key> {
  const [id, secret] = [randomUUID(), mintApiKey()];
  const preset = role === 'strict' ? 'full_access' : role;
  await database.query(
    `insert into api_keys (id, owner_id, name, role, scopes, hash, prefix) values ($1, $2, 'chaos', $3, $4, $5, $6) on conflict do nothing`,
    [id, owner, preset, keyRoles[preset], await hashApiKey(secret), displayPrefix(secret)],
  );
  if (role === 'strict')
    await database.query('update api_keys set require_precondition = true where id = $1', [id]);
  return { id, secret, prefix: displayPrefix(secret) };
}
