import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalOidc, type LocalUser, startLocalOidc } from '../tools/local-oidc/index.ts';
import { freePort } from '../tools/ports.ts';
import { Browser } from './support/oidc-browser.ts';
import { useStack } from './support/stack.ts';

const port = await freePort();
const vars = {
  OIDC_ISSUER: `http://127.0.0.1:${port}`,
  OIDC_CLIENT_ID: 'settings-page',
  OIDC_CLIENT_SECRET: 'a secret & a half',
  SESSION_SECRET: randomBytes(32).toString('base64url'),
};
const stack = useStack(vars);
let users: LocalUser[] = [];
let oidc: LocalOidc;

const startProvider = () =>
  startLocalOidc({
    port,
    clientId: vars.OIDC_CLIENT_ID,
    clientSecret: vars.OIDC_CLIENT_SECRET,
    redirectUris: [`${stack.origin}/auth/callback`],
    users: async () => users,
  });

beforeAll(async () => {
  oidc = await startProvider();
});
afterAll(() => oidc.close());

/** Begins to sign in: up to the page of the provider. */
async function toProvider(browser: Browser) {
  const page = await browser.follow(`${stack.origin}/auth/login`);
  expect([page.status, page.text]).toEqual([
    200,
    expect.stringContaining('Whom do you want to be'),
  ]);
  return page;
}

/** Chooses there, and goes on until the browser is sent back: the URL of the callback. */
async function choose(browser: Browser, page: { url: string }, choice: Record<string, string>) {
  const body = new URLSearchParams(choice);
  const { location } = await browser.visit(page.url, { method: 'POST', body });
  const end = await browser.follow(location ?? '', `${stack.origin}/auth/callback`);
  return end.location ?? '';
}

async function signIn(user: Partial<LocalUser>, browser = new Browser()) {
  users = [{ id: 'subject', email: '', name: 'Somebody', ...user }];
  const callback = await choose(browser, await toProvider(browser), { user: 'subject' });
  return { browser, callback, end: await browser.visit(callback) };
}

describe('signing in', () => {
  test('smoke', async () => {
    const email = 'Someone@example.com';
    await stack.user({ email, first_name: 'Some' });
    const { browser, end } = await signIn({ email: 'someone@EXAMPLE.com' });
    expect([end.status, end.location]).toEqual([303, `${stack.origin}/settings`]);
    console.log(end.headers.getSetCookie(), stack.logs);
    const me = await browser.visit(`${stack.origin}/auth/session`);
    console.log(me.text);
  });
});
