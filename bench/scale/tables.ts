import type pg from 'pg';
import { mintApiKey } from '../../src/auth/api-key.ts';
import { hashesAndPrefixes, type Person } from '../population.ts';

/**
 * Runs a statement that adds many rows: without triggers, because the foreign keys are known to be
 * right, and without waiting for the disk.
 */
export async function addInBulk(
  pool: pg.Pool,
  statement: string,
  values: readonly unknown[],
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`begin;
      set local session_replication_role = replica;
      set local synchronous_commit = off;
      set local work_mem = '256MB'`);
    await client.query(statement, [...values]);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Does what autovacuum would have done meanwhile. */
export async function vacuum(pool: pg.Pool): Promise<void> {
  await pool.query('vacuum (analyze)');
  await pool.query('checkpoint');
}

/**
 * Adds users until there are `to`, each with an unusable key and one row in the change log: the first
 * update of a profile. Indexes and constraints stay, so the indexes are as full as in production;
 * indexes built after the rows would be denser.
 */
export async function grow(
  pool: pg.Pool,
  to: number,
  onProgress: (users: number) => void = () => {},
): Promise<void> {
  const { rows } = await pool.query('select count(*)::float8 as users from users');
  for (let users: number = rows[0].users; users < to; onProgress(users)) {
    const till = Math.min(to, users + batchOf(users));
    await addInBulk(pool, NEW_USERS, [users + 1, till]);
    users = till;
  }
  await vacuum(pool);
}

/** Returns at most a quarter of the existing users, for the reason given at NEW_USERS. */
const batchOf = (users: number): number =>
  Math.max(1_000, Math.min(Math.floor(users / 4), 250_000));

/**
 * The rows of a batch are in the order of their random ids, and their other random values begin as the
 * ids do. So each page of an index is visited once per batch and not once per row: ten million users
 * take minutes instead of an hour. A batch must be small compared with the table. Otherwise many of its
 * rows would come between the same two old rows in ascending order, which leaves half-empty pages.
 */
const NEW_USERS = `
with fresh as materialized (
  select i, id, overlay(gen_random_uuid()::text placing left(id::text, 8) from 1)::uuid as key_id,
    id || '@example.com' as email, '+44 20 ' || i as phone, i || ' St James’s Square' as address
  from (select i, gen_random_uuid() as id from generate_series($1::int, $2::int) as i) as numbered
  order by id
), new_users as (
  insert into users (id, email, first_name, last_name, birthdate, phone, state, country, address, version, created_at)
  select id, email, 'Ada', 'Lovelace', '1815-12-10T00:00:00Z', phone, 'London', 'United Kingdom', address, 2,
    now() - interval '30 days'
  from fresh
), new_keys as (
  insert into api_keys (id, owner_id, name, role, scopes, hash, prefix, created_at)
  select key_id, id, 'laptop', 'profile', '{user:read,user:write}',
    uuid_send(id) || uuid_send(gen_random_uuid()), 'in-' || left(id::text, 6), now() - interval '30 days'
  from fresh
)
insert into user_changes (user_id, version, api_key_id, request_id, changed_at, changes)
select id, 2, key_id, gen_random_uuid(), now(), jsonb_build_object(
  'first_name', jsonb_build_object('before', null, 'after', 'Ada'),
  'last_name', jsonb_build_object('before', null, 'after', 'Lovelace'),
  'email', jsonb_build_object('before', 'old ' || email, 'after', email),
  'birthdate', jsonb_build_object('before', null, 'after', '1815-12-10T00:00:00+00:00'),
  'phone', jsonb_build_object('before', null, 'after', phone),
  'state', jsonb_build_object('before', null, 'after', 'London'),
  'country', jsonb_build_object('before', null, 'after', 'United Kingdom'),
  'address', jsonb_build_object('before', null, 'after', address)
) from fresh`;

/**
 * Changes a tenth of the users and of the keys once more, at random. As long as rows were only added,
 * every page is full, and the first change of a row moves it to another page.
 */
export async function age(pool: pg.Pool): Promise<void> {
  await pool.query('update users set updated_at = now() where random() < 0.1');
  await pool.query('update api_keys set last_used_at = created_at where random() < 0.1');
  await vacuum(pool);
}

/**
 * Draws people at random from all users, or returns all users in random order if there are fewer, and
 * gives each a working key.
 */
export async function drawPeople(pool: pg.Pool, users: number, count: number): Promise<Person[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select id from users where random() < $1 order by random() limit $2',
    [(2 * count) / users, count],
  );
  const people = rows.map(({ id }) => ({ userId: id, key: mintApiKey() }));
  await pool.query(
    `update api_keys as key set hash = new.hash, prefix = new.prefix
     from unnest($1::uuid[], $2::bytea[], $3::text[]) as new (owner_id, hash, prefix)
     where key.owner_id = new.owner_id`,
    [people.map(({ userId }) => userId), ...(await hashesAndPrefixes(people))],
  );
  return people;
}

/** A table or an index. */
export interface Relation {
  name: string;
  /** The table that an index belongs to; null for a table. */
  table: string | null;
  /** Bytes on disk; a table includes its long values (TOAST) and its maps. */
  bytes: number;
}

/** Returns the tables that grow with the users, and their indexes. */
export async function relationSizes(pool: pg.Pool): Promise<Relation[]> {
  const { rows } = await pool.query<Relation>(
    `select class.relname as name, pg_table_size(class.oid)::float8 as bytes,
       case when class.relkind = 'i' then owner.relname end as table
     from pg_class as owner
     left join pg_index on indrelid = owner.oid
     join pg_class as class on class.oid in (owner.oid, indexrelid)
     where owner.oid = any ($1::regclass[])
     group by class.oid, owner.oid
     order by owner.relname, class.relkind desc, class.relname`,
    [['users', 'api_keys', 'user_changes']],
  );
  return rows;
}
