import { createHash, createPublicKey, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hashApiKey } from '../../src/auth/api-key.ts';
import { keyRoles } from '../../src/permissions.ts';
import { HostileIssuer } from '../support/oidc-hostile.ts';
import { signInVariables } from '../support/oidc-people.ts';
import { type Stack, useStack } from '../support/stack.ts';
import { inOneWindow } from '../support/too-often.ts';

// POST /api/v1/token: an app exchanges the ID token of its user for a short-lived key.

const APP = 'ios-app';
const OTHER_APP = 'android-app';
const QUOTA = 2;
const variables = { ...(await signInVariables()), OIDC_APP_CLIENT_IDS: `${APP}, ${OTHER_APP}` };
const later = { ...variables, OIDC_ISSUER: (await signInVariables()).OIDC_ISSUER, SIGN_UP: 'on' };
const stack = useStack(variables);
/** Its provider starts late. */
const limited = useStack(later, { KEY_LIMIT: 1000, ADDRESS_LIMIT: QUOTA });
let issuer: HostileIssuer;

const portOf = ({ OIDC_ISSUER }: { OIDC_ISSUER: string }) => Number(new URL(OIDC_ISSUER).port);
beforeAll(async () => {
  issuer = await HostileIssuer.start(portOf(variables), APP);
});
afterAll(() => issuer.close());

const TYPES = 'urn:ietf:params:oauth:token-type';
const GRANT = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: `${TYPES}:id_token`,
};

/** Sends a form. */
const send = (
  form: ConstructorParameters<typeof URLSearchParams>[0],
  on: Stack = stack,
  headers = {},
) => on.fetch('/api/v1/token', { method: 'POST', body: new URLSearchParams(form), headers });

const exchange = (subject_token: string, more: Record<string, string> = {}) =>
  send({ ...GRANT, subject_token, ...more });

/** A user who has signed in before, and the subject that they are at the provider. */
async function person(columns: Record<string, unknown> = {}) {
  const id = await stack.user(columns);
  const sub = `subject of ${id}`;
  await stack.query('insert into identities (issuer, subject, user_id) values ($1, $2, $3)', [
    variables.OIDC_ISSUER,
    sub,
    id,
  ]);
  return { id, sub };
}

const keysOf = (userId: string) =>
  stack.query('select * from api_keys where owner_id = $1 order by created_at', [userId]);

/** What the key of a token may do now: the code of the error, or nothing. */
const codeOf = async (userId: string, key: string) =>
  (await stack.call('GET', `/user/${userId}`, key)).body.code;

const now = () => Math.floor(Date.now() / 1000);

describe('an ID token', () => {
  test('gets a key of its user for an hour, in one database request', async () => {
    const { id, sub } = await person();
    const token = await issuer.sign({ sub, nonce: 'n' });
    const requests = stack.database.requests;
    const response = await exchange(token, { nonce: 'n', client_id: 'ignored', audience: '' });
    expect(stack.database.requests - requests).toBe(1);
    expect([response.status, response.body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^in-/),
        issued_token_type: `${TYPES}:access_token`,
        token_type: 'Bearer',
        expires_in: 3600,
        scope: keyRoles.profile.join(' '),
        user_id: id,
      },
    ]);
    expect(response.headers.get('cache-control')).toContain('no-store');
    const key = response.body.access_token;
    expect((await stack.put(id, key, { phone: '1' })).status).toBe(200);
    expect((await stack.put(await stack.user(), key, {})).body.code).toBe('insufficient_scope');

    const { data } = (await stack.call('GET', '/keys/self', key)).body;
    expect(data).toMatchObject({
      owner_id: id,
      name: 'Short-lived key',
      description: `App ${APP}`,
      role: 'profile',
      short_lived: true,
      allowed_ips: null,
      fields: null,
    });
    expect(Date.parse(data.expires_at) - Date.now()).toBeGreaterThan(3500_000);
    const [row] = await keysOf(id);
    expect(row).toMatchObject({
      hash: Buffer.from(await hashApiKey(key)),
      id_token_hash: createHash('sha256')
        .update(token.replace(/\.[^.]*$/, ''))
        .digest(),
    });
    expect(
      await stack.query(
        'select action, actor, actor_user_id, request_id from key_events where key_id = $1',
        [data.id],
      ),
    ).toEqual([
      {
        action: 'created',
        actor: 'person',
        actor_user_id: id,
        request_id: response.headers.get('x-request-id'),
      },
    ]);
    await stack.logLine(response);
    const [, payload = '', signature = ''] = token.split('.');
    for (const secret of [key, payload, signature, sub])
      expect(stack.logs.join('\n')).not.toContain(secret);
  });

  test('is checked with the keys that the isolate remembers', async () => {
    const { sub } = await person();
    await exchange(await issuer.sign({ sub }));
    const before = issuer.requests;
    expect((await exchange(await issuer.sign({ sub, jti: 'another' }))).status).toBe(200);
    expect(issuer.requests).toBe(before);
  });

  test.each([
    ['user:read', 'read_only', 'insufficient_scope'],
    ['user:write user:read', 'profile', undefined],
  ])('gets the scope %s that it asks for', async (scope, role, code) => {
    const { id, sub } = await person();
    const { body } = await exchange(await issuer.sign({ sub }), { scope });
    expect(body.scope).toBe(keyRoles[role as 'profile' | 'read_only'].join(' '));
    expect((await stack.put(id, body.access_token, { phone: '1' })).body.code).toBe(code);
    expect((await stack.call('GET', `/user/${id}`, body.access_token)).status).toBe(200);
  });

  test.each([
    ['for the other app', { aud: OTHER_APP }],
    ['for two apps, with azp', { aud: [APP, OTHER_APP], azp: OTHER_APP }],
    ['for a list of one', { aud: [APP] }],
    ['for one app, issued to another', { aud: APP, azp: OTHER_APP }],
    ['with a nonce that the app has checked', { nonce: 'n' }],
    ['from a clock that is 20 seconds ahead', { iat: now() + 20 }],
    ['of 9 minutes ago', { iat: now() - 9 * 60 }],
  ])('%s is accepted', async (_, claims) => {
    const { sub } = await person();
    expect((await exchange(await issuer.sign({ sub, ...claims }))).status).toBe(200);
  });
});

describe('an ID token is refused, and no key is made,', () => {
  const EXPIRED = 'exchange it within 10 minutes; this one has expired.';
  const claim = (name: string) => `its ${name} is not accepted.`;
  let user: { id: string; sub: string };
  beforeAll(async () => {
    user = await person();
  });

  /** Expects a token to be refused, without a database request. */
  async function expectRefused(token: string, detail: string, more = {}) {
    const requests = stack.database.requests;
    const { status, body, text } = await exchange(token, more);
    expect([status, body.code, body.error]).toEqual([400, 'invalid_id_token', 'invalid_request']);
    expect(body.detail).toContain(detail);
    expect(stack.database.requests).toBe(requests);
    expect(await keysOf(user.id)).toEqual([]);
    expect(text).not.toContain(token.split('.')[1]);
  }

  test.each([
    ['of another client', { aud: 'settings-page' }, claim('aud')],
    ['for an unknown audience too', { aud: [APP, 'x'], azp: APP }, claim('aud')],
    ['for several audiences without azp', { aud: [APP, OTHER_APP] }, claim('azp')],
    ['with an unknown azp', { azp: 'settings-page' }, claim('azp')],
    ['with an azp that is no text', { azp: [APP] }, claim('azp')],
    ['without audience', { aud: undefined }, claim('aud')],
    ['of another issuer', { iss: 'https://elsewhere.example' }, claim('iss')],
    ['without issuer', { iss: undefined }, claim('iss')],
    ['that has expired', { exp: now() - 60 }, EXPIRED],
    ['that never expires', { exp: undefined }, claim('exp')],
    ['of 11 minutes ago', { iat: now() - 11 * 60, exp: now() + 3600 }, EXPIRED],
    ['of the future', { iat: now() + 60 }, claim('iat')],
    ['that does not say when it was issued', { iat: undefined }, claim('iat')],
    ['that is not valid yet', { nbf: now() + 60 }, claim('nbf')],
    ['without subject', { sub: undefined }, claim('sub')],
    ['with an empty subject', { sub: '' }, claim('sub')],
    ['with too long a subject', { sub: 'x'.repeat(256) }, claim('sub')],
    [
      'that is a logout token',
      { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
      claim('events'),
    ],
  ])('%s', async (_, claims, detail) => {
    await expectRefused(await issuer.sign({ sub: user.sub, ...claims }), detail);
  });

  test.each([
    ['another', { nonce: 'another' }],
    ['no', {}],
  ])('with %s nonce than the app has sent', async (_, claims) => {
    const token = await issuer.sign({ sub: user.sub, ...claims });
    await expectRefused(token, claim('nonce'), { nonce: 'n' });
  });

  test('that is signed by another key, or names an unknown one', async () => {
    const { sub } = user;
    await expectRefused(await issuer.sign({ sub }, { foreignKey: true }), claim('signature'));
    const unknown = { header: { kid: 'unknown' } };
    await expectRefused(await issuer.sign({ sub }, unknown), claim('signature'));
    // It may bring a key, which counts for nothing.
    const own = { foreignKey: true, header: { jwk: issuer.publicKey, jku: 'http://127.0.0.1:9/' } };
    await expectRefused(await issuer.sign({ sub }, own), claim('signature'));
    await expectRefused(await issuer.sign({ sub }, { header: { typ: 'at+jwt' } }), claim('typ'));
  });

  test('with the algorithm none, or with the public key as a secret', async () => {
    const [, payload = ''] = (await issuer.sign({ sub: user.sub })).split('.');
    for (const alg of ['none', 'None', 'HS256']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'published' })).toString('base64url');
      await expectRefused(`${header}.${payload}.`, claim('alg'));
    }
    const { publicKey } = issuer;
    const pem = createPublicKey({ key: publicKey as never, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    for (const secret of [pem.toString(), JSON.stringify(publicKey), publicKey.n ?? '']) {
      const token = new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString()))
        .setProtectedHeader({ alg: 'HS256', kid: 'published' })
        .sign(Buffer.from(secret));
      await expectRefused(await token, claim('alg'));
    }
  });

  test('with a part that was changed, or that is missing', async () => {
    const [header, payload = '', signature] = (await issuer.sign({ sub: user.sub })).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const changed = Buffer.from(JSON.stringify({ ...claims, exp: now() + 9999 }));
    for (const token of [
      `${header}.${changed.toString('base64url')}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `.${payload}.${signature}`,
      'x',
    ])
      await expectRefused(token, claim('signature'));
  });
});

describe('the same ID token again', () => {
  test('replaces the key, so a lost response locks nobody out', async () => {
    const { id, sub } = await person();
    const token = await issuer.sign({ sub });
    const first = (await exchange(token)).body.access_token;
    expect(await codeOf(id, first)).toBeUndefined();
    const second = (await exchange(token, { scope: 'user:read' })).body.access_token;
    expect(await codeOf(id, first)).toBe('invalid_api_key');
    expect((await stack.put(id, second, {})).body.code).toBe('insufficient_scope');
    const [key, ...others] = await keysOf(id);
    expect([key?.['role'], others]).toEqual(['read_only', []]);
    const events = await stack.query(
      'select action from key_events where owner_id = $1 order by id',
      [id],
    );
    expect(events).toEqual([{ action: 'created' }, { action: 'renewed' }]);
  });

  test('with its signature written in another way is the same', async () => {
    const { id, sub } = await person();
    const token = await issuer.sign({ sub });
    const first = (await exchange(token)).body.access_token;
    // The last character of a signature of 256 bytes has four bits that mean nothing.
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = characters.indexOf(token.at(-1) ?? '');
    const other = token.slice(0, -1) + characters[last ^ 1];
    const signatureOf = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url');
    expect(signatureOf(other)).toEqual(signatureOf(token));
    expect((await exchange(other)).status).toBe(200);
    expect(await codeOf(id, first)).toBe('invalid_api_key');
    expect(await keysOf(id)).toHaveLength(1);
  });

  test('on many connections at once leaves exactly one key', async () => {
    const { id, sub } = await person();
    const token = await issuer.sign({ sub });
    const responses = await Promise.all(Array.from({ length: 12 }, () => exchange(token)));
    expect(responses.map(({ status }) => status)).toEqual(Array(12).fill(200));
    const codes = await Promise.all(responses.map(({ body }) => codeOf(id, body.access_token)));
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 'invalid_api_key')).toHaveLength(11);
    expect(await keysOf(id)).toHaveLength(1);
  });

  test('after a response that was lost on the way from the database works', async () => {
    const { id, sub } = await person();
    const token = await issuer.sign({ sub });
    stack.database.faults.push('cut');
    const { status, body } = await exchange(token);
    expect(status).toBe(200);
    expect(await codeOf(id, body.access_token)).toBeUndefined();
    expect(await keysOf(id)).toHaveLength(1);
  });

  test('does not bring a revoked key back, not even after a cleanup', async () => {
    const { id, sub } = await person();
    const token = await issuer.sign({ sub });
    const { access_token } = (await exchange(token)).body;
    await stack.call('POST', '/keys/report', '', { key: access_token });
    for (const _ of ['before', 'after']) {
      const { status, body } = await exchange(token);
      expect([status, body.code]).toEqual([400, 'invalid_id_token']);
      expect(body.detail).toContain('was revoked');
      await stack.scheduled();
    }
    expect(await codeOf(id, access_token)).toBe('revoked_api_key');
  });
});

describe('a person', () => {
  test('is found by a verified e-mail address at first, and then by the subject', async () => {
    const id = await stack.user();
    const { email } = await stack.row(id);
    const sub = randomUUID();
    expect((await exchange(await issuer.sign({ sub, email }))).body.user_id).toBe(id);
    await stack.query('update users set email = $1 where id = $2', [`new-${email}`, id]);
    expect((await exchange(await issuer.sign({ sub, jti: '2' }))).body.user_id).toBe(id);
    const other = await stack.user({ email });
    const { status, body } = await exchange(await issuer.sign({ sub: randomUUID() }));
    expect([status, body.code, body.error]).toEqual([400, 'unknown_identity', 'invalid_request']);
    expect(await keysOf(other)).toEqual([]);
  });

  test.each([
    ['an unverified address', (email: string) => ({ email, email_verified: false })],
    ['"true" as text', (email: string) => ({ email, email_verified: 'true' })],
    [
      'an address that is not said to be verified',
      (email: string) => ({ email, email_verified: undefined }),
    ],
    ['no address', () => ({})],
    ['an address that no user has', () => ({ email: 'nobody@example.com' })],
    ['the Kelvin sign', (email: string) => ({ email: `\u212a${email}` })],
  ])('with %s is unknown', async (_, claims) => {
    const id = await stack.user();
    const { email } = await stack.row(id);
    const token = await issuer.sign({ sub: randomUUID(), ...claims(String(email)) });
    const { status, body } = await exchange(token);
    expect([status, body.code]).toEqual([400, 'unknown_identity']);
    expect(await keysOf(id)).toEqual([]);
    expect(await stack.query('select from identities where user_id = $1', [id])).toEqual([]);
  });

  test('whose address was changed with an API key is unknown', async () => {
    const victim = `${randomUUID()}@example.com`;
    const id = await stack.user();
    const { key } = await stack.key(id, { role: 'profile' });
    await stack.put(id, key, { email: victim });
    const token = await issuer.sign({ sub: randomUUID(), email: victim });
    expect((await exchange(token)).body.code).toBe('unknown_identity');
  });

  test('who is inactive gets no key', async () => {
    const { id, sub } = await person({ is_active: false });
    const { status, body } = await exchange(await issuer.sign({ sub }));
    expect([status, body.code]).toEqual([403, 'owner_inactive']);
    expect(await keysOf(id)).toEqual([]);
  });
});

describe('the key of an app', () => {
  /** A person with a key, and the token that they got it for. */
  async function signedIn() {
    const { id, sub } = await person();
    const token = await issuer.sign({ sub });
    return { id, sub, token, key: (await exchange(token)).body.access_token as string };
  }

  test.each([
    ['their identity is removed', 'delete from identities where user_id = $1'],
    [
      'their identity becomes that of another user',
      'update identities set user_id = (select id from users where id <> $1 and id not in (select user_id from identities) limit 1) where user_id = $1',
    ],
  ])('ends when %s', async (_, change) => {
    await stack.user();
    const { id, token, key } = await signedIn();
    const own = await stack.key(id);
    await stack.query(change, [id]);
    expect(await codeOf(id, key)).toBe('revoked_api_key');
    expect(await codeOf(id, own.key)).toBeUndefined();
    const { body } = await exchange(token);
    expect(['unknown_identity', 'invalid_id_token']).toContain(body.code);
  });

  test('is not made while the identity is being removed', async () => {
    const { id, sub } = await person();
    const token = await issuer.sign({ sub });
    const other = await stack.pool.connect();
    let response: ReturnType<typeof exchange> | undefined;
    try {
      await other.query('begin');
      await other.query('delete from identities where user_id = $1', [id]);
      response = exchange(token);
      await vi.waitFor(async () => {
        const waiting = await stack.query(
          "select from pg_locks where not granted and locktype = 'transactionid'",
        );
        expect(waiting.length).toBeGreaterThan(0);
      });
    } finally {
      await other.query('commit');
      other.release();
    }
    expect((await response).body.code).toBe('unknown_identity');
    expect(await keysOf(id)).toEqual([]);
  });

  test('ends when its user is erased, and is refused while they are inactive', async () => {
    const { id, token, key } = await signedIn();
    await stack.query('update users set is_active = false where id = $1', [id]);
    expect(await codeOf(id, key)).toBe('owner_inactive');
    const admin = await stack.key(await stack.user({ is_superuser: true }));
    expect((await stack.call('DELETE', `/user/${id}`, admin.key)).status).toBe(204);
    expect(await codeOf(id, key)).toBe('invalid_api_key');
    expect((await exchange(token)).body.code).toBe('unknown_identity');
  });

  test('is not rotated, makes no other keys, and is shown to its user, who can revoke it', async () => {
    const { id, key } = await signedIn();
    for (const path of ['/keys/self/rotate', '/keys', `/user/${id}/keys`])
      expect((await stack.call('POST', path, key, {})).body.code).toMatch(
        /insufficient|validation/,
      );
    const own = await stack.key(id);
    const { data } = (await stack.call('GET', '/keys', own.key)).body;
    const shown = data.find((one: { short_lived: boolean }) => one.short_lived);
    expect(shown).toMatchObject({ description: `App ${APP}`, state: 'active' });
    expect(Object.keys(shown).join()).not.toMatch(/hash/);
    await stack.call('DELETE', `/keys/${shown.id}`, own.key);
    expect(await codeOf(id, key)).toBe('revoked_api_key');
    const { text } = await stack.call('GET', `/user/${id}/export`, own.key);
    expect(text).not.toContain('id_token');
  });

  test('leaves the table with the cleanup after its expiry; its events stay', async () => {
    const { id } = await signedIn();
    await stack.query(
      `update api_keys set expires_at = now() - interval '1 ms' where owner_id = $1`,
      [id],
    );
    await stack.scheduled();
    expect(await keysOf(id)).toEqual([]);
    expect(await stack.query('select action from key_events where owner_id = $1', [id])).toEqual([
      { action: 'created' },
    ]);
  });

  test('does not count among the 25; of the hundred, a repeat takes no place of its own', async () => {
    const { id, sub, token } = await signedIn();
    await stack.query(
      `insert into api_keys (owner_id, name, scopes, hash, prefix, expires_at, short_lived)
       select $1, 'app', '{}', sha256(gen_random_uuid()::text::bytea), 'in-', now() + interval '1 hour', true
       from generate_series(1, 99)`,
      [id],
    );
    const refused = await exchange(await issuer.sign({ sub, jti: 'another' }));
    expect([refused.status, refused.body.code]).toEqual([409, 'too_many_keys']);
    expect((await exchange(token)).status).toBe(200);
  });

  test('finds a change that was made with an earlier one of the same app and user', async () => {
    const { id, sub, key } = await signedIn();
    const headers = { 'idempotency-key': randomUUID() };
    await stack.put(id, key, { phone: '1' }, headers);
    const repeat = async (claims: object) => {
      const { access_token } = (
        await exchange(await issuer.sign({ sub, jti: randomUUID(), ...claims }))
      ).body;
      const { headers: received } = await stack.put(id, access_token, { phone: '1' }, headers);
      return received.get('idempotency-replayed');
    };
    expect(await repeat({})).toBe('true');
    expect((await stack.row(id))['version']).toBe(2);
    expect(await repeat({ aud: OTHER_APP })).toBeNull();
  });
});

describe('a request', () => {
  const VALID = { ...GRANT, subject_token: 'a.b.c' };
  const without = (name: string) => Object.entries(VALID).filter(([other]) => other !== name);

  test.each([
    ['without anything', {}, 'invalid_request', ['/grant_type required']],
    ['without grant_type', without('grant_type'), 'invalid_request', ['/grant_type required']],
    [
      'without subject_token',
      without('subject_token'),
      'invalid_request',
      ['/subject_token required'],
    ],
    [
      'with an empty subject_token',
      { ...VALID, subject_token: '' },
      'invalid_request',
      ['/subject_token required'],
    ],
    [
      'with another grant',
      { ...VALID, grant_type: 'refresh_token' },
      'unsupported_grant_type',
      ['/grant_type unknown_value'],
    ],
    [
      'with an access token',
      { ...VALID, subject_token_type: `${TYPES}:access_token` },
      'invalid_request',
      ['/subject_token_type unknown_value'],
    ],
    [
      'for a refresh token',
      { ...VALID, requested_token_type: `${TYPES}:refresh_token` },
      'invalid_request',
      ['/requested_token_type unknown_value'],
    ],
    [
      'for more than a profile',
      { ...VALID, scope: 'user:read users:all' },
      'invalid_scope',
      ['/scope unknown_value'],
    ],
    [
      'with a parameter twice',
      [...Object.entries(VALID), ['subject_token', 'd']],
      'invalid_request',
      ['/subject_token invalid_format'],
    ],
    [
      'for somebody else',
      { ...VALID, actor_token: 'a.b.c' },
      'invalid_request',
      ['/actor_token unknown_field'],
    ],
    [
      'with what is no token',
      { ...VALID, subject_token: 'a b' },
      'invalid_request',
      ['/subject_token invalid_format'],
    ],
  ])('%s is 400', async (_, form, error, faults) => {
    const before = issuer.requests;
    const { status, body } = await send(form as never);
    expect([status, body.code, body.error]).toEqual([400, 'invalid_token_request', error]);
    expect(
      body.errors.map(
        ({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`,
      ),
    ).toEqual(faults);
    expect(issuer.requests).toBe(before);
  });

  test.each([
    [
      'a body of 1 MB',
      { body: new URLSearchParams({ ...VALID, x: 'x'.repeat(1024 * 1024) }) },
      413,
      'body_too_large',
    ],
    [
      'JSON',
      { body: '{}', headers: { 'content-type': 'application/json' } },
      415,
      'unsupported_media_type',
    ],
  ])('with %s is refused', async (_, init, status, code) => {
    const response = await stack.fetch('/api/v1/token', { method: 'POST', ...init });
    expect([response.status, response.body.code]).toEqual([status, code]);
  });

  test('counts against its address, or network, before the provider or the database is asked', async () => {
    const from = (address: string) => ({ 'cf-connecting-ip': address });
    const form = { ...GRANT, subject_token: 'a.b.c' };
    const before = limited.database.requests;
    await inOneWindow(async () => {
      for (let sent = 0; sent < QUOTA; sent++)
        expect((await send(form, limited, from(`2001:db8::${sent}`))).status).toBe(503);
      const refused = await send(form, limited, from('2001:db8::ffff'));
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      expect((await send(form, limited, from('2001:db8:0:1::1'))).status).toBe(503);
    });
    expect(limited.database.requests).toBe(before);
  });

  test('is 503 while the provider is down, and succeeds after that; signing up is as on the Settings page', async () => {
    const headers = { 'cf-connecting-ip': '192.0.2.1' };
    const down = await send({ ...GRANT, subject_token: 'a.b.c' }, limited, headers);
    expect([down.status, down.body.code, down.body.outcome]).toEqual([
      503,
      'provider_unavailable',
      'not_applied',
    ]);
    expect(down.headers.get('retry-after')).toBe('1');
    const late = await HostileIssuer.start(portOf(later), APP);
    const email = `${randomUUID()}@example.com`;
    const token = await late.sign({ sub: 'new', email });
    const { status, body } = await send({ ...GRANT, subject_token: token }, limited, headers);
    await late.close();
    expect(status).toBe(200);
    expect((await limited.row(body.user_id))['email']).toBe(email);
  });
});
