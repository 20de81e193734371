import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FrontDoor, openFrontDoor } from '../../tools/front-door.ts';
import { freePort } from '../../tools/ports.ts';

const addresses = Object.values(networkInterfaces()).flatMap((at) => at ?? []);
const HAS_IPV6 = addresses.some(({ address }) => address === '::1');
const ELSEWHERE = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

const behind = createServer((request, response) => {
  if (request.url === '/echo') response.end(JSON.stringify(request.headers));
  else if (request.url === '/unread') response.writeHead(413, { Connection: 'close' }).end('long');
  else request.on('data', () => {}).on('end', () => response.end(`to ${request.headers.host}`));
});
let to: number;
let port: number;

beforeAll(async () => {
  await new Promise<void>((done) => behind.listen(0, '127.0.0.1', done));
  to = (behind.address() as AddressInfo).port;
  port = await freePort();
});
afterAll(() => {
  behind.closeAllConnections();
  behind.close();
});

/** Opens a front door. Returns its origin, and what each of these hosts responds. */
async function responsesAt(host: string, hosts: readonly string[]): Promise<[string, unknown[]]> {
  const door: FrontDoor = await openFrontDoor({ host, port, to });
  const found = [];
  for (const name of hosts) {
    const body = 'x'.repeat(100_000);
    const request = fetch(`http://${name}:${port}/`, { method: 'POST', body });
    found.push(
      await request.then(
        (response) => response.text(),
        () => 'nothing',
      ),
    );
  }
  door.close();
  return [door.origin, found];
}

test.skipIf(!HAS_IPV6)('localhost is served on IPv4 and IPv6 (skipped without IPv6)', async () => {
  expect(await responsesAt('localhost', ['127.0.0.1', '[::1]'])).toEqual([
    `http://localhost:${port}`,
    [`to 127.0.0.1:${port}`, `to [::1]:${port}`],
  ]);
});

test.skipIf(!ELSEWHERE)('other machines can reach 0.0.0.0, but not localhost', async () => {
  const host = ELSEWHERE ?? '';
  expect((await responsesAt('localhost', [host]))[1]).toEqual(['nothing']);
  const [origin, found] = await responsesAt('0.0.0.0', [host, 'localhost']);
  expect(origin).toBe(`http://localhost:${port}`);
  expect(found).toEqual([`to ${host}:${port}`, `to localhost:${port}`]);
});

test.each([['127.0.0.1', 'http://127.0.0.1'], ...(HAS_IPV6 ? [['::1', 'http://[::1]']] : [])])(
  'HOST=%s is served at %s',
  async (host, origin) => {
    const [printed, found] = await responsesAt(host, [origin.slice('http://'.length)]);
    expect([printed, found]).toEqual([`${origin}:${port}`, [expect.stringMatching('^to ')]]);
  },
);

test.each(['127.0.0.1', ...(HAS_IPV6 ? ['::1'] : [])])(
  'a port that is in use only on %s is refused',
  async (address) => {
    const other = createTcpServer();
    await new Promise<void>((done) => other.listen(port, address, done));
    await expect(openFrontDoor({ host: 'localhost', port, to })).rejects.toThrow(
      `Port ${port} is in use; set PORT to another one.`,
    );
    other.close();
  },
);

test.each(['no-such-host.invalid', '192.0.2.1', '999.1.1.1'])(
  'HOST=%s, an address of another machine, is refused in one line',
  async (host) => {
    await expect(openFrontDoor({ host, port, to })).rejects.toThrow(
      `HOST must be localhost or an address of this machine, not ${host}.`,
    );
  },
);

test('the address of the client is what the socket has, whatever the client says', async () => {
  const door = await openFrontDoor({ host: '127.0.0.1', port, to });
  const headers = { 'CF-Connecting-IP': '192.0.2.1', 'X-Own': 'kept', Cookie: 'a=b' };
  const seen = (await (await fetch(`${door.origin}/echo`, { headers })).json()) as object;
  expect(seen).toMatchObject({ 'cf-connecting-ip': '127.0.0.1', 'x-own': 'kept', cookie: 'a=b' });
  door.close();
});

test('a response arrives before the body has been read', async () => {
  const door = await openFrontDoor({ host: '127.0.0.1', port, to });
  const body = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(10)) });
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
  const response = await fetch(`${door.origin}/unread`, init);
  expect([response.status, await response.text()]).toEqual([413, 'long']);
  door.close();
});
