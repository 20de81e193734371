import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureDatabase, OWNER, type RoleUrls, WORKER } from '../../tools/database-roles.ts';
import { initDatabase, urlsToKeep } from '../../tools/init-database.ts';
import { type LocalNeon, startLocalNeon } from '../../tools/local-neon/index.ts';
import { migrate } from '../../tools/migrate.ts';
import { type Postgres, startPostgres } from '../../tools/postgres.ts';
import { sql } from './local-neon/http.ts';

// The roles of npm start and of a deployment: the owner of the database, and the Worker's, which may only
// call functions. In a Postgres of its own, because the roles are the same for all databases of one.

const name = 'owned';
const passwords = { owner: 'a-password', worker: 'another-password' };
let folder: string;
let postgres: Postgres;
let neon: LocalNeon;
let superuserUrl: string;
let urls: RoleUrls;
let superuser: pg.Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roles-'));
  await chmod(folder, 0o755); // Postgres may run as another user.
  postgres = await startPostgres({ directory: join(folder, 'postgres'), temporary: true });
  const { user, password, host, port } = postgres;
  superuserUrl = `postgresql://${user}:${password}@${host}:${port}/postgres`;
  urls = await ensureDatabase(superuserUrl, name, passwords);
  await migrate(urls.owner, 'migrations');
  superuser = new pg.Client(superuserUrl);
  await superuser.connect();
  neon = await startLocalNeon({ upstream: { host, port }, port: 0 });
});

afterAll(async () => {
  await neon?.close();
  await superuser?.end();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = (statement: string, to = urls.owner) =>
  sql(neon.url, statement, [], { 'Neon-Connection-String': to });

const rows = async (statement: string) => (await superuser.query(statement)).rows;

describe.each([OWNER, WORKER])('%s', (role) => {
  test('has no privilege outside its database, not even through another role', async () => {
    expect(
      await rows(`select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls
        from pg_roles where rolname = '${role}'`),
    ).toEqual([
      {
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolreplication: false,
        rolbypassrls: false,
      },
    ]);
    expect(
      await rows(`select from pg_auth_members where member = '${role}'::regrole`),
    ).toHaveLength(0);
    expect(
      await rows(`select datname from pg_database where datallowconn
        and has_database_privilege('${role}', oid, 'connect') and datname in ('postgres', 'template1', '${name}')`),
    ).toEqual([{ datname: name }]);
  });
});

describe('the owner', () => {
  test('owns what the migrations create', async () => {
    const { status, body } = await run(
      `select tableowner from pg_tables where tablename = 'users'`,
    );
    expect([status, body.rows]).toEqual([200, [{ tableowner: OWNER }]]);
  });

  test.each([
    [`copy (select 1) to program 'true'`, '42501'],
    [`copy users from program 'true'`, '42501'],
    [`copy (select 1) to '/tmp/owned'`, '42501'],
    [`copy users (email) from '/etc/passwd'`, '42501'],
    [`select pg_read_file('/etc/passwd')`, '42501'],
    [`select pg_read_file('../superuser-password')`, '42501'],
    [`select pg_ls_dir('/')`, '42501'],
    [`select lo_import('/etc/passwd')`, '42501'],
    [`select rolpassword from pg_authid`, '42501'],
    [`create role other`, '42501'],
    [`create database other`, '42501'],
    [`alter role ${OWNER} superuser`, '42501'],
    [`alter role ${OWNER} createrole`, '42501'],
    [`alter role postgres password 'x'`, '42501'],
    [`grant pg_execute_server_program to ${OWNER}`, '42501'],
    [`set role postgres`, '42501'],
    [`set session authorization postgres`, '42501'],
    [`alter system set archive_command = 'true'`, '42501'],
    [`alter system set log_directory = '/tmp'`, '42501'],
    [`select pg_reload_conf()`, '42501'],
    [`load '/tmp/library.so'`, '42501'],
    [`create function f() returns int language c as '/tmp/library.so'`, '42501'],
    [`create extension file_fdw`, '42501'],
    [`create foreign data wrapper w`, '42501'],
    [`create subscription s connection '' publication p`, '42501'],
    [`grant connect on database postgres to ${OWNER}`, '42501'],
  ])('cannot %s', async (statement, code) => {
    const { status, body } = await run(statement);
    expect([status, body.code]).toEqual([400, code]);
  });

  test.each(['postgres', 'template1'])('cannot connect to %s', async (database) => {
    const other = urls.owner.replace(/\w+$/, database);
    expect(await run('select 1', other)).toMatchObject({ body: { code: '42501' } });
    await expect(new pg.Client(other).connect()).rejects.toMatchObject({ code: '42501' });
  });
});

/** The functions that the Worker calls, by their sources. */
const called = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [
    ...readFileSync(join('src', file), 'utf8').matchAll(
      /select profile\.(\w+)\(|'(\w+_webhook)', \{/g,
    ),
  ])
  .map(([, name = '', ofDelivery = '']) => name || ofDelivery);

describe("the Worker's role", () => {
  // What somebody with its password would send, who cannot have a key of the user.
  describe('gets no more than the Worker asks for', () => {
    const user = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
    const person = { issuer: 'https://accounts.example.com', subject: 'ada' };
    const hash = `\\x${'01'.repeat(32)}`;
    const call = async (name: string, request: object) =>
      (await run(`select profile.${name}('${JSON.stringify(request)}') as result`, urls.worker))
        .body.rows[0].result;

    beforeAll(async () => {
      await run(`insert into profile.users (id, email) values ('${user}', 'ada@example.com')`);
      await run(`insert into profile.identities (issuer, subject, user_id)
        values ('${person.issuer}', '${person.subject}', '${user}')`);
    });

    test('a key of an ID token reads and writes its user for an hour, and was made by the person', async () => {
      const { verdict, key } = await call('exchange_id_token', {
        ...person,
        ...{ hash, prefix: 'in-forged', id_token_hash: hash, request_id: 'r' },
        draft: { name: 'x', description: '', scopes: ['users:all', 'keys:write', 'user:read'] },
        ...{ expires_in: 2_000_000_000, max_active_keys: 100, actor: 'operator' },
      });
      expect([verdict, key.scopes]).toEqual(['issued', ['user:read']]);
      expect(Date.parse(key.expires_at)).toBeLessThanOrEqual(Date.now() + 3_601_000);
      const { body } = await run(`select actor from profile.key_events where key_id = '${key.id}'`);
      expect(body.rows).toEqual([{ actor: 'person' }]);
    });

    test('a session lasts for 12 hours', async () => {
      const session_id = '11111111-0d44-4b50-8888-8dd25736052a';
      expect(
        await call('start_session', { ...person, session_id, lifetime: '100 years' }),
      ).toMatchObject({ verdict: 'started' });
      const { body } = await run(`select expires_at <= now() + interval '12 hours' as is_capped
        from profile.sessions where id = '${session_id}'`);
      expect(body.rows).toEqual([{ is_capped: true }]);
    });

    test('the clean-up deletes nothing that could be used in the last day', async () => {
      await run(`insert into profile.api_keys (owner_id, name, scopes, hash, prefix, expires_at)
        values ('${user}', 'laptop', '{user:read}', decode(repeat('02', 32), 'hex'), 'in-laptop', '2099-01-01')`);
      await run(`insert into profile.idempotency_records (lineage_id, key, fingerprint, user_id, result)
        select id, 'a', '', '${user}', '{}' from profile.api_keys where name = 'laptop'`);
      const keptFrom = async () =>
        (await run('select kept_from::text from profile.feed')).body.rows;
      const [before, kept] = [await keptFrom(), '-1000 years'];
      expect(
        await call('delete_expired', {
          ...{ limit: 1000, records_kept: kept, feedback_kept: kept },
          ...{ ended_keys_kept: kept, feed_kept: kept },
        }),
      ).toEqual({
        api_keys: 0,
        feedback: 0,
        idempotency_records: 0,
        sessions: 0,
        short_lived_keys: 0,
      });
      expect(await keptFrom()).toEqual(before);
    });
  });

  test('may call the functions that the Worker calls, and no others', async () => {
    const { body } = await run(`select proname from pg_proc
      where pronamespace = 'profile'::regnamespace and has_function_privilege('${WORKER}', oid, 'execute')`);
    const allowed = body.rows.map(({ proname }: { proname: string }) => proname);
    expect(allowed.sort()).toEqual([...new Set(called)].sort());
  });

  test('has no privilege on any table, nor on a column of one', async () => {
    const { body } = await run(`select relname from pg_class
      where relnamespace = 'profile'::regnamespace and relkind in ('r', 'S') and (
        has_any_column_privilege('${WORKER}', oid, 'select, insert, update, references')
        or has_table_privilege('${WORKER}', oid, 'delete, truncate, trigger'))`);
    expect(body.rows).toEqual([]);
  });

  test.each([
    'select hash from profile.api_keys',
    'select * from profile.sessions',
    `update profile.users set is_superuser = true`,
    'delete from profile.key_events',
    'truncate profile.users',
    `select profile.touch_key(gen_random_uuid(), '{}')`,
    `select profile.find_credential('{"operator": true}')`,
    'create table t ()',
    'create table profile.t ()',
    'create temporary table t ()',
    'select lo_create(0)',
    `select lo_from_bytea(0, 'x')`,
    `select profile.changes_after('{"limit": 100}')`,
    'create schema s',
    'create function profile.f() returns int language sql as $$ select 1 $$',
    'create function public.f() returns int language sql as $$ select 1 $$',
    'alter table profile.users add column x int',
    'alter function profile.update_user(jsonb) security invoker',
    'drop function profile.update_user(jsonb)',
    'drop table profile.users',
    'drop schema profile cascade',
    'select * from profile_migrations.__drizzle_migrations',
    `set role ${OWNER}`,
    `alter role ${WORKER} superuser`,
    `grant ${OWNER} to ${WORKER}`,
    `copy (select 1) to program 'true'`,
    `select pg_read_file('/etc/passwd')`,
  ])('cannot %s', async (statement) => {
    const { body } = await run(statement, urls.worker);
    expect(body.code).toBe('42501');
  });

  test.each(['operator', 'operator_for'])('is refused what it asks for as %s', async (member) => {
    const { body: made } = await run(`insert into profile.users (email, is_superuser)
      values ('${member}@example.com', true) returning id`);
    const [{ id }] = made.rows;
    const request = { [member]: member === 'operator' || id, user_id: id, accepted_scopes: [] };
    const read = `select profile.read_user('${JSON.stringify({ ...request, person_scopes: ['user:read'] })}') as result`;
    const { body: own } = await run(read);
    expect(own.rows[0].result).toMatchObject({ user: { email: `${member}@example.com` } });
    const { body: refused } = await run(read, urls.worker);
    expect(refused.rows).toEqual([{ result: null }]);
  });
});

test('another start keeps everything, and sets new passwords', async () => {
  const next = await ensureDatabase(superuserUrl, name, { owner: 'new', worker: 'newer' });
  expect((await run('select from profile.users', next.owner)).status).toBe(200);
  for (const url of [urls.owner, urls.worker])
    await expect(new pg.Client(url).connect()).rejects.toMatchObject({ code: '28P01' });
  expect(await ensureDatabase(superuserUrl, name, passwords)).toEqual(urls);
});

describe('npm run release -- init-database', () => {
  /** The URL of a database whose owner may create roles, and is no superuser, as at Neon. */
  async function databaseOfAdmin(database: string): Promise<string> {
    await superuser.query(`create role ${database}_admin login createrole password 'admin'`);
    await superuser.query(`create database ${database} owner ${database}_admin`);
    return superuserUrl.replace(/\/\/.+@/, `//${database}_admin:admin@`).replace(/\w+$/, database);
  }

  beforeAll(() => superuser.query(`drop owned by ${WORKER}, ${OWNER}`));

  test('creates both roles, so that the owner can migrate and the Worker work', async () => {
    await superuser.query(`drop database ${name} with (force)`);
    await superuser.query(`drop role ${WORKER}, ${OWNER}`);
    const made = await initDatabase(await databaseOfAdmin('fresh'));
    expect((await run('create temporary table t ()', made.worker)).body.code).toBe('42501');
    expect(await migrate(made.owner, 'migrations')).toBeGreaterThan(0);
    const found = `select profile.read_user('{"key_hash": "\\\\x00", "accepted_scopes": []}') as result`;
    expect((await run(found, made.worker)).body.rows).toEqual([{ result: null }]);
    expect((await run('select from profile.users', made.worker)).body.code).toBe('42501');
    expect(urlsToKeep(made)).toContain(`\nexport DATABASE_URL='${made.owner}'\n`);
    expect(urlsToKeep(made)).toContain(`\n"DATABASE_URL": "${made.worker}"\n`);
  });

  test('gives the roles new passwords when it runs again', async () => {
    const url = superuserUrl.replace(/\/\/.+@/, '//fresh_admin:admin@').replace(/\w+$/, 'fresh');
    const [one, other] = [await initDatabase(url), await initDatabase(url)];
    expect((await run('select 1', other.worker)).status).toBe(200);
    await expect(new pg.Client(one.worker).connect()).rejects.toMatchObject({ code: '28P01' });
  });

  test('refuses a database whose tables belong to another role', async () => {
    const url = await databaseOfAdmin('taken');
    await migrate(url, 'migrations');
    await expect(initDatabase(url)).rejects.toThrow('The schema `profile` belongs to taken_admin.');
  });
});

describe('Postgres', () => {
  test('listens only on loopback, and requires a password', async () => {
    expect(await rows('show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await rows('show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
    expect(await rows('select distinct auth_method from pg_hba_file_rules')).toEqual([
      { auth_method: 'scram-sha-256' },
    ]);
    expect(
      await rows(`select distinct address from pg_hba_file_rules where type <> 'local' order by 1`),
    ).toEqual([{ address: '127.0.0.1' }, { address: '::1' }]);
  });

  test('has a random password for its superuser', async () => {
    const { username, password } = new URL(superuserUrl);
    expect(username).toBe('postgres');
    expect(password).toMatch(/^[\w-]{43}$/);
    const old = superuserUrl.replace(`${username}:${password}`, 'app:pgsecret');
    await expect(new pg.Client(old).connect()).rejects.toMatchObject({ code: '28P01' });
  });
});
