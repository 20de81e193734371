import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conformVersion } from '../../tools/release/conform.ts';
import { NotConforming } from '../../tools/release/steps.ts';
import { useStack } from '../support/stack.ts';

// In front of the Worker is what Cloudflare does: it hands a request to the version that it names.

const stack = useStack();
const overrides = new Set<unknown>();
/** The versions that respond before the one that is named. */
let others: string[] = [];
let isBroken = false;

function forward(request: IncomingMessage, response: ServerResponse): void {
  const override = request.headers['cloudflare-workers-version-overrides'];
  overrides.add(override);
  const { method, url, headers } = request;
  const forwarded = send(stack.origin + url, { method, headers }, (received) => {
    const named = /^edge-profile="(.*)"$/.exec(`${override}`)?.[1];
    if (url === '/healthz') received.headers['worker-version'] = others.shift() ?? named;
    if (isBroken) delete received.headers['etag'];
    response.writeHead(received.statusCode ?? 0, received.headers);
    received.pipe(response);
  });
  request.pipe(forwarded);
}

const server = createServer(forward);
let target: { url: string; key: string; user: string; only: string[] };
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const user = await stack.user();
  const { key } = await stack.key(user);
  const { port } = server.address() as AddressInfo;
  target = { url: `http://127.0.0.1:${port}`, key, user, only: ['Reading'] };
});
afterAll(() => server.close());

const conform = (version: string) =>
  conformVersion(target, 'edge-profile', version, new AbortController().signal);

test('every request of the conformance command names the version', async () => {
  const version = randomUUID();
  others = ['the previous one'];
  expect(await conform(version)).toMatch(/^\d+ cases passed$/);
  expect([...overrides]).toEqual([`edge-profile="${version}"`]);
});

test('a version that breaks the contract is told from a run that could not begin', async () => {
  isBroken = true;
  await expect(conform('new')).rejects.toThrow(NotConforming);
  await expect(conform('new')).rejects.toThrow(/^\d+ of its conformance cases, such as Reading: /);
  target = { ...target, key: 'in-unknown' };
  await expect(conform('new')).rejects.toThrow('The key is not accepted: 401 invalid_api_key');
  await expect(conform('new')).rejects.not.toThrow(NotConforming);
});
