import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkerd, type Workerd } from '../../bench/workerd.ts';

// In workerd itself, which passes a path unchanged to the Worker. Miniflare normalizes it first, and so
// does fetch.

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd({
    modules: { 'ours.js': 'bench/contenders/ours.js', 'index.js': 'dist/index.js' },
    bindings: { DATABASE_URL: 'postgresql://user:password@127.0.0.1/database' },
  });
});
afterAll(() => workerd.stop());

const statusOf = (path: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = new URL(workerd.origin);
    request({ hostname, port, path }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

test('/healthz returns 200 with any query', async () => {
  for (const path of [
    '/healthz',
    '/healthz?/',
    '/healthz?a=b/',
    '/he%61lth%7A',
    '/x/%2E%2E/healthz',
  ])
    expect([path, await statusOf(path)]).toEqual([path, 200]);
});

test.each([
  '/healthz/',
  '/healthz/?a',
  '/healthz/.',
  '/healthz/%2e',
  '/healthz/x/..',
  '/healthz/%2E%2e',
  '/healthz/x/%2E.',
  '/healthz\\',
])('%s, which has a trailing slash in its normal form, returns 404', async (path) =>
  expect(await statusOf(path)).toBe(404),
);

test.each([
  '/healthz%2F',
  '/healthz%00',
  '/health%257A',
  '/healthz%ff',
  '/healthz%',
  '/healthz%ZZ',
  '/healthz/%%32e',
  '/healthz/%2%65',
  '/x/%%32e%%32e/healthz',
  '/x/%2%65%2%45/healthz',
])('%s, with an escape of a reserved character, returns 404', async (path) =>
  expect(await statusOf(path)).toBe(404),
);
