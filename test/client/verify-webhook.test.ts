import { Webhook } from 'standardwebhooks';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import {
  type FeedChange,
  verifyWebhook,
  type WebhookEvent,
  WebhookVerificationError,
} from '../../client/src/index.ts';
import { newSecret, signatureHeaders } from '../../src/webhooks/signature.ts';
import { failureOf } from './scripted.ts';

const [secret, previous, stranger] = [newSecret(), newSecret(), newSecret()];
const event = {
  id: '0d5f7a1b-9c24-4a53-8a3e-5f1c7a526d0e',
  type: 'webhook.test',
  timestamp: '2026-11-27T12:00:00Z',
  data: { webhook_id: '5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24', note: 'Grüße 👋' },
};
const body = JSON.stringify(event);
const now = () => Math.floor(Date.now() / 1000);

/** A request as the Worker sends it, signed so many seconds ago. */
async function sent({ secrets = [secret], age = 0, text = body, headers = {} } = {}) {
  const signed = await signatureHeaders({ id: event.id, time: now() - age, body: text }, secrets);
  return request({ ...signed, ...headers }, text);
}

/** A request with the headers that have a value. */
const request = (headers: Record<string, string>, text = body) =>
  new Request('https://hooks.example.com/', {
    method: 'POST',
    headers: Object.entries(headers).filter(([, value]) => value !== ''),
    body: text,
  });

const messageOf = async (promise: Promise<unknown>) => {
  const failure = await failureOf(promise);
  expect(failure).toBeInstanceOf(WebhookVerificationError);
  return (failure as Error).message;
};

describe('an event of the Worker', () => {
  test('is returned with the id by which repeats are recognized', async () => {
    const verified = await verifyWebhook(await sent(), secret);
    expect(verified).toEqual({ id: event.id, event });
    expectTypeOf(verified.event).toEqualTypeOf<WebhookEvent>();
    if (verified.event.type !== 'webhook.test')
      expectTypeOf(verified.event).toEqualTypeOf<FeedChange>();
  });

  test.each([
    ['two signatures, and the receiver has the old secret', [secret, previous], previous],
    ['two signatures, and the receiver has the new secret', [secret, previous], secret],
    ['two signatures, and the receiver has both', [secret, previous], [previous, secret]],
    ['the new signature only, and the receiver has both', [secret], [previous, secret]],
    ['the old signature only, and the receiver has both', [previous], [secret, previous]],
  ])('is verified during a rotation: %s', async (_, secrets, known) => {
    expect((await verifyWebhook(await sent({ secrets }), known)).event).toEqual(event);
  });

  test.each([299, -299])('may be %i seconds old', async (age) => {
    expect((await verifyWebhook(await sent({ age }), secret)).id).toBe(event.id);
  });
});

describe('the library of Standard Webhooks', () => {
  test('signs what is verified here', async () => {
    const time = new Date(now() * 1000);
    const signature = new Webhook(secret).sign(event.id, time, body);
    const headers = {
      'webhook-id': event.id,
      'webhook-timestamp': `${now()}`,
      'webhook-signature': signature,
    };
    expect((await verifyWebhook(request(headers), [stranger, secret])).event).toEqual(event);
  });

  test('verifies what is verified here', async () => {
    const both = await sent({ secrets: [previous, secret] });
    const headers = Object.fromEntries(both.headers);
    for (const known of [secret, previous]) {
      expect(new Webhook(known).verify(body, headers)).toEqual(event);
      expect((await verifyWebhook(request(headers), known)).event).toEqual(event);
    }
    expect(() => new Webhook(stranger).verify(body, headers)).toThrow();
    await expect(verifyWebhook(request(headers), stranger)).rejects.toThrow('Wrong signature');
  });
});

describe('a request is refused', () => {
  const changed = async (headers: Record<string, string>, text = body) =>
    request({ ...Object.fromEntries((await sent()).headers), ...headers }, text);
  const signature = async () => (await sent()).headers.get('webhook-signature') ?? '';

  test.each([
    ['webhook-id', 'another-id'],
    // In the past, so that no request is signed at this time later.
    ['webhook-timestamp', `${now() - 60}`],
    ['webhook-signature', 'v1,'],
    ['webhook-signature', `v1,${'A'.repeat(43)}=`],
    ['webhook-signature', `v1,${'A'.repeat(42)}==`],
    ['webhook-signature', 'v1,*** v1 ,'],
    ['webhook-signature', 'v1,AAAA v1,A v1,AA=A'],
  ])('if its %s is %s', async (name, value) => {
    const message = await messageOf(verifyWebhook(await changed({ [name]: value }), secret));
    expect(message).toMatch(/^Wrong signature:/);
  });

  test('if its signature has another version', async () => {
    const [, encoded] = (await signature()).split(',');
    for (const version of ['v1a', 'v2', 'V1', ''])
      await expect(
        verifyWebhook(await changed({ 'webhook-signature': `${version},${encoded}` }), secret),
      ).rejects.toThrow('Wrong signature');
  });

  test('not because of other signatures beside the right one', async () => {
    const signatures = `v1a,${'A'.repeat(86)}== v1,${'A'.repeat(43)}= ${await signature()} v1,%`;
    const { id } = await verifyWebhook(await changed({ 'webhook-signature': signatures }), secret);
    expect(id).toBe(event.id);
  });

  test.each([
    ['is changed', body.replace('test', 'text')],
    ['has something after it', `${body} `],
    ['is empty', ''],
  ])('if its body %s', async (_, text) => {
    expect(await messageOf(verifyWebhook(await changed({}, text), secret))).toMatch(/^Wrong sig/);
  });

  test('if it is signed with another secret, without revealing one', async () => {
    const failure = await failureOf(
      verifyWebhook(await sent({ secrets: [stranger] }), [secret, previous]),
    );
    expect(failure).toBeInstanceOf(WebhookVerificationError);
    const text = `${failure} ${(failure as Error).stack} ${JSON.stringify(failure)}`;
    expect(text).toMatch(/Wrong signature/);
    for (const each of [secret, previous]) expect(text).not.toContain(each.slice(6, 40));
  });

  test.each([
    [301, /^The webhook-timestamp is too old:/],
    [86_400, /^The webhook-timestamp is too old:/],
    [-301, /^The webhook-timestamp is in the future:/],
  ])('if it was signed %i seconds ago', async (age, words) => {
    expect(await messageOf(verifyWebhook(await sent({ age }), secret))).toMatch(words);
  });

  test('when it is repeated later', async () => {
    const seen = await sent();
    vi.setSystemTime(Date.now() + 301_000);
    try {
      expect(await messageOf(verifyWebhook(seen, secret))).toMatch(/too old/);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each(['soon', '1e9', '0x65', '-1', '1.5', `${now()} `.repeat(2), '9'.repeat(400)])(
    'if its time is %s',
    async (time) => {
      const message = await messageOf(
        verifyWebhook(await changed({ 'webhook-timestamp': time }), secret),
      );
      expect(message).toMatch(/not a time|too old/);
    },
  );

  test.each([
    [['webhook-id'], 'Missing headers: webhook-id.'],
    [['webhook-timestamp'], 'Missing headers: webhook-timestamp.'],
    [['webhook-signature'], 'Missing headers: webhook-signature.'],
    [
      ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
      'Missing headers: webhook-id, webhook-timestamp, webhook-signature.',
    ],
  ])('without %j', async (names, message) => {
    const headers = Object.fromEntries(names.map((name) => [name, '']));
    expect(await messageOf(verifyWebhook(await changed(headers), secret))).toBe(message);
  });
});

describe('a malformed secret', () => {
  test.each([
    '',
    'whsec_',
    'whsec_***',
    'whsec_A',
    'whsec_AAAAA',
    'whsec_AA=A',
    `in-${'0'.repeat(43)}`,
  ])('%j throws a TypeError without it', async (text) => {
    for (const known of [text, [secret, text]]) {
      const failure = await failureOf(verifyWebhook(await sent(), known));
      expect(failure).toBeInstanceOf(TypeError);
      expect(`${failure}`).not.toContain(text.slice(6) || '*');
    }
  });

  test('an empty list throws a TypeError', async () => {
    expect(await failureOf(verifyWebhook(await sent(), []))).toBeInstanceOf(TypeError);
  });
});
