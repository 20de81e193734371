import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FullQueryResults, NeonDbError, neon, neonConfig } from '@neondatabase/serverless';
import { DrizzleQueryError, eq, sql as raw } from 'drizzle-orm';
import { drizzle, type NeonHttpDatabase } from 'drizzle-orm/neon-http';
import { migrate } from 'drizzle-orm/neon-http/migrator';
import { integer, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalNeon, startLocalNeon } from '../../../tools/local-neon/index.ts';
import { CONNECTION_STRING, PASSWORD } from './http.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

const DATABASE_URL = CONNECTION_STRING;

let postgres: TestPostgres;
let server: LocalNeon;
const sql = neon(DATABASE_URL);
const { fetchEndpoint } = neonConfig;

beforeAll(async () => {
  postgres = await startPostgres();
  server = await startLocalNeon({ upstream: postgres, port: 0, endpoint: 'ep-local' });
  neonConfig.fetchEndpoint = server.url;
  await sql`create table item (
    id serial primary key, name text not null constraint item_name_key unique,
    amount int, made timestamptz)`;
}, 60_000);

afterAll(async () => {
  neonConfig.fetchEndpoint = fetchEndpoint;
  await server?.close();
  await postgres?.stop();
}, 60_000);

beforeEach(async () => {
  await sql`truncate item restart identity`;
});

async function failure(promise: Promise<unknown>): Promise<NeonDbError> {
  const error = await promise.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NeonDbError);
  return error as NeonDbError;
}

describe('@neondatabase/serverless', () => {
  test('sends and returns values of every kind', async () => {
    const date = new Date('2024-01-02T03:04:05.678Z');
    const bytes = Buffer.from([0, 1, 254, 255]);
    const [row] = await sql`select ${1.5}::float8 as number, ${'a"b'} as string,
      ${null}::text as nothing, ${['a"b', 'c\\d', null, 'NULL']}::text[] as list,
      ${{ a: [1, { b: null }] }}::jsonb as object, ${date}::timestamptz as date, ${bytes} as bytes`;
    // Once the process has created a Drizzle database, the driver returns dates as text.
    expect({ ...row, date: new Date(row?.['date']) }).toEqual({
      number: 1.5,
      string: 'a"b',
      nothing: null,
      list: ['a"b', 'c\\d', null, 'NULL'],
      object: { a: [1, { b: null }] },
      date,
      bytes,
    });
  });

  test('returns big numbers as text', async () => {
    const [row] = await sql`select 9007199254740993::int8 as i8, 1.10::numeric as n`;
    expect(row).toEqual({ i8: '9007199254740993', n: '1.10' });
  });

  test.each([
    { fullResults: false, arrayMode: false },
    { fullResults: false, arrayMode: true },
    { fullResults: true, arrayMode: false },
    { fullResults: true, arrayMode: true },
  ])('has the mode %o', async (options) => {
    const response: unknown = await sql.query('select 1 as a, $1 as b', ['x'], options);
    const rows = [options.arrayMode ? [1, 'x'] : { a: 1, b: 'x' }];
    if (!options.fullResults) {
      expect(response).toEqual(rows);
      return;
    }
    const full = response as FullQueryResults<boolean>;
    expect(full).toMatchObject({ rows, command: 'SELECT', rowCount: 1 });
    expect(full.fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual([
      ['a', 23],
      ['b', 25],
    ]);
  });

  test('runs a transaction given as a list', async () => {
    const [inserted, counted] = await sql.transaction([
      sql`insert into item (name) values ('a') returning id`,
      sql`select count(*)::int as n from item`,
    ]);
    expect(inserted).toEqual([{ id: 1 }]);
    expect(counted).toEqual([{ n: 1 }]);
  });

  test('runs a transaction given as a function, with options', async () => {
    const options = { isolationLevel: 'Serializable', readOnly: true, deferrable: true } as const;
    const [rows] = await sql.transaction(
      (tx) => [
        tx`select current_setting('transaction_isolation') as isolation,
          current_setting('transaction_read_only') as read_only,
          current_setting('transaction_deferrable') as deferrable`,
      ],
      options,
    );
    expect(rows).toEqual([{ isolation: 'serializable', read_only: 'on', deferrable: 'on' }]);
  });

  test('rolls a failed transaction back', async () => {
    const batch = sql.transaction([sql`insert into item (name) values ('a')`, sql`select 1/0`]);
    expect(await failure(batch)).toMatchObject({ code: '22012', message: 'division by zero' });
    expect(await sql`select * from item`).toEqual([]);
  });

  test('gets all fields of an error', async () => {
    await sql`insert into item (name) values ('a')`;
    expect(await failure(sql`insert into item (name) values ('a')`)).toMatchObject({
      message: 'duplicate key value violates unique constraint "item_name_key"',
      code: '23505',
      severity: 'ERROR',
      detail: 'Key (name)=(a) already exists.',
      schema: 'public',
      table: 'item',
      constraint: 'item_name_key',
      file: expect.any(String),
      line: expect.any(String),
      routine: expect.any(String),
      hint: undefined,
      position: undefined,
    });
    expect(await failure(sql`select 5 where nosuch`)).toMatchObject({
      message: 'column "nosuch" does not exist',
      code: '42703',
      position: '16',
    });
  });

  test.each([
    ['password', DATABASE_URL.replace(PASSWORD, 'wrong'), 'app'],
    ['user', DATABASE_URL.replace('//app', '//nope'), 'nope'],
    ['endpoint', DATABASE_URL.replace('ep-local', 'ep-other'), 'app'],
  ])('is refused with a wrong %s', async (_part, url, user) => {
    const error = await failure(neon(url)`select 1`);
    expect(error.message).toBe(`password authentication failed for user '${user}'`);
    expect(error.code).toBe('');
  });

  test('can be aborted', async () => {
    const fetchOptions = { signal: AbortSignal.timeout(100) };
    const error = await failure(sql.query('select pg_sleep(30)', [], { fetchOptions }));
    expect(error.message).toMatch(/^Error connecting to database: TimeoutError/);
  });

  test('names itself to Postgres', async () => {
    const [row] = await sql`select current_setting('application_name') as name`;
    expect(row?.['name']).toMatch(/^pkg:npm\/%40neondatabase\/serverless@/);
  });
});

describe('drizzle-orm/neon-http', () => {
  const item = pgTable('item', {
    id: serial().primaryKey(),
    name: text().notNull(),
    amount: integer(),
    made: timestamp({ withTimezone: true }),
  });
  let db: NeonHttpDatabase;

  beforeAll(() => {
    db = drizzle(DATABASE_URL);
  });

  test('inserts, selects, updates and counts', async () => {
    const made = new Date('2024-01-02T03:04:05.678Z');
    const values = [{ name: 'a', amount: 1, made }, { name: 'b' }];
    expect(await db.insert(item).values(values).returning({ id: item.id })).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
    const first = { id: 1, name: 'a', amount: 1, made };
    expect(await db.select().from(item).where(eq(item.name, 'a'))).toEqual([first]);
    const updated = await db.update(item).set({ amount: 5 });
    expect([updated.command, updated.rowCount]).toEqual(['UPDATE', 2]);
    expect((await db.update(item).set({ amount: 5 }).where(eq(item.id, 9))).rowCount).toBe(0);
    expect(await db.$count(item, eq(item.amount, 5))).toBe(2);
  });

  test('executes plain SQL', async () => {
    const result = await db.execute(raw`select ${7}::int as n`);
    expect(result).toMatchObject({ rows: [{ n: 7 }], command: 'SELECT', rowCount: 1 });
  });

  test('runs a batch', async () => {
    const [, rows] = await db.batch([
      db.insert(item).values({ name: 'a' }),
      db.select({ name: item.name }).from(item),
    ]);
    expect(rows).toEqual([{ name: 'a' }]);
  });

  test('fails with the error of Postgres as the cause', async () => {
    await db.insert(item).values({ name: 'a' });
    const insert = db.insert(item).values({ name: 'a' });
    const error: unknown = await insert.then(null, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(DrizzleQueryError);
    expect((error as DrizzleQueryError).cause).toMatchObject({ code: '23505' });
  });

  test('leaves nothing of a failed batch', async () => {
    const twice = db.insert(item).values({ name: 'a' });
    expect(await failure(db.batch([twice, twice]))).toMatchObject({ code: '23505' });
    expect(await db.$count(item)).toBe(0);
  });

  test('migrates', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'local-neon-migrations-'));
    try {
      await writeMigration(folder, [
        'create table made (id int primary key);',
        'insert into made values (1);',
      ]);
      await migrate(db, { migrationsFolder: folder });
      await migrate(db, { migrationsFolder: folder });
      expect((await db.execute(raw`select * from made`)).rows).toEqual([{ id: 1 }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function writeMigration(folder: string, statements: string[]): Promise<void> {
  const entry = { idx: 0, version: '7', when: 1, tag: '0000_made', breakpoints: true };
  const journal = { version: '7', dialect: 'postgresql', entries: [entry] };
  await mkdir(join(folder, 'meta'));
  await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify(journal));
  await writeFile(join(folder, '0000_made.sql'), statements.join('\n--> statement-breakpoint\n'));
}
