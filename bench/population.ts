import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { displayPrefix, hashApiKey, mintApiKey } from '../src/auth/api-key.ts';
import { keyRoles } from '../src/permissions.ts';

/** A user, and a key of the user. */
export interface Person {
  userId: string;
  key: string;
}

/** No operation changes the e-mail address, because people rarely do. */
export const emailOf = ({ userId }: Pick<Person, 'userId'>): string => `${userId}@example.com`;

/** Adds users: superusers with a full_access key each, so that every operation is allowed. */
export async function populate(pool: pg.Pool, count: number): Promise<Person[]> {
  const people = Array.from({ length: count }, () => ({ userId: randomUUID(), key: mintApiKey() }));
  const ids = people.map(({ userId }) => userId);
  await pool.query(
    `insert into users (id, email, is_superuser, first_name, last_name, birthdate, phone, state, country, address)
     select id, email, true, 'Ada', 'Lovelace', '1815-12-10T00:00:00Z', '+44 20 7946 0958', 'London',
       'United Kingdom', '12 St James’s Square'
     from unnest($1::uuid[], $2::text[]) as new (id, email)`,
    [ids, people.map(emailOf)],
  );
  await pool.query(
    `insert into api_keys (owner_id, name, role, scopes, hash, prefix)
     select owner_id, 'bench', 'full_access', $4, hash, prefix
     from unnest($1::uuid[], $2::bytea[], $3::text[]) as new (owner_id, hash, prefix)`,
    [ids, ...(await hashesAndPrefixes(people)), keyRoles.full_access],
  );
  return people;
}

/**
 * Runs one update of each user. Throws an error unless all users were changed, because refused updates
 * would make the result look better.
 */
export async function expectChanges<Result>(
  pool: pg.Pool,
  people: readonly Person[],
  update: () => Promise<Result>,
): Promise<Result> {
  const before = await sumOfVersions(pool, people);
  const result = await update();
  const changes = (await sumOfVersions(pool, people)) - before;
  if (changes !== people.length)
    throw new Error(`${people.length} updates made ${changes} changes.`);
  return result;
}

async function sumOfVersions(pool: pg.Pool, people: readonly Person[]): Promise<number> {
  const ids = people.map(({ userId }) => userId);
  const sum = 'select sum(version)::float8 as versions from users where id = any ($1)';
  return (await pool.query(sum, [ids])).rows[0].versions;
}

/** What the database stores of the keys, in two columns. */
export const hashesAndPrefixes = async (
  people: readonly Person[],
): Promise<[hashes: Buffer[], prefixes: string[]]> => [
  await Promise.all(people.map(async ({ key }) => Buffer.from(await hashApiKey(key)))),
  people.map(({ key }) => displayPrefix(key)),
];
