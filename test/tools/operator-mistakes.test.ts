import { randomUUID } from 'node:crypto';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { withDatabase } from '../../tools/database.ts';
import { type LocalNeon, startLocalNeon } from '../../tools/local-neon/index.ts';
import { migrate } from '../../tools/migrate.ts';
import { freePort } from '../../tools/ports.ts';
import { TEMPLATE } from '../support/global-setup.ts';

// Mistakes of an operator with the database, and the one line that each gets, without SQL, parameters and
// password. release and start call `migrate`, keys and feedback call `withDatabase`.

const base = new URL(inject('postgresUrl').replace(/^\w+:/, 'http:'));
let neon: LocalNeon;
let copy: string;
beforeAll(async () => {
  const upstream = { host: base.hostname, port: Number(base.port) };
  neon = await startLocalNeon({ port: 0, upstream });
  copy = await mkdtemp(join(tmpdir(), 'migrations-'));
  await cp('migrations', copy, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await neon.close();
  await rm(copy, { recursive: true });
});

/** Returns the URL of the migrated database with changes. */
function urlOf(changes: Partial<URL> = {}): string {
  const url = new URL(`/${TEMPLATE}`, base);
  return Object.assign(url, changes).href.replace('http:', 'postgresql:');
}

/** Runs statements. Returns the rows of the last one. */
async function query(url: string, ...statements: string[]): Promise<object[]> {
  const client = new pg.Client(url);
  await client.connect();
  let rows: object[] = [];
  for (const statement of statements) ({ rows } = await client.query(statement));
  await client.end();
  return rows;
}

/** Creates a database and runs statements in it. Returns its URL. */
async function database(template: string, ...statements: string[]): Promise<string> {
  const name = `mistake_${randomUUID().replaceAll('-', '')}`;
  await query(urlOf({ pathname: '/postgres' }), `create database ${name} template ${template}`);
  const url = urlOf({ pathname: `/${name}` });
  await query(url, ...statements);
  return url;
}

/** Starts a TCP server that is not a database. Returns its host and port. */
async function stranger(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer(onConnection).unref();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const nowhere = async () => `127.0.0.1:${await freePort()}`;

/** Expects that a failure is one line without secrets, and returns it. */
async function lineOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  const { message, cause } = error as Error;
  expect(cause).toBeUndefined();
  expect(message).toMatch(/^[A-Z].+\.$/);
  expect(message).not.toMatch(/pgsecret|s3cret|select|insert|create |params|"/i);
  return message;
}

const overPostgres = (url: string) => lineOf(migrate(url, 'migrations'));

const overHttp = (url: string, endpoint = neon.url) => {
  vi.stubEnv('DATABASE_URL', url);
  vi.stubEnv('DATABASE_ENDPOINT', endpoint);
  return lineOf(
    withDatabase((db) => db.execute(sql`select 's3cret' as "secret", id from profile.users`)),
  );
};

describe('an invalid variable', () => {
  test.each([
    'foo',
    ' ',
    'mysql://u:pgsecret@h/d',
    'postgresql://u:pgsecret@h',
    'postgresql://u:pgsecret@h:port/d',
  ])('DATABASE_URL=%j', async (url) => {
    expect(await overHttp(url)).toBe(
      'DATABASE_URL must be like postgresql://user:password@host:5432/database.',
    );
  });

  test.each(['foo', 'http://db.example.com/sql', 'ftp://127.0.0.1'])(
    'DATABASE_ENDPOINT=%s',
    async (endpoint) => {
      expect(await overHttp(urlOf(), endpoint)).toBe(
        'DATABASE_ENDPOINT must be an https URL, or http on loopback.',
      );
    },
  );
});

describe('an unreachable server', () => {
  test('a host that does not exist', async () => {
    // pg prints a long warning about sslmode=require, which Neon's URLs have.
    const warn = vi.spyOn(process, 'emitWarning');
    const url = 'postgresql://me:pgsecret@db.invalid/db?sslmode=require';
    expect(await overPostgres(url)).toBe(
      'The host was not found (db.invalid). Check DATABASE_URL.',
    );
    expect(await overHttp(url, '')).toMatch(/^The (host was not found|server cannot be reached)/);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test('a refused connection', async () => {
    const host = await nowhere();
    const refused = `The server refused the connection (${host}). Check DATABASE_URL`;
    expect(await overPostgres(urlOf({ host }))).toBe(`${refused}.`);
    expect(await overHttp(urlOf(), `http://${host}/sql`)).toBe(`${refused} and DATABASE_ENDPOINT.`);
  });

  test('a stopped database behind the local Neon', async () => {
    const port = Number((await nowhere()).split(':')[1]);
    const orphan = await startLocalNeon({ port: 0, upstream: { host: '127.0.0.1', port } });
    expect(await overHttp(urlOf(), orphan.url)).toMatch(
      /^The database failed \(HTTP status 500\)\./,
    );
    await orphan.close();
  });

  test('a server that never responds', async () => {
    const host = await stranger(() => {});
    expect(await overPostgres(urlOf({ host }))).toBe(
      'The server did not respond in time. Check DATABASE_URL.',
    );
    const patience = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(AbortSignal.timeout(100));
    expect(await overHttp(urlOf(), `http://${host}/sql`)).toMatch(
      'The server did not respond in time. Check DATABASE_URL and',
    );
    patience.mockRestore();
  });

  test('a server of another protocol', async () => {
    const host = await stranger((socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
    expect(await overPostgres(urlOf({ host }))).toMatch(/^The server .+ Check DATABASE_URL\.$/);
    expect(await overHttp(urlOf(), `http://${host}/sql`)).toMatch(
      /^The database failed \(HTTP status 404\)\. Check DATABASE_URL and/,
    );
  });

  test('a server that hangs up', async () => {
    const host = await stranger((socket) => socket.destroy());
    const lost = 'The server closed the connection';
    expect(await overPostgres(urlOf({ host }))).toMatch(lost);
    expect(await overHttp(urlOf(), `http://${host}/sql`)).toMatch(lost);
  });
});

describe('a database that refuses the login', () => {
  test.each([
    ['password', { password: 'wrong' }, 'The user or the password is wrong.'],
    ['user', { username: 'stranger' }, 'The user or the password is wrong.'],
    ['name', { pathname: '/nowhere' }, 'The database does not exist.'],
  ])('a wrong %s', async (_, changes, line) => {
    expect(await overPostgres(urlOf(changes))).toBe(`${line} Check DATABASE_URL.`);
    expect(await overHttp(urlOf(changes))).toBe(
      `${line} Check DATABASE_URL and DATABASE_ENDPOINT.`,
    );
  });

  test('TLS with a server that does not support it', async () => {
    expect(await overPostgres(`${urlOf()}?sslmode=require`)).toBe(
      'The server does not support TLS, which sslmode requires. Check DATABASE_URL.',
    );
  });

  test('a user who may neither create nor read tables', async () => {
    const role = `create role reader login password '${base.password}'`;
    const url = new URL(await database('migrated', role));
    url.username = 'reader';
    const line = 'The database user lacks a permission. Use the owner of the database.';
    expect(await overPostgres(url.href)).toBe(line);
    expect(await overHttp(url.href)).toBe(line);
  });
});

test('a database without our tables', async () => {
  expect(await overHttp(await database('template0'))).toBe(
    'The database does not have the tables of edge-profile. Run npm run release, which migrates it; for a local one, restart npm start.',
  );
});

describe('a database of another application', () => {
  test('with tables of the same names and its own journal keeps them beside ours', async () => {
    const theirs = [
      'create table users (id int constraint users_pkey primary key)',
      'insert into users values (7)',
      'create schema drizzle',
      'create table drizzle.__drizzle_migrations (id int, hash text, created_at bigint)',
      `insert into drizzle.__drizzle_migrations values (1, 'theirs', 9000000000000000)`,
    ];
    const url = await database('template0', ...theirs);
    expect(await migrate(url, 'migrations')).toBe(1);
    expect(await migrate(url, 'migrations')).toBe(0);
    expect(await query(url, 'select * from users')).toEqual([{ id: 7 }]);
    expect(await query(url, 'select count(*)::int as ours from profile.users')).toEqual([
      { ours: 0 },
    ]);
  });

  test('with a schema of our name is refused and not changed', async () => {
    const url = await database('template0', 'create schema profile');
    expect(await overPostgres(url)).toBe(
      'This database already has a schema `profile` of another application. Use another database.',
    );
    expect(await query(url, `select to_regclass('profile.users') as ours`)).toEqual([
      { ours: null },
    ]);
  });

  test('a migration was edited after it was applied', async () => {
    await appendFile(join(copy, '0000_profile.sql'), ' -- edited');
    expect(await lineOf(migrate(urlOf(), copy))).toBe(
      'Migration 0 was edited after it was applied; restore it and add a new one.',
    );
  });

  test('tables that were changed by hand', async () => {
    const url = await database(TEMPLATE, 'drop table profile.feedback');
    const ahead = await mkdtemp(join(tmpdir(), 'migrations-'));
    await cp('migrations', ahead, { recursive: true });
    const journal = join(ahead, 'meta/_journal.json');
    const { entries, ...rest } = JSON.parse(await readFile(journal, 'utf8'));
    const next = { ...entries.at(-1), idx: entries.length, tag: '9999_next', when: Date.now() };
    await writeFile(journal, JSON.stringify({ ...rest, entries: [...entries, next] }));
    await writeFile(join(ahead, '9999_next.sql'), 'alter table profile.feedback add x int');
    expect(await lineOf(migrate(url, ahead))).toMatch(
      /^This database differs from its migrations \(SQLSTATE 42\w+\)\. Restore it\.$/,
    );
    await rm(ahead, { recursive: true });
  });
});
