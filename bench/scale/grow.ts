import type pg from 'pg';
import { addInBulk, settle } from './bulk.ts';

/** Users a statement: at most a quarter of those that there are, or see NEW_USERS. */
const batchOf = (users: number): number =>
  Math.max(1_000, Math.min(Math.floor(users / 4), 250_000));

/**
 * Adds users until there are so many, each with a key that nobody has and one row in the change log:
 * the first update of a profile. Answers when the planner knows of them and the disk has them.
 *
 * Indexes and constraints stay, so the indexes are as full as they become in life; built at once when
 * the rows are there, they would be denser.
 */
export async function grow(
  pool: pg.Pool,
  to: number,
  onProgress: (users: number) => void = () => {},
): Promise<void> {
  for (let users = await countUsers(pool); users < to; ) {
    const till = Math.min(to, users + batchOf(users));
    await addInBulk(pool, NEW_USERS, [users + 1, till]);
    users = till;
    onProgress(users);
  }
  await settle(pool);
}

const countUsers = async (pool: pg.Pool): Promise<number> =>
  Number((await pool.query('select count(*) from users')).rows[0].count);

/**
 * Changes a tenth of the users and of the keys once more, at random, as time does. Where rows were only
 * ever added, every page is full, and the first change of each row moves it to another page.
 */
export async function age(pool: pg.Pool): Promise<void> {
  await pool.query('update users set updated_at = now() where random() < 0.1');
  await pool.query('update api_keys set last_used_at = created_at where random() < 0.1');
  await settle(pool);
}

/**
 * The rows of a batch come in the order of their random ids, and their other random values begin as
 * the ids do, so that each page of an index is visited once a batch and not once a row: ten million
 * users take minutes instead of an hour. The batch must be small beside what is there, or many of its
 * rows would fall between two old ones in ascending order, which leaves half-empty pages behind.
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
