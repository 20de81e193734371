import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Loader, type LoadJob, startLoader } from '../../bench/load.ts';

// A server that records the requests and responds with the status that the test sets.
let statusOf: (count: number) => number;
let received: IncomingMessage[] = [];
const server = createServer((request, response) => {
  const status = statusOf(received.push(request));
  request.resume().on('end', () => response.writeHead(status).end(`{"status": ${status}}`));
});
let loader: Loader;
let job: LoadJob;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  loader = startLoader();
  job = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    operation: 'put',
    connections: 2,
    people: ['a', 'b', 'c', 'd'].map((userId) => ({ userId, key: `in-${userId}` })),
    warmupSeconds: 0,
    seconds: 30,
    requests: 12,
  };
});
beforeEach(() => {
  received = [];
  statusOf = () => 200;
});
afterAll(async () => {
  await loader.stop();
  server.close();
});

test('stops after the given number of responses, with a sample before and after, and waits for the rest', async () => {
  let sample = 0;
  const { result, before, after } = await loader.run(job, () => ++sample);
  expect([result.requests, before, after]).toEqual([12, 1, 2]);
  expect(result.p50).toBeLessThanOrEqual(result.p99);
  expect(received.length - result.requests).toBeLessThanOrEqual(job.connections);
});

test('each connection sends requests for its own people only, in turn', async () => {
  await loader.run(job, () => {});
  const byConnection = Map.groupBy(received, ({ socket }) => socket);
  const people = [...byConnection.values()].map((requests) =>
    requests.map(({ url }) => url?.split('/').at(-1)),
  );
  expect(people.map(([first, second]) => [first, second]).sort()).toEqual([
    ['a', 'c'],
    ['b', 'd'],
  ]);
  for (const ofOne of people) expect(ofOne).toEqual(ofOne.map((_, i) => ofOne[i % 2]));
});

test('one unexpected response ends the job and is reported', async () => {
  statusOf = (count) => (count === 5 ? 503 : 200);
  await expect(loader.run(job, () => {})).rejects.toThrow(
    'PUT of the 8 fields of the profile: expected 200, received 503. {"status": 503}',
  );
  statusOf = () => 200;
  expect((await loader.run(job, () => {})).result.requests).toBe(12);
});
