import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { displayPrefix, hashApiKey, mintApiKey } from '../src/auth/api-key.ts';
import { keyRoles } from '../src/permissions.ts';

/** A user with a key of their own, and the version that they are at. */
export interface Person {
  userId: string;
  key: string;
  version: number;
}

/** What the references of a user can point to; two of each, so that an update can change them. */
export interface References {
  roles: [string, string];
  plans: [string, string];
}

/** The profile of a user who is settled: the same for all, so that sending it back changes nothing. */
export const settledProfile = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  birthdate: '1815-12-10T00:00:00Z',
  phone: '+44 20 7946 0958',
  state: 'London',
  country: 'United Kingdom',
  address: '12 St James’s Square',
} as const;

/** The address of a user, which no operation changes: people hardly ever do. */
export const emailOf = ({ userId }: Pick<Person, 'userId'>): string => `${userId}@example.com`;

/**
 * Adds so many users with the settled profile, superusers with a full_access key each, so that every
 * operation is open to them.
 */
export async function populate(pool: pg.Pool, count: number): Promise<Person[]> {
  const people = Array.from({ length: count }, () => ({
    userId: randomUUID(),
    key: mintApiKey(),
    version: 1,
  }));
  const profile = Object.entries(settledProfile);
  await pool.query(
    `insert into users (id, email, is_superuser, ${profile.map(([name]) => name)})
     select id, id || '@example.com', true, ${profile.map((_, i) => `$${i + 2}`)} from unnest($1::uuid[]) as id`,
    [people.map(({ userId }) => userId), ...profile.map(([, value]) => value)],
  );
  const hashes = await Promise.all(people.map(({ key }) => hashApiKey(key)));
  await pool.query(
    `insert into api_keys (owner_id, name, role, scopes, hash, prefix)
     select owner_id, 'bench', 'full_access', $4, hash, prefix
     from unnest($1::uuid[], $2::bytea[], $3::text[]) as new (owner_id, hash, prefix)`,
    [
      people.map(({ userId }) => userId),
      hashes.map((hash) => Buffer.from(hash)),
      people.map(({ key }) => displayPrefix(key)),
      keyRoles.full_access,
    ],
  );
  return people;
}

/** Adds what users can refer to. */
export async function addReferences(pool: pg.Pool): Promise<References> {
  const pair = async (table: string): Promise<[string, string]> => {
    const { rows } = await pool.query(
      `insert into ${table} (name) values ('first'), ('second') returning id`,
    );
    return [rows[0].id, rows[1].id];
  };
  return { roles: await pair('roles'), plans: await pair('billing_plans') };
}

/** The people of a run: those whom operations change, and those who stay as they are. */
export interface Population {
  edited: readonly Person[];
  settled: readonly Person[];
  references: References;
}

/** Fills an empty database with so many people of each sort. */
export const settle = async (pool: pg.Pool, count: number): Promise<Population> => ({
  edited: await populate(pool, count),
  settled: await populate(pool, count),
  references: await addReferences(pool),
});

/** The same people with the versions that they are at now. */
export async function withVersions(pool: pg.Pool, people: readonly Person[]): Promise<Person[]> {
  const { rows } = await pool.query<{ id: string; version: number }>(
    'select id, version from users where id = any ($1)',
    [people.map(({ userId }) => userId)],
  );
  const versions = new Map(rows.map(({ id, version }) => [id, version]));
  return people.map((person) => ({ ...person, version: versions.get(person.userId) ?? 0 }));
}
