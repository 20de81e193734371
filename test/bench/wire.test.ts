import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startWire, type Wire } from '../../bench/wire.ts';

// A server that answers what it was sent, and a wire in front of it.
const server = createServer((request, response) => request.pipe(response));
let wire: Wire;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  wire = await startWire((server.address() as AddressInfo).port, { record: true });
});
afterAll(async () => {
  await wire.close();
  server.closeAllConnections();
  server.close();
});

afterEach(() => void vi.useRealTimers());

const ask = async (body: object): Promise<unknown> => {
  const sent = request({ port: wire.port, path: '/sql', method: 'POST' });
  const text = JSON.stringify(body);
  sent.setHeader('content-length', Buffer.byteLength(text)).end(text);
  const [answer] = await once(sent, 'response');
  return json(answer);
};

test('passes requests and answers, counts both and keeps the statements', async () => {
  const first = { query: 'select $1 as "ü"', params: ['POST '] };
  const second = { query: 'select 2', params: [null] };
  expect(await ask(first)).toEqual(first);
  expect(await ask(second)).toEqual(second);
  const bodies = Buffer.byteLength(JSON.stringify(first) + JSON.stringify(second));
  const { requests, sent, received } = wire.traffic();
  expect(requests).toBe(2);
  expect(sent).toBeGreaterThan(bodies);
  expect(received).toBeGreaterThan(bodies);
  expect(wire.statements()).toEqual([first, second]);
  expect(wire.traffic()).toEqual({ requests: 0, sent: 0, received: 0 });
  expect(wire.statements()).toEqual([]);
});

test('is as slow as it is told, there and back', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  wire.roundTripMs = 60;
  const reached = { database: false, worker: false };
  server.once('request', () => {
    reached.database = true;
  });
  void ask({ query: 'select 1', params: [] }).then(() => {
    reached.worker = true;
  });
  await turns(() => wire.traffic().sent > 0);
  vi.advanceTimersByTime(29);
  await turns();
  expect(reached).toEqual({ database: false, worker: false });
  await turns(() => passing() && reached.database);
  await turns(() => wire.traffic().received > 0);
  vi.advanceTimersByTime(29);
  await turns();
  expect(reached.worker).toBe(false);
  await turns(() => passing() && reached.worker);
});

/** A millisecond more. */
const passing = (): true => {
  vi.advanceTimersByTime(1);
  return true;
};

/** Lets sockets have their turn until something is so; without a condition, long enough for it. */
async function turns(until?: () => boolean): Promise<void> {
  for (let turn = 0; until ? !until() : turn < 100; turn++) await setImmediate();
}
