import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type LocalNeon, startLocalNeon } from '../../tools/local-neon/index.ts';
import { migrate } from '../../tools/migrate.ts';
import { ensureOwnedDatabase } from '../../tools/owned-database.ts';
import { sql } from './local-neon/http.ts';

// The role that npm start gives to the Worker owns its database and can reach nothing else.

const superuserUrl = `${inject('postgresUrl')}/postgres`;
const name = 'owned';
const password = randomBytes(24).toString('base64url');
let neon: LocalNeon;
let url: string;
let superuser: pg.Client;

beforeAll(async () => {
  url = await ensureOwnedDatabase({ superuserUrl, name, password });
  await migrate(url, 'migrations');
  superuser = new pg.Client(superuserUrl);
  await superuser.connect();
  const { hostname, port } = new URL(superuserUrl);
  neon = await startLocalNeon({ upstream: { host: hostname, port: Number(port) }, port: 0 });
});

afterAll(async () => {
  await neon?.close();
  await superuser?.end();
});

const run = (statement: string, to = url) =>
  sql(neon.url, statement, [], { 'Neon-Connection-String': to });

const rows = async (statement: string) => (await superuser.query(statement)).rows;

describe('the role', () => {
  test('has no privilege outside its database, not even through another role', async () => {
    expect(
      await rows(`select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls
        from pg_roles where rolname = '${name}'`),
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
      await rows(`select from pg_auth_members where member = '${name}'::regrole`),
    ).toHaveLength(0);
    expect(
      await rows(`select datname from pg_database where datallowconn
        and has_database_privilege('${name}', oid, 'connect') and datname in ('postgres', 'template1', '${name}')`),
    ).toEqual([{ datname: name }]);
  });

  test('owns what the migrations create', async () => {
    const { status, body } = await run(
      `select tableowner from pg_tables where tablename = 'users'`,
    );
    expect([status, body.rows]).toEqual([200, [{ tableowner: name }]]);
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
    [`alter role ${name} superuser`, '42501'],
    [`alter role ${name} createrole`, '42501'],
    [`alter role postgres password 'x'`, '42501'],
    [`grant pg_execute_server_program to ${name}`, '42501'],
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
    [`grant connect on database postgres to ${name}`, '42501'],
  ])('cannot %s', async (statement, code) => {
    const { status, body } = await run(statement);
    expect([status, body.code]).toEqual([400, code]);
  });

  test.each(['postgres', 'template1'])('cannot connect to %s', async (database) => {
    const other = url.replace(/\w+$/, database);
    expect(await run('select 1', other)).toMatchObject({ body: { code: '42501' } });
    await expect(new pg.Client(other).connect()).rejects.toMatchObject({ code: '42501' });
  });
});

test('another start keeps everything, and sets a new password', async () => {
  const next = await ensureOwnedDatabase({ superuserUrl, name, password: 'another' });
  expect((await run('select from profile.users', next)).status).toBe(200);
  expect((await run('select 1')).body.message).toContain('password authentication failed');
  expect(await ensureOwnedDatabase({ superuserUrl, name, password })).toBe(url);
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

  test('has a password of this run', async () => {
    const { username, password } = new URL(superuserUrl);
    expect(username).toBe('postgres');
    expect(password).toMatch(/^[\w-]{43}$/);
    const old = superuserUrl.replace(`${username}:${password}`, 'app:pgsecret');
    await expect(new pg.Client(old).connect()).rejects.toMatchObject({ code: '28P01' });
  });
});
