import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Browser } from '../support/oidc-browser.ts';
import { HostileIssuer } from '../support/oidc-hostile.ts';
import { signInVariables } from '../support/oidc-people.ts';
import { useStack } from '../support/stack.ts';
import { inOneWindow } from '../support/too-often.ts';

const variables = await signInVariables();
const stack = useStack(variables);
const QUOTA = 3;
const limited = useStack(variables, { KEY_LIMIT: 1000, ADDRESS_LIMIT: QUOTA });
let issuer: HostileIssuer;
let email: string;

beforeAll(async () => {
  const port = Number(new URL(variables.OIDC_ISSUER).port);
  issuer = await HostileIssuer.start(port, variables.OIDC_CLIENT_ID);
});
afterAll(() => issuer.close());
beforeEach(async () => {
  email = String((await stack.row(await stack.user()))['email']);
});

/** Signs in with an issuer that behaves in a given way. Returns where it ended, and why. */
async function signIn(behaviour: HostileIssuer['behaviour'], callback = 'code=code') {
  const browser = new Browser();
  issuer.behaviour = behaviour;
  const { location } = await browser.visit(`${stack.origin}/auth/login`);
  const sent = new URL(location ?? stack.origin).searchParams;
  issuer.nonce = sent.get('nonce') ?? '';
  const state = sent.get('state');
  const end = await browser.visit(`${stack.origin}/auth/callback?${callback}&state=${state}`);
  expect([end.status, end.headers.get('location')]).toEqual([
    303,
    expect.stringMatching(/^\/settings(\?sign_in=[a-z_]+)?$/),
  ]);
  const session = browser.jar(stack.origin).has('__Host-session');
  const { fault } = JSON.parse(stack.logs.at(-1) ?? '{}');
  return { outcome: new URL(end.location ?? '').searchParams.get('sign_in'), session, fault, sent };
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const good = (claims: Record<string, unknown> = {}) => ({ claims: { email, ...claims } });

describe('an ID token is accepted', () => {
  test('with all required claims, and the verifier redeems the code', async () => {
    const { outcome, session, sent } = await signIn(good());
    expect([outcome, session]).toEqual([null, true]);
    const { parameters, authorization } = issuer.tokenRequests.at(-1) ?? {};
    const verifier = parameters?.get('code_verifier') ?? '';
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(verifier));
    expect(Buffer.from(digest).toString('base64url')).toBe(sent.get('code_challenge'));
    expect(parameters?.get('redirect_uri')).toBe(`${stack.origin}/auth/callback`);
    expect(authorization).toMatch(/^Basic /);
    expect(parameters?.has('client_secret')).toBe(false);
  });

  test('from a provider that accepts the client secret only in the body', async () => {
    const methods = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
    expect((await signIn({ ...good(), discovery: methods })).session).toBe(true);
    const { parameters, authorization } = issuer.tokenRequests.at(-1) ?? {};
    expect(parameters?.get('client_secret')).toBe(variables.OIDC_CLIENT_SECRET);
    expect(authorization).toBeUndefined();
  });

  test('without an e-mail address if userinfo of the same subject has a verified one', async () => {
    const claims = { email_verified: undefined };
    const userinfo = (sub: string, email_verified: unknown = true) => ({
      claims,
      userinfo: { sub, email, email_verified },
    });
    expect((await signIn(userinfo('subject'))).outcome).toBeNull();
    expect((await signIn(userinfo('another'))).outcome).toBe('failed');
    expect((await signIn(userinfo('subject', 'true'))).outcome).toBe('unverified_email');
    expect((await signIn({ claims, userinfo: { sub: 'subject' } })).outcome).toBe(
      'unverified_email',
    );
  });
});

test('the verified user of userinfo is signed in, not the address in the ID token', async () => {
  const other = await stack.user();
  const userinfo = {
    sub: `subject of ${other}`,
    email: (await stack.row(other))['email'],
    email_verified: true,
  };
  const claims = { email, email_verified: undefined, sub: userinfo.sub };
  expect((await signIn({ claims, userinfo })).session).toBe(true);
  const sessions = await stack.query(
    'select email from sessions join users on users.id = user_id where email = any ($1)',
    [[email, userinfo.email]],
  );
  expect(sessions).toEqual([{ email: userinfo.email }]);
});

describe('an ID token is refused', () => {
  test.each([
    ['the wrong nonce', { nonce: 'another' }, 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
    ['no nonce', { nonce: undefined }, 'OAUTH_INVALID_RESPONSE'],
    ['the wrong audience', { aud: 'another' }, 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
    [
      'an additional audience',
      { aud: ['settings-page', 'x'], azp: 'x' },
      'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
    ],
    ['the wrong issuer', { iss: 'http://127.0.0.1:1' }, 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
    ['no subject', { sub: undefined }, 'OAUTH_INVALID_RESPONSE'],
    ['a past expiry', { exp: now() - 3600 }, 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED'],
    ['no end', { exp: undefined }, 'OAUTH_INVALID_RESPONSE'],
  ])('with %s', async (_, claims, code) => {
    const { outcome, session, fault } = await signIn(good(claims));
    expect([outcome, session, fault]).toEqual([
      'failed',
      false,
      `invalid response from the provider: ${code}`,
    ]);
  });

  test('with a signature by another key', async () => {
    const { outcome, session, fault } = await signIn({ ...good(), foreignKey: true });
    expect([outcome, session]).toEqual(['failed', false]);
    expect(fault).toMatch(/^invalid response from the provider: /);
  });

  test.each(['none', 'HS256'])('with the algorithm %s, even if discovery lists it', async (alg) => {
    const claims = {
      iss: variables.OIDC_ISSUER,
      aud: variables.OIDC_CLIENT_ID,
      sub: 'subject',
      iat: now(),
      exp: now() + 300,
      email,
      email_verified: true,
    };
    const browser = new Browser();
    issuer.behaviour = { discovery: { id_token_signing_alg_values_supported: [alg, 'RS256'] } };
    const { location } = await browser.visit(`${stack.origin}/auth/login`);
    const sent = new URL(location ?? '').searchParams;
    const parts = [{ alg }, { ...claims, nonce: sent.get('nonce') }].map(encoded);
    issuer.behaviour.idToken = `${parts.join('.')}.${alg === 'none' ? '' : 'c2lnbmF0dXJl'}`;
    const url = `${stack.origin}/auth/callback?code=code&state=${sent.get('state')}`;
    const end = await browser.visit(url);
    expect(end.headers.get('location')).toBe('/settings?sign_in=failed');
  });

  test.each([
    ['false', false],
    ['"true" as text', 'true'],
    ['1', 1],
    ['null', null],
  ])('if email_verified is %s', async (_, email_verified) => {
    const { outcome, session } = await signIn(good({ email_verified }));
    expect([outcome, session]).toEqual(['unverified_email', false]);
  });

  test('if it is missing', async () => {
    const body = JSON.stringify({ access_token: 'a', token_type: 'Bearer' });
    expect((await signIn({ token: { status: 200, body } })).outcome).toBe('failed');
  });
});

describe('when the provider fails', () => {
  const SECRET = 'secret-text-of-the-provider';

  test.each([
    [
      'a known error of the token endpoint is logged',
      { status: 400, body: JSON.stringify({ error: 'invalid_grant', error_description: SECRET }) },
      'the provider refused the code: invalid_grant',
    ],
    [
      'an unknown error is not logged',
      { status: 400, body: JSON.stringify({ error: SECRET }) },
      'the provider refused the code: another error',
    ],
    [
      'a refused client secret is logged',
      {
        status: 401,
        headers: { 'www-authenticate': `Basic realm="${SECRET}"` },
        body: JSON.stringify({ error: 'invalid_client' }),
      },
      'the provider refused our credentials',
    ],
    [
      'an invalid response is not logged',
      { status: 200, body: SECRET },
      'invalid response from the provider: OAUTH_PARSE_ERROR',
    ],
    [
      'a redirect is not followed',
      { status: 307, headers: { location: '/userinfo' }, body: SECRET },
      'invalid response from the provider: OAUTH_RESPONSE_IS_NOT_CONFORM',
    ],
  ])('%s', async (_, token, reason) => {
    const { length } = stack.logs;
    const { outcome, fault } = await signIn({ token });
    expect([outcome, fault]).toEqual(['failed', reason]);
    expect(stack.logs.slice(length).join('\n')).not.toContain(SECRET);
  });

  test('the error in a callback is logged in our words', async () => {
    const { outcome, fault } = await signIn({}, `error=${SECRET}&error_description=${SECRET}`);
    expect([outcome, fault]).toEqual(['failed', 'the provider refused the sign-in']);
  });

  test.each(['/token', '/jwks'])('the wait for %s ends after a time limit', async (hangs) => {
    const { outcome, fault } = await signIn({ ...good(), hangs });
    expect([outcome, fault]).toEqual(['failed', 'the provider did not respond in time']);
  });

  test('access_denied means that the user cancelled', async () => {
    expect((await signIn({}, 'error=access_denied')).outcome).toBe('cancelled');
  });

  test.each([
    ['is of another issuer', { issuer: 'https://elsewhere.example' }],
    ['has a script as authorization endpoint', { authorization_endpoint: 'javascript:alert(1)' }],
    ['has no authorization endpoint', { authorization_endpoint: null }],
  ])('a discovery document that %s redirects nobody', async (_, discovery) => {
    issuer.behaviour = { discovery };
    const { headers } = await new Browser().visit(`${stack.origin}/auth/login`);
    expect(headers.get('location')).toBe('/settings?sign_in=failed');
  });
});

test('a code of the maximum URL length does no harm', async () => {
  const code = randomBytes(6000).toString('hex');
  const { outcome } = await signIn(
    { token: { status: 400, body: '{"error":"invalid_grant"}' } },
    `code=${code}`,
  );
  expect(outcome).toBe('failed');
});

describe('the provider gets no request', () => {
  /**
   * Begins a sign-in. Returns a function that visits its callback, and the provider requests of
   * each visit.
   */
  async function begin(on = stack, address = '192.0.2.1') {
    issuer.behaviour = good();
    const browser = new Browser();
    const { location } = await browser.visit(`${on.origin}/auth/login`, {
      headers: { 'cf-connecting-ip': address },
    });
    const sent = new URL(location ?? '').searchParams;
    issuer.nonce = sent.get('nonce') ?? '';
    const cookies = new Map(browser.jar(on.origin));
    return async (state = sent.get('state'), headers = {}) => {
      browser.cookies.set(on.origin, new Map(cookies));
      const before = issuer.requests;
      const url = `${on.origin}/auth/callback?code=code&state=${state}`;
      const end = await browser.visit(url, { headers });
      return [end.headers.get('location'), issuer.requests - before];
    };
  }

  test('when a callback is repeated with its cookie', async () => {
    const callBack = await begin();
    expect(await callBack()).toEqual(['/settings', expect.toSatisfy((n: number) => n > 0)]);
    for (let i = 0; i < 3; i++) expect(await callBack()).toEqual(['/settings?sign_in=failed', 0]);
  });

  test('when the callback does not match its cookie', async () => {
    const callBack = await begin();
    for (const state of ['another', '']) {
      expect(await callBack(state)).toEqual(['/settings?sign_in=failed', 0]);
    }
    expect(await callBack()).toEqual(['/settings', expect.anything()]);
  });

  test('after too many callbacks from one address; other addresses can still sign in', async () => {
    await limited.query('insert into users (email) values ($1)', [email]);
    const from = (address: string) => ({ 'cf-connecting-ip': address });
    await inOneWindow(async () => {
      for (let i = 0; i < QUOTA; i++) {
        const callBack = await begin(limited, `192.0.2.${i}`);
        expect(await callBack(undefined, from('198.51.100.1'))).toEqual([
          '/settings',
          expect.anything(),
        ]);
      }
      const callBack = await begin(limited, '192.0.2.100');
      expect(await callBack(undefined, from('198.51.100.1'))).toEqual([
        '/settings?sign_in=unavailable',
        0,
      ]);
    });
    const callBack = await begin(limited, '192.0.2.101');
    expect(await callBack(undefined, from('198.51.100.2'))).toEqual([
      '/settings',
      expect.anything(),
    ]);
  });
});
