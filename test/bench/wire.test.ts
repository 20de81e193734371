import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { delayLine, startWire, type Wire } from '../../bench/wire.ts';

// A server that returns the request's body, and a wire in front of it.
const server = createServer((request, response) => request.pipe(response));
let wire: Wire;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  wire = await startWire((server.address() as AddressInfo).port);
});
afterAll(async () => {
  await wire.close();
  server.closeAllConnections();
  server.close();
});

afterEach(() => void vi.useRealTimers());

const post = async (body: object): Promise<unknown> => {
  const sent = request({ port: wire.port, path: '/sql', method: 'POST' });
  const text = JSON.stringify(body);
  sent.setHeader('content-length', Buffer.byteLength(text)).end(text);
  const [response] = await once(sent, 'response');
  return json(response);
};

test('passes requests and responses and counts both', async () => {
  const first = { query: 'select $1 as "ü"', params: ['POST '] };
  const second = { query: 'select 2', params: [null] };
  expect(await post(first)).toEqual(first);
  expect(await post(second)).toEqual(second);
  const bodies = Buffer.byteLength(JSON.stringify(first) + JSON.stringify(second));
  const { requests, sent, received } = wire.traffic();
  expect(requests).toBe(2);
  expect(sent).toBeGreaterThan(bodies);
  expect(received).toBeGreaterThan(bodies);
  expect(wire.traffic()).toEqual({ requests: 0, sent: 0, received: 0 });
});

test('takes half the round trip in each direction', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  wire.roundTripMs = 60;
  const reached = { database: false, worker: false };
  server.once('request', () => {
    reached.database = true;
  });
  void post({ query: 'select 1', params: [] }).then(() => {
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

/** Lets a millisecond pass; returns true, so that it can stand in a condition. */
const passing = (): true => {
  vi.advanceTimersByTime(1);
  return true;
};

/** Lets sockets do their work until a condition holds; without a condition, for a fixed time. */
async function turns(until?: () => boolean): Promise<void> {
  for (let turn = 0; until ? !until() : turn < 100; turn++) await setImmediate();
}

describe('a delay line', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));

  test('delivers each item after its own delay, also while another is waiting', () => {
    const arrived: string[] = [];
    const put = delayLine<string>(
      (item) => arrived.push(item),
      () => 20,
    );
    put('a');
    vi.advanceTimersByTime(15);
    put('b');
    vi.advanceTimersByTime(4);
    expect(arrived).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(arrived).toEqual(['a']);
    vi.advanceTimersByTime(14);
    expect(arrived).toEqual(['a']);
    vi.advanceTimersByTime(1);
    expect(arrived).toEqual(['a', 'b']);
  });

  test('keeps the order when the delay becomes shorter', () => {
    const arrived: string[] = [];
    let delay = 40;
    const put = delayLine<string>(
      (item) => arrived.push(item),
      () => delay,
    );
    put('slow');
    delay = 5;
    put('fast');
    vi.advanceTimersByTime(39);
    expect(arrived).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(arrived).toEqual(['slow', 'fast']);
  });
});
