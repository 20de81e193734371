import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorkerd, type Workerd } from '../../bench/workerd.ts';
import { mintApiKey } from '../../src/auth/api-key.ts';
import { MAX_BODY_BYTES } from '../../src/http/body.ts';
import { useStack } from '../support/stack.ts';
import { inOneWindow } from '../support/too-often.ts';

// Bodies that stall or trickle, over raw sockets.

const ANY_ID = '00000000-0000-4000-8000-000000000000';

interface SlowRequest {
  key?: string;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  /** The framing of the body, and the part that is sent. */
  framing?: string;
  sent?: string;
  /** Sends one more byte after every interval of this many milliseconds. */
  everyMs?: number;
}

/** Sends a request whose body never ends, and reads until the server closes the connection. */
function hold(origin: string, slow: SlowRequest = {}) {
  const { method = 'PUT', path = `/api/v1/user/${ANY_ID}`, key = mintApiKey() } = slow;
  const { headers = {}, framing = 'Content-Length: 1000', sent = '{', everyMs } = slow;
  const { hostname, port, host } = new URL(origin);
  const lines = Object.entries({ 'X-API-Key': key, ...headers }).map((pair) => pair.join(': '));
  const type = 'Content-Type: application/json';
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, type, framing, ...lines];
  return new Promise<{ status: number; code: string; connection: string; message: string }>(
    (resolve) => {
      const socket = connect(Number(port), hostname);
      socket.write(`${head.join('\r\n')}\r\n\r\n${sent}`);
      const timer = everyMs && setInterval(() => socket.write(' '), everyMs);
      let message = '';
      socket.on('data', (chunk) => {
        message += chunk;
      });
      socket.on('error', () => {}); // An error from bytes after the response.
      socket.on('close', () => {
        clearInterval(timer);
        resolve({
          status: Number(/^HTTP\/1.1 (\d+)/.exec(message)?.[1]),
          code: /"code":"(\w+)"/.exec(message)?.[1] ?? '',
          connection: /^connection: (\w+)/im.exec(message)?.[1] ?? '',
          message,
        });
      });
    },
  );
}

const TIMEOUT = { status: 408, code: 'request_timeout', connection: 'close' };
const SOON = { 'Request-Timeout': '1' };

describe('a body that never ends gets 408, and the connection is closed', () => {
  let workerd: Workerd;
  beforeAll(async () => {
    workerd = await startWorkerd({
      modules: { 'ours.js': 'bench/contenders/ours.js', 'index.js': 'dist/index.js' },
      bindings: { DATABASE_URL: 'postgresql://user:password@127.0.0.1/database' },
    });
  });
  afterAll(() => workerd.stop());

  test.concurrent.each<[string, SlowRequest]>([
    ['when it stalls', { headers: SOON }],
    ['when nothing of it arrives', { headers: SOON, sent: '' }],
    ['when it trickles', { headers: SOON, everyMs: 300 }],
    [
      'without a Content-Length',
      { headers: SOON, framing: 'Transfer-Encoding: chunked', sent: '1\r\n{\r\n' },
    ],
    ['of PATCH', { headers: SOON, method: 'PATCH' }],
    ['of a new key', { headers: SOON, method: 'POST', path: '/api/v1/keys' }],
    ['of a rotation', { headers: SOON, method: 'POST', path: `/api/v1/keys/${ANY_ID}/rotate` }],
    ['of a report', { headers: SOON, method: 'POST', path: '/api/v1/keys/report' }],
    ['of feedback', { headers: SOON, method: 'POST', path: '/api/v1/feedback' }],
    ['without a Request-Timeout, after the default time', { everyMs: 1000 }],
  ])(
    '%s',
    async (_, slow) => expect(await hold(workerd.origin, slow)).toMatchObject(TIMEOUT),
    30_000,
  );

  test.each([
    'Content-Length: 10\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nContent-Length: 10',
  ])('but 413 once too much of it has arrived, whatever it claims: %j', async (framing) => {
    const chunk = ' '.repeat(MAX_BODY_BYTES + 1);
    const sent = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
    expect(await hold(workerd.origin, { framing, sent, headers: SOON })).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
  });

  test('and the detail has the time that the server waited', async () => {
    const { message } = await hold(workerd.origin, { headers: SOON });
    expect(message).toContain('did not arrive within 1 second and nothing was changed');
  });
});

describe('an address that keeps requests open', () => {
  const QUOTA = 3;
  const stack = useStack(
    { ADDRESS_LIMIT_POLICY: `${QUOTA}/60` },
    {
      KEY_LIMIT: 1000,
      ADDRESS_LIMIT: QUOTA,
    },
  );
  let address = 0;
  const newAddress = () => ({ 'CF-Connecting-IP': `198.51.100.${++address}` });
  const stall = (headers: Record<string, string>, key?: string) =>
    hold(stack.origin, { headers: { ...SOON, ...headers }, ...(key && { key }) });

  test('is blocked after too many, without waiting for the body, and other addresses still work', async () => {
    const from = newAddress();
    const id = await stack.user();
    const { key } = await stack.key(id);
    await inOneWindow(async () => {
      const responses = await Promise.all(Array.from({ length: QUOTA + 1 }, () => stall(from)));
      const statuses = responses.map(({ status }) => status).sort();
      expect(statuses).toEqual([...Array(QUOTA).fill(408), 429]);
      const next = await stall({ ...from, 'Request-Timeout': '30' });
      expect([next.status, next.code]).toEqual([429, 'rate_limited']);
    });
    expect((await stack.put(id, key, {}, newAddress())).status).toBe(200);
  }, 20_000);

  test('is counted apart from pages of other sites', async () => {
    const from = newAddress();
    const page = { ...from, 'Sec-Fetch-Site': 'cross-site' };
    await Promise.all(Array.from({ length: QUOTA + 1 }, () => stall(page)));
    expect(await stall(from)).toMatchObject(TIMEOUT);
  }, 20_000);

  test('is not blocked for a key that was accepted recently', async () => {
    const from = newAddress();
    const id = await stack.user();
    const [known, other] = [await stack.key(id), await stack.key(id)];
    expect((await stack.put(id, known.key, {}, from)).status).toBe(200);
    const stalled = Array.from({ length: QUOTA + 1 }, () => stall(from, known.key));
    for (const response of await Promise.all(stalled)) expect(response).toMatchObject(TIMEOUT);
    expect((await stack.put(id, other.key, {}, from)).status).toBe(200);
  }, 20_000);
});

describe('Request-Timeout', () => {
  const stack = useStack();

  test('covers body and database together', async () => {
    const id = await stack.user();
    const { key } = await stack.key(id);
    stack.database.faults.push({ delay: 1500 }, { delay: 1500 }, { delay: 1500 });
    const slow = new ReadableStream({
      async start(body) {
        body.enqueue(new TextEncoder().encode('{'));
        await new Promise((resolve) => setTimeout(resolve, 1000));
        body.enqueue(new TextEncoder().encode('}'));
        body.close();
      },
    });
    const response = await stack.fetch(`/api/v1/user/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-api-key': key, 'request-timeout': '2' },
      body: slow,
      duplex: 'half',
    } as RequestInit);
    expect([response.status, response.body.code]).toEqual([504, 'outcome_unknown']);
  });
});
