import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { isWellFormedApiKey } from '../../src/auth/api-key.ts';
import { ALWAYS } from '../../src/http/response.ts';
import { checkContract, checkOrigin, type Exchange } from '../support/contract.ts';
import { document } from '../support/document.ts';

// The check of every response must notice each kind of difference from the document.

const ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const user = document.components.schemas.User.examples[0];
const problem = document.components.examples.user_not_found.value;

function exchange(
  changes: Partial<Exchange> = {},
  body: object = { message: 'Data retrieved successfully', meta: {}, data: user },
  headers: Record<string, string> = {},
): Exchange {
  return {
    method: 'GET',
    pathname: `/api/v1/user/${ID}`,
    status: 200,
    headers: new Headers({
      ...ALWAYS,
      'X-Request-Id': problem.request_id,
      'Server-Timing': 'db;dur=1, total;dur=2, db_requests;desc="1"',
      'Content-Type':
        (changes.status ?? 200) < 400 ? 'application/json' : 'application/problem+json',
      ETag: '"1"',
      'RateLimit-Policy': '"key";q=600;w=60',
      ...headers,
    }),
    text: JSON.stringify(body),
    ...changes,
  };
}

const without = (name: string): Exchange => {
  const changed = exchange();
  changed.headers.delete(name);
  return changed;
};

test('a documented response passes', () => {
  checkContract(exchange());
  checkContract(exchange({ method: 'HEAD', text: '' }));
});

test.each<[string, Exchange, RegExp]>([
  ['a status', exchange({ status: 202 }), /status is not documented/],
  [
    'a member',
    exchange({}, { message: 'Data retrieved successfully', meta: {}, data: user, more: 1 }),
    /unevaluated.*more/,
  ],
  [
    'a member within',
    exchange({}, { message: 'Data retrieved successfully', meta: {}, data: { ...user, more: 1 } }),
    /more/,
  ],
  [
    'a type',
    exchange({}, { message: 'Data retrieved successfully', meta: {}, data: { ...user, email: 1 } }),
    /email.*string/,
  ],
  [
    'a missing member',
    exchange({}, { message: 'Data retrieved successfully', meta: {} }),
    /required property 'data'/,
  ],
  ['a header', exchange({}, undefined, { 'X-Debug': '1' }), /x-debug is not documented/],
  ['the value of a header', exchange({}, undefined, { ETag: 'W/"1"' }), /ETag must match/],
  ['a missing header', without('etag'), /ETag is missing/],
  ['another missing header', without('timing-allow-origin'), /Timing-Allow-Origin is missing/],
  ['a media type', exchange({}, undefined, { 'Content-Type': 'text/json' }), /text\/json/],
  ['a body of HEAD', exchange({ method: 'HEAD' }), /there is a body/],
  [
    'an error of another operation',
    exchange({ status: 404 }, { ...problem, code: 'key_not_found' }),
    /code must be/,
  ],
  ['two statuses', exchange({ status: 404 }, { ...problem, status: 410 }), /status is 410/],
  ['two ids', exchange({ status: 404 }, { ...problem, request_id: 'x' }), /request_id/],
  ['a path', exchange({ pathname: '/nowhere' }), /status is not documented/],
  ['a method', exchange({ method: 'DELETE' }), /status is not documented/],
])('differs from the document: %s', (_, undocumented, message) => {
  expect(() => checkContract(undocumented)).toThrow(message);
});

test('the keys in the document have a wrong checksum', () => {
  const keys = JSON.stringify(document).match(/in-[0-9A-Za-z]{43}/g) ?? [];
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.filter(isWellFormedApiKey)).toEqual([]);
});

test('every fetch of a test is checked, not only those of the stack', async () => {
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  checkOrigin(origin);
  await expect(fetch(`${origin}/healthz`)).rejects.toThrow('not as openapi.json says');
  server.close();
});
