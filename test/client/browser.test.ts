import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { useStack } from '../support/stack.ts';

// In a real browser, on a page of another origin: everything that the client sends must pass CORS.

const stack = useStack();
const browser = useBrowser();
const build = await rolldown({ input: 'client/src/index.ts' });
const { output } = await build.generate({ format: 'iife', name: 'profiles' });
const site = createServer((_, response) =>
  response.setHeader('Content-Type', 'text/html').end(`<script>${output[0].code}</script>`),
);

beforeAll(() => new Promise<void>((done) => site.listen(0, '127.0.0.1', done)));
afterAll(() => new Promise((done) => site.close(done)));

test('a page of another origin can read, update, merge and get conflicts', async () => {
  const id = await stack.user({ phone: '1' });
  const { key } = await stack.key(id, { role: 'profile' });
  const page = await browser().newPage();
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}`);
  const script = `(async () => {
    const client = new profiles.ProfileClient({ baseUrl: '${stack.origin}', key: '${key}' });
    const { version } = await client.getUser('${id}');
    const options = { requestId: 'from-a-page' };
    const { user } = await client.updateUser('${id}', () => ({ phone: '2' }), options);
    const merged = await client.updateUserFrom('${id}', version, { state: 'London' });
    const failure = await client.updateUserFrom('${id}', version, { phone: '3' }).catch((e) => e);
    return [user.phone, merged.mergedFrom, merged.version, failure.code, failure.version];
  })()`;
  expect(await page.evaluate(script)).toEqual(['2', 1, '"3"', 'edit_conflict', '"3"']);
  expect((await stack.log(id))[0]?.request_id).toBe('from-a-page');
  await page.close();
});

test('a page of another origin creates, finds, reverts and erases a user', async () => {
  const { key } = await stack.key(await stack.user({ is_superuser: true }));
  const page = await browser().newPage();
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}`);
  const script = `(async () => {
    const client = new profiles.ProfileClient({ baseUrl: '${stack.origin}', key: '${key}' });
    const { user } = await client.createUser({ email: 'from-a-page@example.com', phone: '1' });
    const changed = await client.setUser(user.id, { phone: '2' });
    const reverted = await client.revertUser(user.id, { undo: 2 }, { version: changed.version });
    const found = await client.findUser({ email: user.email });
    await client.eraseUser(user.id, { version: found.version });
    return [reverted.user.phone, found.version, await client.findUser({ email: user.email })];
  })()`;
  expect(await page.evaluate(script)).toEqual(['1', '"3"', undefined]);
  await page.close();
});

test('a page of another origin may send tracing headers and unknown ones', async () => {
  const id = await stack.user();
  const { key } = await stack.key(id, { role: 'profile' });
  const page = await browser().newPage();
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}`);
  const script = `fetch('${stack.origin}/api/v1/user/${id}', { headers: {
    Authorization: 'Bearer ${key}',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    baggage: 'a=b',
    'sentry-trace': '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
    'X-Requested-With': 'XMLHttpRequest',
    'Cache-Control': 'no-cache',
    'X-Whatever-Next': '1',
  } }).then(({ status }) => status)`;
  expect(await page.evaluate(script)).toBe(200);
  await page.close();
});
