import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { readLogin } from '../../../tools/local-neon/connection-string.ts';
import { Connections } from '../../../tools/local-neon/connections.ts';
import { type LocalNeon, startLocalNeon } from '../../../tools/local-neon/index.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { CONNECTION_STRING, DRIVER_HEADERS, PASSWORD, send, sql } from './http.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

/** Enough time for everything that works. */
const PATIENCE = { timeout: 10_000, interval: 20 };

let postgres: TestPostgres;
let neon: LocalNeon;
/** A connection of the test itself, without the server under test. */
let admin: Client;

beforeAll(async () => {
  postgres = await startPostgres();
  const { host, port } = postgres;
  admin = new Client({ host, port, user: 'app', password: PASSWORD, database: 'neondb' });
  await admin.connect();
  await admin.query('create table mark (id int primary key)');
  neon = await startLocalNeon({ upstream: postgres, port: 0 });
}, 60_000);

afterAll(async () => {
  await neon?.close();
  await admin?.end();
  await postgres?.stop();
}, 60_000);

async function count(query: string): Promise<number> {
  const { rows } = await admin.query(`select count(*)::int as n from ${query}`);
  return rows[0].n;
}

const SLEEPING = `pg_stat_activity where state = 'active' and query like 'select pg_sleep(%'`;
const OTHERS = `pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;

// A terminated backend is listed a little longer, and the next test counts it too.
afterEach(() => sleepers(0));

async function sleepers(n: number): Promise<void> {
  await vi.waitFor(async () => expect(await count(SLEEPING)).toBe(n), PATIENCE);
}

async function throughProxy(work: (proxy: FaultProxy, remote: LocalNeon) => Promise<void>) {
  const proxy = await startFaultProxy(postgres);
  const remote = await startLocalNeon({ upstream: proxy, port: 0 });
  try {
    await work(proxy, remote);
  } finally {
    await remote.close();
    await proxy.close();
  }
}

async function expectAlive(): Promise<void> {
  expect((await sql(neon.url, 'select 1')).body.rows).toEqual([['1']]);
}

describe('without Postgres', () => {
  test('a refused connection returns 500', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const lonely = await startLocalNeon({ upstream: { host: '127.0.0.1', port }, port: 0 });
    try {
      const { status, body } = await sql(lonely.url, 'select 1');
      expect(status).toBe(500);
      expect(body).toMatchObject({ message: "Couldn't connect to compute node", code: '' });
    } finally {
      await lonely.close();
    }
  });

  test('close() does not wait for a connection that is never established', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const lonely = await startLocalNeon({ upstream: { host: '127.0.0.1', port }, port: 0 });
    const asked = sql(lonely.url, 'select 1');
    const outcome = expect(asked).rejects.toThrow();
    await once(silent, 'connection');
    await lonely.close();
    await outcome;
    silent.close();
  });
});

describe('lost connections', () => {
  test('idle connections are replaced', async () => {
    await Promise.all(Array.from({ length: 8 }, () => sql(neon.url, 'select pg_sleep(0.05)')));
    const { rows } = await admin.query(`select pg_terminate_backend(pid) from ${OTHERS}`);
    expect(rows.length).toBeGreaterThan(1);
    // At once, while Postgres is still closing some of them.
    const again = Array.from({ length: 8 }, () => sql(neon.url, 'select 1'));
    expect((await Promise.all(again)).map(({ status }) => status)).toEqual(Array(8).fill(200));
  });

  test('a statement that Postgres terminates fails with the error of Postgres', async () => {
    const running = sql(neon.url, 'select pg_sleep(60)');
    await sleepers(1);
    await admin.query(`select pg_terminate_backend(pid) from ${SLEEPING}`);
    const { status, body } = await running;
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: '57P01', severity: 'FATAL' });
    await expectAlive();
  });

  test('a statement whose connection is cut fails', async () => {
    await throughProxy(async (proxy, remote) => {
      const running = sql(remote.url, 'select pg_sleep(60)');
      await sleepers(1);
      proxy.cut();
      const { status, body } = await running;
      expect(status).toBe(400);
      expect(body).toMatchObject({ message: 'connection closed', code: '', severity: '' });
      expect((await sql(remote.url, 'select 1')).status).toBe(200);
    });
    // Postgres has not noticed.
    await admin.query(`select pg_terminate_backend(pid) from ${SLEEPING}`);
    await sleepers(0);
  });

  test('a statement that arrives while Postgres closes an idle connection runs on another', async () => {
    await throughProxy(async (proxy, remote) => {
      for (const query of ['insert into mark values (2) returning id', 'delete from mark']) {
        await Promise.all(
          Array.from({ length: 4 }, () => sql(remote.url, 'select pg_sleep(0.05)')),
        );
        await setTimeout(50); // They are being reset.
        proxy.shutDown();
        expect((await sql(remote.url, query)).body).toMatchObject({ rowCount: 1 });
      }
    });
  });

  test('a recently closed connection is not reused', async () => {
    const proxy = await startFaultProxy(postgres);
    const connections = new Connections(proxy);
    const login = readLogin({ 'neon-connection-string': CONNECTION_STRING });
    const { signal } = new AbortController();
    try {
      connections.recycle(await connections.acquire(login, signal));
      await setTimeout(200); // Long enough for the reset.
      proxy.cut();
      const client = await connections.acquire(login, signal);
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: '1' }]);
      client.release();
    } finally {
      await connections.close();
      await proxy.close();
    }
  });
});

// C25 of conformance.json checks that a cancelled statement stops and its batch has no effect.
describe('cancellation', () => {
  test('loses no connection of the pool', async () => {
    const call = { headers: DRIVER_HEADERS, body: '{"query":"select pg_sleep(60)"}' };
    // More than twice the pool, so most are cancelled while they wait.
    const calls = Array.from({ length: 100 }, () => send(neon.url, { ...call, abortAfterMs: 300 }));
    await Promise.all(calls);
    await sleepers(0);
    const again = Array.from({ length: 60 }, () => sql(neon.url, 'select 1'));
    expect((await Promise.all(again)).filter(({ status }) => status !== 200)).toEqual([]);
  });

  test('stops a statement with too large a result', async () => {
    const small = await startLocalNeon({ upstream: postgres, port: 0, maxResponseBytes: 1000 });
    try {
      const endless = 'select generate_series(1, 1000000000000)';
      const { status, body } = await sql(small.url, endless);
      expect(status).toBe(507);
      expect(body.message).toBe('response is too large (max is 1000 bytes)');
      const running = `pg_stat_activity where state = 'active' and query = '${endless}'`;
      await vi.waitFor(async () => expect(await count(running)).toBe(0), PATIENCE);
      expect((await sql(small.url, 'select 1')).status).toBe(200);
    } finally {
      await small.close();
    }
  });
});

describe('close()', () => {
  test('cancels running statements and leaves no connection', async () => {
    const before = await count(OTHERS);
    const other = await startLocalNeon({ upstream: postgres, port: 0 });
    await sql(other.url, 'select 1');
    const outcome = expect(sql(other.url, 'select pg_sleep(60)')).rejects.toThrow();
    await sleepers(1);
    await Promise.all([other.close(), other.close()]);
    await outcome;
    await sleepers(0);
    await vi.waitFor(async () => expect(await count(OTHERS)).toBeLessThanOrEqual(before), PATIENCE);
    await expect(sql(other.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  test('lets the process exit', async () => {
    const module = new URL('../../../tools/local-neon/index.ts', import.meta.url);
    const script = `
      import { startLocalNeon } from ${JSON.stringify(module)};
      const upstream = ${JSON.stringify({ host: postgres.host, port: postgres.port })};
      const neon = await startLocalNeon({ upstream, port: 0 });
      const headers = { 'neon-connection-string': ${JSON.stringify(CONNECTION_STRING)} };
      const body = '{"query":"select 1 as one"}';
      const response = await fetch(neon.url, { method: 'POST', headers, body });
      console.log(JSON.stringify((await response.json()).rows));
      await neon.close();`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(15_000) });
    expect([code, output]).toEqual([0, '[{"one":1}]\n']);
  }, 20_000);
});

describe('the server', () => {
  test('rejects a taken port', async () => {
    const second = startLocalNeon({ upstream: postgres, port: neon.port });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('survives input that is not HTTP, and incomplete uploads', async () => {
    for (const bytes of [
      'nonsense\r\n\r\n',
      'POST /sql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"qu',
      `POST /sql HTTP/1.1\r\nHost: localhost\r\nNeon-Connection-String: ${CONNECTION_STRING}\r\n` +
        'Transfer-Encoding: chunked\r\n\r\nzz\r\n',
      'GET /v2 HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    ]) {
      const socket = connect(neon.port, '127.0.0.1');
      socket.resume().on('error', () => {});
      socket.end(bytes);
      await once(socket, 'close');
    }
    await expectAlive();
  });

  test('refuses COPY and values that the wire protocol does not support', async () => {
    const message = async (query: string, params: unknown[] = []) =>
      (await sql(neon.url, query, params)).body.message;
    expect(await message('copy mark to stdout')).toBe('unexpected message from server');
    expect(await message('copy mark from stdin')).toBe('unexpected message from server');
    expect(await message('select 1\0')).toBe(
      'error encoding message to server: string contains embedded null',
    );
    expect(await message('select 1', Array(65_536).fill('1'))).toBe(
      'error encoding message to server: value too large to transmit',
    );
    await expectAlive();
  });

  test('passes no session state to the next request', async () => {
    await admin.query('create role bob');
    await admin.query('create sequence steps');
    for (const statement of [
      'set role bob',
      'set session authorization bob',
      'set search_path to nowhere',
      'create temp table scratch (id int)',
      'select pg_advisory_lock(7)',
      'prepare p as select 1',
      'listen news',
      "select nextval('steps')",
    ]) {
      expect((await sql(neon.url, statement)).status, statement).toBe(200);
    }
    const locks = "pg_locks where locktype = 'advisory'";
    await vi.waitFor(async () => expect(await count(locks)).toBe(0), PATIENCE);
    const state = `select current_user, session_user, current_setting('search_path'),
      to_regclass('pg_temp.scratch'), (select count(*) from pg_prepared_statements),
      (select count(*) from pg_listening_channels())`;
    const responses = await Promise.all(Array.from({ length: 8 }, () => sql(neon.url, state)));
    for (const { body } of responses) {
      expect(body.rows).toEqual([['app', 'app', '"$user", public', null, '0', '0']]);
    }
    expect((await sql(neon.url, "select currval('steps')")).body.code).toBe('55000');
  });
});
