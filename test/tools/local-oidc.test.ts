import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalOidc, startLocalOidc } from '../../tools/local-oidc/index.ts';
import { Browser } from '../support/oidc-browser.ts';
import { ambiguousHosts, loopbackHosts, otherHosts, sendRaw } from '../support/raw-http.ts';

// The provider of npm start asks for no password, so it must refuse requests of other pages.

const CALLBACKS = ['localhost', '127.0.0.1'].map((host) => `http://${host}:8787/auth/callback`);
const VERIFIER = 'v'.repeat(43);
const DISCOVERY = '/.well-known/openid-configuration';
let oidc: LocalOidc;

beforeAll(async () => {
  oidc = await startLocalOidc({
    port: 0,
    clientId: 'settings-page',
    clientSecret: 'secret',
    redirectUris: CALLBACKS,
    users: async () => [{ id: 'demo', email: 'demo@example.com', name: 'Demo' }],
  });
});
afterAll(() => oidc?.close());

const authorization = (parameters: Record<string, string> = {}) =>
  `${oidc.issuer}/auth?${new URLSearchParams({
    client_id: 'settings-page',
    response_type: 'code',
    scope: 'openid email',
    redirect_uri: CALLBACKS[0] ?? '',
    state: 's',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  })}`;

/** The headers of a browser that follows a link from another page. */
const NAVIGATION = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'document' };

/** Returns a browser at the sign-in page. */
async function atForm() {
  const browser = new Browser();
  const first = await browser.visit(authorization(), { headers: NAVIGATION });
  const page = await browser.visit(first.location ?? '', { headers: NAVIGATION });
  expect(page.text).toContain('<form method="post">');
  const press = (headers: Record<string, string>) =>
    browser.visit(first.location ?? '', {
      method: 'POST',
      headers,
      body: new URLSearchParams({ user: 'demo' }),
    });
  return { browser, page, press };
}

/** Returns the end of a sign-in: the code of the callback, or the provider's other response. */
async function outcome(browser: Browser, pressed: { status: number; location: string | null }) {
  if (pressed.location === null) return pressed.status;
  const end = await browser.follow(pressed.location, CALLBACKS[0]);
  return new URL(end.location ?? 'none:').searchParams.has('code') ? 'signed in' : end.status;
}

describe('the host', () => {
  const paths = [DISCOVERY, '/auth', '/interaction/x', '/nowhere'];

  test.each(loopbackHosts(4445))('%j is accepted', async (host) => {
    const response = await sendRaw(oidc.issuer, [`GET ${DISCOVERY} HTTP/1.1`, `Host: ${host}`]);
    expect(response.status).toBe(200);
  });

  test.each(otherHosts(4445))('%j is refused everywhere', async (host) => {
    for (const path of paths) {
      const response = await sendRaw(oidc.issuer, [`GET ${path} HTTP/1.1`, `Host: ${host}`]);
      expect([response.status, response.headers.get('location')]).toEqual([421, undefined]);
    }
  });

  test.each(ambiguousHosts('GET', DISCOVERY))('%j is refused', async (...head) => {
    expect((await sendRaw(oidc.issuer, head as [string, ...string[]])).status).toBe(421);
  });
});

describe('the form', () => {
  const sent: [string, () => Record<string, string>][] = [
    ['Origin and Sec-Fetch-Site', () => ({ origin: oidc.issuer, 'sec-fetch-site': 'same-origin' })],
    ['Origin, from a browser without Sec-Fetch-Site', () => ({ origin: oidc.issuer })],
  ];
  test.each(sent)('is accepted from its own page, with %s', async (_headers, headers) => {
    const { browser, press } = await atForm();
    expect(await outcome(browser, await press(headers()))).toBe('signed in');
  });

  const otherPort = () => `http://127.0.0.1:${oidc.port + 1}`;
  const foreign: [string, () => Record<string, string>][] = [
    ['another site', () => ({ origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' })],
    ['another site, with only Origin', () => ({ origin: 'http://evil.example' })],
    ['another site, with only Sec-Fetch-Site', () => ({ 'sec-fetch-site': 'cross-site' })],
    ['another port', () => ({ origin: otherPort(), 'sec-fetch-site': 'same-site' })],
    ['another port, with only Origin', () => ({ origin: otherPort() })],
    ['https', () => ({ origin: oidc.issuer.replace('http:', 'https:') })],
    ['localhost', () => ({ origin: `http://localhost:${oidc.port}` })],
    ['a sandbox', () => ({ origin: 'null', 'sec-fetch-site': 'cross-site' })],
    ['a sandbox, with only Origin', () => ({ origin: 'null' })],
    ['nowhere', () => ({ 'sec-fetch-site': 'none' })],
    ['a navigation', () => ({ ...NAVIGATION })],
    ['both', () => ({ origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' })],
  ];
  test.each(foreign)(
    'is refused from %s, and still accepted from its own page',
    async (_page, headers) => {
      const { browser, press } = await atForm();
      expect(await outcome(browser, await press(headers()))).toBe(403);
      expect(await outcome(browser, await press({ origin: oidc.issuer }))).toBe('signed in');
    },
  );

  test('cannot be framed, and its referrer policy hides its address but not its origin', async () => {
    const { page } = await atForm();
    const { text } = await new Browser().visit(authorization({ client_id: 'other' }));
    expect(text).toContain('invalid_client');
    for (const { headers } of [page, await new Browser().visit(authorization({ scope: 'x' }))]) {
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      // With no-referrer, browsers would send the form with `Origin: null`.
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });
});

describe('a sign-in', () => {
  test('can be opened from any page, but only in a tab', async () => {
    const statusOf = async (init: RequestInit) =>
      (await new Browser().visit(authorization(), init)).status;
    expect(await statusOf({ headers: NAVIGATION })).toBe(303);
    for (const headers of [
      { ...NAVIGATION, 'Sec-Fetch-Dest': 'iframe' },
      { ...NAVIGATION, 'Sec-Fetch-Dest': 'object' },
      { ...NAVIGATION, 'Sec-Fetch-Dest': 'image' },
      { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Dest': 'empty' },
      { ...NAVIGATION, Origin: 'null' },
    ]) {
      expect([headers, await statusOf({ headers })]).toEqual([headers, 403]);
    }
    const posted = { method: 'POST', body: new URL(authorization()).searchParams };
    expect(await statusOf({ ...posted, headers: NAVIGATION })).toBe(403);
  });

  test.each([{ prompt: 'none' }, { prompt: 'none', login_hint: 'demo' }, { login_hint: 'demo' }])(
    'with %j ends without a code, even right after another sign-in',
    async (parameters) => {
      const { browser, press } = await atForm();
      const pressed = await press({ origin: oidc.issuer });
      expect(await outcome(browser, pressed)).toBe('signed in');
      const { location } = await browser.visit(authorization(parameters), { headers: NAVIGATION });
      expect(new URL(location ?? '').searchParams.has('code')).toBe(false);
    },
  );

  test.each([
    'http://localhost:8787/auth/callback/',
    'http://localhost:8787/auth/callback?x',
    'http://localhost:8787/auth/callback#x',
    'http://localhost:8787/auth/callback/../callback',
    'http://localhost:8787/auth/Callback',
    'http://localhost:8787/',
    'http://localhost:8788/auth/callback',
    'http://localhost/auth/callback',
    'http://LOCALHOST:8787/auth/callback',
    'http://localhost.:8787/auth/callback',
    'http://[::1]:8787/auth/callback',
    'http://x@localhost:8787/auth/callback',
    'http://localhost:8787@evil.example/auth/callback',
    'https://localhost:8787/auth/callback',
    'http://evil.example/auth/callback',
    'javascript:alert(1)',
    '',
  ])('never goes back to %j', async (redirect_uri) => {
    const { status, location } = await new Browser().visit(authorization({ redirect_uri }));
    expect([status, location]).toEqual([400, null]);
  });
});

describe('endpoints that only the Worker needs', () => {
  test.each([DISCOVERY, '/jwks', '/token', '/me', '/.well-known/oauth-authorization-server'])(
    '%s is not readable for pages, and allows no preflight',
    async (path) => {
      const headers = { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST' };
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const response = await fetch(oidc.issuer + path, { method, headers });
        expect([method, response.status]).toEqual([method, 403]);
        expect([...response.headers.keys()].join()).not.toContain('access-control-');
      }
    },
  );

  test('is readable for a program', async () => {
    for (const path of [DISCOVERY, '/jwks'])
      expect((await fetch(oidc.issuer + path)).status).toBe(200);
  });
});
