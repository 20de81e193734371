import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { isPublic } from '../../src/webhooks/address.ts';
import { Receiver } from '../support/receiver.ts';
import { Resolver } from '../support/resolver.ts';
import { useStack } from '../support/stack.ts';

// Whoever may create webhooks must not reach a network through the Worker that they cannot reach themselves.

const receiver = await new Receiver().listen();
const resolver = await new Resolver().listen();
const stack = useStack({ DNS_RESOLVER: resolver.url });
const local = useStack({ DNS_RESOLVER: resolver.url, WEBHOOKS_LOOPBACK: 'on' });
afterAll(() => Promise.all([receiver.close(), resolver.close()]));
resolver.names
  .set('good.example', ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])
  .set('private.example', ['10.0.0.1'])
  .set('mixed.example', ['93.184.215.14', '192.168.0.1'])
  .set('mixed6.example', ['93.184.215.14', 'fd00::1'])
  .set('loopback6.example', ['::1'])
  .set('metadata.example', ['169.254.169.254'])
  .set('mapped.example', ['::ffff:10.0.0.1'])
  .set('nowhere.example', [])
  .set('broken.example', 'fail');

/** What is wrong with each URL. */
const REFUSED: [string, string, string][] = [
  ['not a URL', 'hooks.example.com', 'invalid_format'],
  ['http', 'http://good.example/', 'invalid_format'],
  ['another scheme', 'ftp://good.example/', 'invalid_format'],
  ['a script', 'javascript:alert(1)', 'invalid_format'],
  ['another port', 'https://good.example:8443/', 'invalid_format'],
  ['port 80', 'https://good.example:80/', 'invalid_format'],
  ['a user name', 'https://me@good.example/', 'invalid_format'],
  ['a password', 'https://me:secret@good.example/', 'invalid_format'],
  ['IPv4', 'https://93.184.215.14/', 'not_public'],
  ['loopback', 'https://127.0.0.1/', 'not_public'],
  ['IPv4 with a dot behind it', 'https://127.0.0.1./', 'not_public'],
  ['IPv4 in octal', 'https://0177.0.0.1/', 'not_public'],
  ['IPv4 in hexadecimal', 'https://0x7f.0.0.1/', 'not_public'],
  ['IPv4 as a number', 'https://2130706433/', 'not_public'],
  ['short IPv4', 'https://127.1/', 'not_public'],
  ['IPv4 in full-width digits', 'https://１２７.0.0.1/', 'not_public'],
  ['IPv6', 'https://[2606:2800:21f::1]/', 'not_public'],
  ['IPv6 loopback', 'https://[::1]/', 'not_public'],
  ['IPv4 in IPv6', 'https://[::ffff:127.0.0.1]/', 'not_public'],
  ['a name of a private address', 'https://private.example/', 'not_public'],
  ['a name of a public and a private address', 'https://mixed.example/', 'not_public'],
  ['a name of a public and a private IPv6 address', 'https://mixed6.example/', 'not_public'],
  ['a name of IPv6 loopback', 'https://loopback6.example/', 'not_public'],
  ['a name of the metadata service', 'https://metadata.example/', 'not_public'],
  ['a name of IPv4 in IPv6', 'https://mapped.example/', 'not_public'],
  ['a name without addresses', 'https://nowhere.example/', 'not_found'],
  ['a name that does not exist', 'https://unknown.example/', 'not_found'],
  ['localhost', 'https://localhost/', 'not_found'],
  ['a name that the resolver fails for', 'https://broken.example/', 'not_found'],
  ['loopback in the clear', receiver.url, 'invalid_format'],
  ['more than 2,048 characters', `https://good.example/${'x'.repeat(2048)}`, 'too_long'],
];

async function newWebhook(on: typeof stack, url: string) {
  const { key } = await on.key(await on.user(), { scopes: ['webhooks:write'] });
  const { status, body } = await on.call('POST', '/webhooks', key, { url });
  return { key, status, body };
}

test.each([
  'https://good.example',
  'https://good.example:443/a?b=c#d',
  'https://GOOD.example./',
  `https://good.example/${'x'.repeat(2000)}`,
])('%s is accepted, as it is', async (url) => {
  resolver.names.set('good.example.', ['93.184.215.14']);
  const { status, body } = await newWebhook(stack, url);
  expect([status, body.data.url]).toEqual([201, url]);
});

describe('at creation is refused:', () => {
  test.each(REFUSED)('%s', async (_, url, code) => {
    const { status, body } = await newWebhook(stack, url);
    expect([status, body.code]).toEqual([422, 'validation_failed']);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/url', code })]);
  });

  test('and so it is in an update', async () => {
    const { key, body } = await newWebhook(stack, 'https://good.example/');
    const changed = await stack.call('PATCH', `/webhooks/${body.data.id}`, key, {
      url: 'https://private.example/',
    });
    expect(changed.body.errors).toEqual([
      expect.objectContaining({ pointer: '/url', code: 'not_public' }),
    ]);
  });
});

describe('at delivery, nothing is sent to', () => {
  test.each(REFUSED.filter(([, , code]) => code !== 'too_long'))('%s', async (_, url) => {
    const { key, body } = await newWebhook(stack, 'https://good.example/');
    await stack.query('update webhooks set url = $1 where id = $2', [url, body.data.id]);
    const before = receiver.deliveries.length;
    const { body: sent } = await stack.call('POST', `/webhooks/${body.data.id}/test`, key);
    expect(sent.data).toMatchObject({
      status: null,
      error: expect.stringMatching(/^Nothing was sent: the URL /),
    });
    expect(receiver.deliveries).toHaveLength(before);
  });

  test('a name that leads elsewhere since the webhook was created', async () => {
    resolver.names.set('moved.example', ['93.184.215.14']);
    const { key, body } = await newWebhook(stack, 'https://moved.example/');
    expect(body.data.url).toBe('https://moved.example/');
    resolver.names.set('moved.example', ['10.0.0.1']);
    const { body: sent } = await stack.call('POST', `/webhooks/${body.data.id}/test`, key);
    expect(sent.data.error).toMatch(/each address is public/);
  });
});

describe('the local stack also accepts', () => {
  test('a URL on 127.0.0.1', async () => {
    const { key, body } = await newWebhook(local, receiver.url);
    const { body: sent } = await local.call('POST', `/webhooks/${body.data.id}/test`, key);
    expect(sent.data).toMatchObject({ type: 'webhook.test', status: 204, error: null, attempt: 1 });
    expect(receiver.deliveries.at(-1)?.event).toMatchObject({
      id: sent.data.id,
      type: 'webhook.test',
      data: { webhook_id: body.data.id },
    });
  });

  test.each([
    'http://localhost:1/',
    'http://127.0.0.2:1/',
    'http://10.0.0.1/',
    'http://good.example/',
  ])('not %s', async (url) => {
    expect((await newWebhook(local, url)).body.code).toBe('validation_failed');
  });
});

test('a redirect is a failure and is not followed', async () => {
  const elsewhere = await new Receiver().listen();
  const { key, body } = await newWebhook(local, receiver.url);
  receiver.responses.push({ status: 302, headers: { location: elsewhere.url } });
  const { body: sent } = await local.call('POST', `/webhooks/${body.data.id}/test`, key);
  expect(sent.data).toMatchObject({
    status: 302,
    error: 'Status 302; redirects are not followed.',
  });
  expect(elsewhere.deliveries).toEqual([]);
  await elsewhere.close();
});

test.each([
  ['93.184.215.14', true],
  ['8.8.8.8', true],
  ['2606:4700:4700::1111', true],
  ['::ffff:8.8.8.8', true],
  ['0.0.0.0', false],
  ['10.255.255.255', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['127.255.255.254', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.0.0.1', false],
  ['192.0.2.1', false],
  ['192.168.1.1', false],
  ['198.18.0.1', false],
  ['198.51.100.1', false],
  ['203.0.113.1', false],
  ['224.0.0.1', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::127.0.0.1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:0:127.0.0.1', false],
  ['64:ff9b::127.0.0.1', false],
  ['64:ff9b:1::1', false],
  ['100::1', false],
  ['2001::1', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::', false],
  ['3fff::1', false],
  ['5f00::1', false],
  ['fc00::1', false],
  ['fd12:3456::1', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['good.example', false],
])('%s: public %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test('a deployed Worker sends requests to the public internet only', async () => {
  expect(await readFile('wrangler.toml', 'utf8')).toMatch(
    /^compatibility_flags = \[.*"global_fetch_strictly_public".*\]$/m,
  );
});
