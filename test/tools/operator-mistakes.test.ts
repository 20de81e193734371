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

// What an operator can do wrong with the database, and the one line that each gets: without SQL,
// parameters and password. `migrate` is what deploy and start do, `withDatabase` keys and feedback.

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

/** The URL of the migrated database, with something else in it. */
function urlOf(changes: Partial<URL> = {}): string {
  const url = new URL(`/${TEMPLATE}`, base);
  return Object.assign(url, changes).href.replace('http:', 'postgresql:');
}

/** Runs statements; answers the rows of the last. */
async function query(url: string, ...statements: string[]): Promise<object[]> {
  const client = new pg.Client(url);
  await client.connect();
  let rows: object[] = [];
  for (const statement of statements) ({ rows } = await client.query(statement));
  await client.end();
  return rows;
}

/** A database of its own, with what the statements put there. */
async function database(template: string, ...statements: string[]): Promise<string> {
  const name = `mistake_${randomUUID().replaceAll('-', '')}`;
  await query(urlOf({ pathname: '/postgres' }), `create database ${name} template ${template}`);
  const url = urlOf({ pathname: `/${name}` });
  await query(url, ...statements);
  return url;
}

/** A TCP server that does not speak as a database does; answers its host and port. */
async function stranger(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer(onConnection).unref();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const nowhere = async () => `127.0.0.1:${await freePort()}`;

/** What a failure says, once it is sure to be a line that gives nothing away. */
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

describe('a variable that is not what it should be', () => {
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

describe('a server that is not there', () => {
  test('a host that does not exist', async () => {
    // With sslmode=require, as Neon gives it, pg would have a page to say about what that means.
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

  test('a database behind the local Neon that is gone', async () => {
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

  test('a server of something else', async () => {
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

describe('a database that will not have us', () => {
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

  test('TLS asked of a server that has none', async () => {
    expect(await overPostgres(`${urlOf()}?sslmode=require`)).toBe(
      'The server does not offer TLS, which sslmode asks for. Check DATABASE_URL.',
    );
  });

  test('a user without rights, who neither may create tables nor read them', async () => {
    const url = await database('template0', `create role reader login password '${base.password}'`);
    const line = 'The database user lacks a permission. Use the owner of the database.';
    expect(await overPostgres(Object.assign(new URL(url), { username: 'reader' }).href)).toBe(line);
    expect(await overHttp(urlOf({ username: 'reader' }))).toBe(line);
  });
});

test('a database without our tables is to be migrated', async () => {
  expect(await overHttp(await database('template0'))).toBe(
    'The database does not have the tables of edge-profile. Run npm run deploy, which migrates it; for a local one, restart npm start.',
  );
});

describe('a database that another application has', () => {
  test('with tables of the same names and a journal of its own: ours stand beside them', async () => {
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

  test('with a schema of the name of ours: it gets nothing', async () => {
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

  test('its tables were changed by hand', async () => {
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
