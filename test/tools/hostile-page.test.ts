import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type LocalNeon, startLocalNeon } from '../../tools/local-neon/index.ts';
import { type LocalOidc, startLocalOidc } from '../../tools/local-oidc/index.ts';
import { PAGE_TIMEOUT_MS, useBrowser } from '../support/browser.ts';
import { sql } from './local-neon/http.ts';

// A page of another origin that a developer visits cannot do anything to the local stack.

/** A domain that its owner made resolve to the visitor's machine (DNS rebinding). */
const REBOUND = 'rebound.example';
const CALLBACK = 'http://localhost:8787/auth/callback';

const browser = useBrowser([`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`]);
const database = `${inject('postgresUrl')}/postgres`;
/** The headers of the driver with the correct login, as if the page knew it. */
const LOGIN = { 'Neon-Connection-String': database };
const WRITE = JSON.stringify({ query: 'insert into hostile_page default values' });

const hostile = createServer((_, response) =>
  response.setHeader('content-type', 'text/html').end('<title>hostile</title>'),
);
let neon: LocalNeon;
let oidc: LocalOidc;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  await new Promise<void>((done) => hostile.listen(0, '127.0.0.1', done));
  const { hostname, port } = new URL(database);
  neon = await startLocalNeon({ upstream: { host: hostname, port: Number(port) }, port: 0 });
  await sql(neon.url, 'create table hostile_page (id serial)', [], LOGIN);
  oidc = await startLocalOidc({
    port: 0,
    clientId: 'settings-page',
    clientSecret: 'secret',
    redirectUris: [CALLBACK],
    users: async () => [{ id: 'demo', email: 'demo@example.com', name: 'Demo' }],
  });
});

afterAll(async () => {
  hostile.close();
  await sql(neon.url, 'drop table hostile_page', [], LOGIN);
  await neon.close();
  await oidc.close();
});

beforeEach(async () => {
  context = await browser().newContext();
  page = await context.newPage();
  page.setDefaultTimeout(PAGE_TIMEOUT_MS);
});
afterEach(() => context.close());

/**
 * Returns the URL of a page of another site than the local stack (localhost), or of the same one
 * (127.0.0.1).
 */
const visit = (host: 'localhost' | '127.0.0.1') =>
  page.goto(`http://${host}:${(hostile.address() as AddressInfo).port}/`);

/** The parts of a `RequestInit` that can be passed to a page. */
interface Init {
  method?: string;
  mode?: RequestMode;
  credentials?: RequestCredentials;
  headers?: Record<string, string>;
  body?: string;
}

/** Runs a fetch in the page. Returns its status, or the failure. */
const fetchInPage = (url: string, init: Init = {}) =>
  page.evaluate(
    ([url, init]) =>
      fetch(url, init).then(
        ({ status, type }) => ({ status, type }),
        ({ name }: Error) => name,
      ),
    [url, init] as const,
  );

/** Sends a form from the page to another server. Returns the status and the page of the response. */
async function submitForm(action: string, enctype: string, fields: Record<string, string>) {
  const came = page.waitForResponse((response) => response.url() === action);
  await page.setContent(
    `<form method="post" action="${action}" enctype="${enctype}">${Object.keys(fields)
      .map((name) => `<input name='${name}'>`)
      .join('')}<button>x</button></form>`,
  );
  for (const [i, value] of Object.values(fields).entries())
    await page.locator('input').nth(i).fill(value);
  await page.locator('button').click();
  const response = await came;
  return { status: response.status(), text: await response.text() };
}

describe('the local Neon', () => {
  afterEach(async () => {
    const { body } = await sql(neon.url, 'select count(*)::int as n from hostile_page', [], LOGIN);
    expect(body.rows).toEqual([{ n: 0 }]);
  });

  test.each(['localhost', '127.0.0.1'] as const)(
    'refuses a page on another port of %s',
    async (host) => {
      await visit(host);
      const post = { method: 'POST', body: WRITE };
      expect(await fetchInPage(neon.url, { ...post, headers: LOGIN })).toBe('TypeError');
      expect(await fetchInPage(neon.url, post)).toBe('TypeError');
      expect(await fetchInPage(neon.url)).toBe('TypeError');
      expect(await fetchInPage(neon.url, { ...post, mode: 'no-cors' })).toEqual({
        status: 0,
        type: 'opaque',
      });
    },
  );

  test('refuses a form', async () => {
    await visit('localhost');
    const { status, text } = await submitForm(neon.url, 'text/plain', { query: 'select 1' });
    expect([status, JSON.parse(text).message]).toEqual([
      403,
      expect.stringContaining('browsers are not allowed'),
    ]);
  });

  test('refuses a page whose domain resolves to this machine', async () => {
    const rebound = neon.url.replace('127.0.0.1', REBOUND);
    expect((await page.goto(rebound))?.status()).toBe(421);
    const init = { method: 'POST', body: WRITE, headers: LOGIN };
    expect(await fetchInPage(rebound, init)).toEqual({ status: 421, type: 'basic' });
  });

  test('refuses its own address in a tab, and says what to do', async () => {
    expect((await page.goto(neon.url))?.status()).toBe(403);
    expect(await page.textContent('body')).toContain('send the request from a server or a script');
  });
});

describe('the local OpenID provider', () => {
  const authorization = () =>
    `${oidc.issuer}/auth?${new URLSearchParams({
      client_id: 'settings-page',
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: CALLBACK,
      code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
      code_challenge_method: 'S256',
    })}`;

  /** Opens a tab with the sign-in page, as the Settings page does. */
  async function signInTab(): Promise<Page> {
    const tab = await context.newPage();
    tab.setDefaultTimeout(PAGE_TIMEOUT_MS);
    await tab.goto(authorization());
    return tab;
  }

  /** Presses the button, and waits for the request to the callback, where nothing listens. */
  async function signInOn(tab: Page): Promise<void> {
    const called = tab.waitForRequest(`${CALLBACK}?code=**`);
    await tab.getByRole('button', { name: 'Demo' }).click();
    await called;
  }

  test('signs in the user who presses its button', async () => {
    const tab = await signInTab();
    await signInOn(tab);
  });

  test.each(['localhost', '127.0.0.1'] as const)(
    'refuses its form from a page on another port of %s that knows the address',
    async (host) => {
      const tab = await signInTab();
      await visit(host);
      const form = 'application/x-www-form-urlencoded';
      const sent = await submitForm(tab.url(), form, { user: 'demo' });
      expect([sent.status, sent.text]).toEqual([403, expect.stringContaining('refused')]);
      await visit(host);
      const body = new URLSearchParams({ user: 'demo' }).toString();
      const headers = { 'content-type': form };
      const init: Init = { method: 'POST', mode: 'no-cors', credentials: 'include' };
      await fetchInPage(tab.url(), { ...init, body, headers });
      await tab.reload(); // The sign-in is still open.
      await signInOn(tab);
    },
  );

  test('cannot be framed', async () => {
    await visit('127.0.0.1');
    const tab = await signInTab();
    for (const url of [authorization(), tab.url(), `${oidc.issuer}/auth`]) {
      await page.setContent(`<iframe src="${url}"></iframe>`);
      await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
    }
  });

  test.each(['/.well-known/openid-configuration', '/jwks', '/auth', '/token'])(
    'does not let other pages read %s',
    async (path) => {
      await visit('127.0.0.1');
      expect(await fetchInPage(oidc.issuer + path)).toBe('TypeError');
    },
  );

  test('refuses a page whose domain resolves to this machine', async () => {
    const rebound = authorization().replace('127.0.0.1', REBOUND);
    expect((await page.goto(rebound))?.status()).toBe(421);
  });
});
