import type pg from 'pg';
import { displayPrefix, hashApiKey, mintApiKey } from '../../src/auth/api-key.ts';
import type { Person } from '../population.ts';

/**
 * Draws so many users at random out of all, or all in random order if there are fewer, and gives the
 * key of each a hash that belongs to a real key.
 */
export async function cast(pool: pg.Pool, users: number, count: number): Promise<Person[]> {
  const { rows } = await pool.query<{ id: string; version: number }>(
    'select id, version from users where random() < $1 order by random() limit $2',
    [(2 * count) / users, count],
  );
  const people = rows.map(({ id, version }) => ({ userId: id, version, key: mintApiKey() }));
  await pool.query(
    `update api_keys as key set hash = new.hash, prefix = new.prefix
     from unnest($1::uuid[], $2::bytea[], $3::text[]) as new (owner_id, hash, prefix)
     where key.owner_id = new.owner_id`,
    [
      people.map(({ userId }) => userId),
      await Promise.all(people.map(async ({ key }) => Buffer.from(await hashApiKey(key)))),
      people.map(({ key }) => displayPrefix(key)),
    ],
  );
  return people;
}
