import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TimeoutError } from '../../client/src/index.ts';
import { defaultRuntime } from '../../client/src/options.ts';
import { failureOf, scripted, USER } from './scripted.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('timeoutMs', () => {
  test('ends an attempt that gets no response, and aborts its request', async () => {
    const { client, requests } = scripted(['hang'], { timeoutMs: 2500, retries: 0 });
    const failure = failureOf(client.getUser(USER));
    await vi.advanceTimersByTimeAsync(2499);
    expect(requests[0]?.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await failure).toMatchObject({
      name: 'TimeoutError',
      operation: 'getUser',
      message: 'getUser: no response within 2500 ms',
    });
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  test('ends an attempt whose response stops in the middle', async () => {
    const body = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([123])) });
    const { client } = scripted([new Response(body)], { timeoutMs: 100, retries: 0 });
    const failure = failureOf(client.getUser(USER));
    await vi.advanceTimersByTimeAsync(100);
    expect(await failure).toBeInstanceOf(TimeoutError);
  });

  test('counts anew for each attempt, and may be told for one call', async () => {
    const { client, requests } = scripted(['hang', 'hang']);
    const response = client.getUser(USER, { timeoutMs: 100 });
    await vi.advanceTimersByTimeAsync(200);
    expect((await response).version).toBe('"7"');
    expect(requests).toHaveLength(3);
  });

  test('leaves no timer behind', async () => {
    const { client } = scripted(['cut']);
    await client.getUser(USER);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    [100, '1'],
    [2000, '1'],
    [2001, '2'],
    [10_000, '9'],
    [120_000, '30'],
  ])('%i lets the server give up after %s s, which is before', async (timeoutMs, seconds) => {
    const { client, sent } = scripted([], { timeoutMs });
    await client.getUser(USER);
    expect(sent('request-timeout')).toEqual([seconds]);
  });
});

describe("the caller's signal", () => {
  test('ends a call in the middle of a request, with its reason', async () => {
    const { client, requests } = scripted(['hang']);
    const controller = new AbortController();
    const failure = failureOf(client.getUser(USER, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(1);
    controller.abort('the page was left');
    expect(await failure).toBe('the page was left');
    expect(requests).toHaveLength(1);
  });

  test('ends a call that waits for its next attempt', async () => {
    const { sleep } = defaultRuntime;
    const { client, requests } = scripted(['cut'], { runtime: { sleep } });
    const controller = new AbortController();
    const failure = failureOf(client.getUser(USER, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(50);
    controller.abort('the page was left');
    expect(await failure).toBe('the page was left');
    expect(requests).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('keeps a call from beginning', async () => {
    const { client, requests } = scripted([]);
    const failure = await failureOf(client.getUser(USER, { signal: AbortSignal.abort('no') }));
    expect([failure, requests]).toEqual(['no', []]);
  });
});
