import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Loader, type LoadJob, startLoader } from '../../bench/load.ts';

// A server that writes down what it is asked, and answers with a status of the test's choice.
let statusOf: (count: number) => number;
let asked: IncomingMessage[] = [];
const server = createServer((request, response) => {
  const status = statusOf(asked.push(request));
  request.resume().on('end', () => response.writeHead(status).end(`{"status": ${status}}`));
});
let loader: Loader;
let job: LoadJob;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  loader = startLoader();
  job = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    operation: 'putSafely',
    connections: 2,
    people: ['a', 'b', 'c', 'd'].map((userId) => ({ userId, key: `in-${userId}`, version: 7 })),
    references: { roles: ['', ''], plans: ['', ''] },
    warmupSeconds: 0,
    seconds: 30,
    requests: 12,
  };
});
beforeEach(() => {
  asked = [];
  statusOf = () => 200;
});
afterAll(async () => {
  await loader.stop();
  server.close();
});

test('stops after so many answers, with a sample before and after, and waits for the rest', async () => {
  let sample = 0;
  const { result, before, after } = await loader.run(job, () => ++sample);
  expect([result.requests, before, after]).toEqual([12, 1, 2]);
  expect(result.p50).toBeLessThanOrEqual(result.p99);
  expect(asked.length - result.requests).toBeLessThanOrEqual(job.connections);
});

test('each connection has people of its own, in turns, at the version that they are at', async () => {
  await loader.run(job, () => {});
  const ofPerson = Map.groupBy(asked, ({ url }) => url?.split('/').at(-1));
  expect([...ofPerson.keys()].sort()).toEqual(['a', 'b', 'c', 'd']);
  for (const requests of ofPerson.values()) {
    expect(new Set(requests.map(({ socket }) => socket.remotePort)).size).toBe(1);
    expect(requests.map(({ headers }) => headers['if-match'])).toEqual(
      requests.map((_, i) => `"${7 + i}"`),
    );
  }
});

test('one unexpected answer ends it, and is told', async () => {
  statusOf = (count) => (count === 5 ? 503 : 200);
  await expect(loader.run(job, () => {})).rejects.toThrow(
    'PUT with If-Match and Idempotency-Key: expected 200, got 503. {"status": 503}',
  );
  statusOf = () => 200;
  expect((await loader.run(job, () => {})).result.requests).toBe(12);
});
