import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import { type LocalOidc, startLocalOidc } from '../../tools/local-oidc/index.ts';
import type { LocalUser } from '../../tools/local-oidc/options.ts';
import { freePort } from '../../tools/ports.ts';
import { fetchResponse } from './contract.ts';
import { Browser } from './oidc-browser.ts';
import type { Stack } from './stack.ts';

/** Returns the sign-in variables, for a provider that will listen on this machine. */
export async function signInVariables() {
  return {
    OIDC_ISSUER: `http://127.0.0.1:${await freePort()}`,
    OIDC_CLIENT_ID: 'settings-page',
    OIDC_CLIENT_SECRET: 'a secret & a half',
    SESSION_SECRET: randomBytes(32).toString('base64url'),
    OIDC_APP_CLIENT_IDS: 'demo-app',
  };
}

/** Where the provider sends the browser back to the app. */
export const APP_CALLBACK = 'com.example.app:/signed-in';

/** The local provider as `npm start` runs it, and the users who sign in there. */
export class People {
  /** The users of the provider. */
  users: LocalUser[] = [];
  readonly #stack: Stack;
  readonly #variables: Awaited<ReturnType<typeof signInVariables>>;
  #oidc: LocalOidc | undefined;

  constructor(stack: Stack, variables: Awaited<ReturnType<typeof signInVariables>>) {
    this.#stack = stack;
    this.#variables = variables;
  }

  async open(): Promise<void> {
    this.#oidc = await startLocalOidc({
      port: Number(new URL(this.#variables.OIDC_ISSUER).port),
      clientId: this.#variables.OIDC_CLIENT_ID,
      clientSecret: this.#variables.OIDC_CLIENT_SECRET,
      redirectUris: [`${this.#stack.origin}/auth/callback`],
      apps: [{ clientId: this.#variables.OIDC_APP_CLIENT_IDS, redirectUris: [APP_CALLBACK] }],
      users: async () => this.users,
    });
  }

  async close(): Promise<void> {
    await this.#oidc?.close();
  }

  /** Begins a sign-in and follows redirects to the page of the provider. */
  async toProvider(browser: Browser) {
    const page = await browser.follow(`${this.#stack.origin}/auth/login`);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Sign in')]);
    return page;
  }

  /** Presses a button on the provider's page and follows redirects. Returns the URL of the callback. */
  async press(
    browser: Browser,
    page: { url: string },
    button: Record<string, string>,
    callback = `${this.#stack.origin}/auth/callback`,
  ) {
    const body = new URLSearchParams(button);
    const headers = { origin: new URL(page.url).origin };
    const { location } = await browser.visit(page.url, { method: 'POST', headers, body });
    const end = await browser.follow(location ?? '', callback);
    return end.location ?? '';
  }

  /** Signs a user in at the provider, and follows redirects to the end. */
  async signIn(user: Partial<LocalUser>, browser = new Browser()) {
    const email = user.email ?? 'x@example.com';
    const id = user.id ?? `subject of ${email}`;
    this.users = [{ name: 'Somebody', ...user, id, email }];
    const page = await this.toProvider(browser);
    const callback = await this.press(browser, page, { user: id });
    return { browser, callback, end: await browser.visit(callback) };
  }

  /** Signs a user in at the provider in the app. Returns the ID token that the app gets. */
  async idToken(user: Pick<LocalUser, 'id' | 'email'>): Promise<string> {
    this.users = [{ name: 'Somebody', ...user }];
    const { OIDC_ISSUER: issuer, OIDC_APP_CLIENT_IDS: client_id } = this.#variables;
    const code_verifier = randomBytes(32).toString('base64url');
    const request = {
      ...{ client_id, redirect_uri: APP_CALLBACK, response_type: 'code', scope: 'openid email' },
      claims: '{"id_token":{"email":null,"email_verified":null}}',
      code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    const browser = new Browser();
    const page = await browser.follow(`${issuer}/auth?${new URLSearchParams(request)}`);
    const end = await this.press(browser, page, { user: user.id }, APP_CALLBACK);
    const code = new URL(end).searchParams.get('code') ?? '';
    const { body } = await fetchResponse(`${issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', client_id, redirect_uri: APP_CALLBACK },
        ...{ code, code_verifier },
      }),
    });
    return body.id_token;
  }

  /** Creates a user and signs them in. */
  async signedIn(columns: Record<string, unknown> = {}) {
    const id = await this.#stack.user(columns);
    const { email } = await this.#stack.row(id);
    const { browser, callback, end } = await this.signIn({ email: String(email) });
    expect(end.location).toBe(`${this.#stack.origin}/settings`);
    return { id, email: String(email), browser, callback, cookie: cookieOf(end.headers) };
  }
}

/** Returns the session's cookie as a `Cookie` header, or an empty string. */
export const cookieOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .find((line) => line.startsWith('__Host-session='))
    ?.split(';')[0] ?? '';

/** Opens the provider for the tests of this file. */
export function usePeople(
  stack: Stack,
  variables: Awaited<ReturnType<typeof signInVariables>>,
): People {
  const people = new People(stack, variables);
  beforeAll(() => people.open());
  afterAll(() => people.close());
  return people;
}
