import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LocalNeon, startLocalNeon } from '../../../tools/local-neon/index.ts';
import { ambiguousHosts, loopbackHosts, otherHosts, sendRaw } from '../../support/raw-http.ts';
import { CONNECTION_STRING, DRIVER_HEADERS, PASSWORD, send, sql } from './http.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

// Programs on this machine are served, and web pages are not.

let postgres: TestPostgres;
let neon: LocalNeon;
let admin: Client;

beforeAll(async () => {
  postgres = await startPostgres();
  const { host, port } = postgres;
  admin = new Client({ host, port, user: 'app', password: PASSWORD, database: 'neondb' });
  await admin.connect();
  await admin.query('create table mark (id serial)');
  neon = await startLocalNeon({ upstream: postgres, port: 0 });
}, 60_000);

afterAll(async () => {
  await neon?.close();
  await admin?.end();
  await postgres?.stop();
}, 60_000);

afterEach(() => admin.query('truncate mark'));

const WRITE = JSON.stringify({ query: 'insert into mark default values' });
const LOGIN = `Neon-Connection-String: ${CONNECTION_STRING}`;

const marks = async () => (await admin.query('select from mark')).rowCount;

/** Expects an error in Neon's format that pages cannot read. */
function expectRefusal(
  response: { status: number; text: string },
  headerNames: Iterable<string>,
  status: number,
) {
  const body = JSON.parse(response.text);
  expect([response.status, Object.keys(body).length, body.code]).toEqual([status, 17, '']);
  expect([...headerNames].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  return body.message;
}

describe('the host', () => {
  const lines = (host: string): [string, ...string[]] => [
    'POST /sql HTTP/1.1',
    `Host: ${host}`,
    LOGIN,
  ];

  test.each(loopbackHosts(4444))('%j is accepted', async (host) => {
    expect((await sendRaw(neon.url, lines(host), WRITE)).status).toBe(200);
    expect(await marks()).toBe(1);
  });

  test.each(otherHosts(4444))('%j is refused', async (host) => {
    const response = await sendRaw(neon.url, lines(host), WRITE);
    const message = expectRefusal(response, response.headers.keys(), 421);
    expect(message).toBe('Host must be localhost, 127.0.0.1 or [::1]');
    expect(await marks()).toBe(0);
  });

  test.each(ambiguousHosts('POST', '/sql'))('%j is refused', async (...head) => {
    const response = await sendRaw(neon.url, [...head, LOGIN] as [string, ...string[]], WRITE);
    expectRefusal(response, response.headers.keys(), 421);
    expect(await marks()).toBe(0);
  });

  test('must be there', async () => {
    expect((await sendRaw(neon.url, ['POST /sql HTTP/1.1', LOGIN], WRITE)).status).toBe(400);
    expect(await marks()).toBe(0);
  });

  test('is checked before the login', async () => {
    const response = await sendRaw(neon.url, ['PUT /nowhere HTTP/1.1', 'Host: evil.example']);
    expectRefusal(response, response.headers.keys(), 421);
  });
});

describe('a request of a browser', () => {
  const own = 'http://127.0.0.1:4444';
  const browsers: Record<string, string>[] = [
    ...['http://evil.example', 'null', 'http://localhost:3000', own, ''].map((Origin) => ({
      Origin,
    })),
    ...['cross-site', 'same-site', 'same-origin', 'none', 'news'].map((site) => ({
      'Sec-Fetch-Site': site,
    })),
    { Origin: own, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' },
  ];

  test.each(browsers)('with %j is refused', async (headers) => {
    const call = { headers: { ...DRIVER_HEADERS, ...headers }, body: WRITE };
    const response = await send(neon.url, call);
    if (response === null) throw new Error('no response');
    const message = expectRefusal(response, Object.keys(response.headers), 403);
    expect(message).toContain('send the request from a server or a script');
    expect(await marks()).toBe(0);
  });

  test('that is a preflight gets no permission', async () => {
    for (const Origin of ['http://evil.example', undefined]) {
      const headers = {
        ...(Origin !== undefined && { Origin }),
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'neon-connection-string',
        'Access-Control-Request-Private-Network': 'true',
      };
      const response = await send(neon.url, { method: 'OPTIONS', headers });
      expect(response?.status).toBe(Origin ? 403 : 400);
      expect(Object.keys(response?.headers ?? {}).join()).not.toContain('access-control-');
    }
  });

  test('is served with CORS if the server is started for browsers', async () => {
    const open = await startLocalNeon({ upstream: postgres, port: 0, browsers: true });
    try {
      const headers = { ...DRIVER_HEADERS, Origin: 'http://page.example', Host: 'page.example' };
      const response = await send(open.url, { headers, body: WRITE });
      expect(response?.status).toBe(200);
      expect(response?.headers['access-control-allow-origin']).toBe('*');
    } finally {
      await open.close();
    }
  });
});

describe('a program', () => {
  test('is served, without CORS', async () => {
    const response = await send(neon.url, { headers: DRIVER_HEADERS, body: WRITE });
    expect(response?.status).toBe(200);
    expect(Object.keys(response?.headers ?? {}).join()).not.toContain('access-control-');
  });

  test("is served if it uses Node's fetch, which sends Sec-Fetch-Mode", async () => {
    const headers = DRIVER_HEADERS;
    expect((await fetch(neon.url, { method: 'POST', headers, body: WRITE })).status).toBe(200);
    const modes = ['cors', 'no-cors', 'navigate'].map((mode) =>
      sql(neon.url, 'select 1', [], { ...DRIVER_HEADERS, 'Sec-Fetch-Mode': mode }),
    );
    expect((await Promise.all(modes)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
