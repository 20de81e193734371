import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { checkResponse } from '../support/contract.ts';
import { FOREIGN_SOURCES } from '../support/foreign-sources.ts';
import { Browser, type Visit } from '../support/oidc-browser.ts';
import { cookieOf, signInVariables, usePeople } from '../support/oidc-people.ts';
import { overtaken } from '../support/overtaken.ts';
import { useStack } from '../support/stack.ts';

const variables = await signInVariables();
const stack = useStack(variables);
const people = usePeople(stack, variables);

const settings = (outcome?: string) =>
  `${stack.origin}/settings${outcome ? `?sign_in=${outcome}` : ''}`;
const sessionsOf = (userId: string) =>
  stack.query<{ id: string; expires_at: Date }>('select * from sessions where user_id = $1', [
    userId,
  ]);
const whoAmI = (cookie: string) => stack.fetch('/auth/session', { headers: { cookie } });
/** Returns the name of the sign-in cookie that belongs to a URL. */
const attemptOf = (url: string | null) =>
  `__Host-sign-in-${new URL(url ?? '').searchParams.get('state')?.slice(0, 8)}`;
const gone = (name: string) => `${name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`;
const logout = (headers: Record<string, string>) =>
  stack.fetch('/auth/logout', { method: 'POST', headers, redirect: 'manual' });

/**
 * Expects that a sign-in ended without a session, and returns where. `callback`: of the attempt
 * whose cookie was deleted.
 */
function noSession(end: Visit, callback?: string): string | null {
  expect([end.status, cookieOf(end.headers)]).toEqual([303, '']);
  expect(end.headers.getSetCookie()).toEqual(callback ? [gone(attemptOf(callback))] : []);
  return end.location;
}

/** Returns how many requests to the database an action makes. */
async function databaseRequests(act: () => Promise<unknown>): Promise<number> {
  const before = stack.database.requests;
  await act();
  return stack.database.requests - before;
}

describe('signing in', () => {
  test('redirects to the provider with state, nonce and PKCE, bound to the browser by a cookie', async () => {
    const { status, location, headers } = await new Browser().visit(`${stack.origin}/auth/login`);
    const { origin, searchParams } = new URL(location ?? '');
    expect([status, origin]).toEqual([302, variables.OIDC_ISSUER]);
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: variables.OIDC_CLIENT_ID,
      redirect_uri: `${stack.origin}/auth/callback`,
      scope: 'openid email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-sign-in-[\w-]{8}=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/,
      ),
    ]);
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
  });

  test('ends at the Settings page with a session of 12 hours', async () => {
    const id = await stack.user({
      email: 'Ada@example.com',
      first_name: 'Ada',
      is_superuser: true,
    });
    const { browser, callback, end } = await people.signIn({ email: 'ada@EXAMPLE.com' });
    expect([end.status, end.location, end.text]).toEqual([303, settings(), '']);
    expect(end.headers.get('location')).toBe('/settings');
    expect(end.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-session=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=43200$/,
      ),
      gone(attemptOf(callback)),
    ]);
    const [session] = await sessionsOf(id);
    const hours = (Number(session?.expires_at) - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(12, 1);

    const me = await browser.visit(`${stack.origin}/auth/session`);
    expect([me.status, JSON.parse(me.text)]).toEqual([
      200,
      {
        message: 'Data retrieved successfully',
        meta: {},
        data: {
          email: 'Ada@example.com',
          first_name: 'Ada',
          is_superuser: true,
          scopes: [
            'user:read',
            'user:write',
            'account:write',
            'billing:write',
            'users:all',
            'users:manage',
            'keys:write',
            'webhooks:write',
          ],
          expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
        },
      },
    ]);
  });

  test('returns the scopes of an ordinary user to an ordinary user', async () => {
    const { cookie } = await people.signedIn();
    expect((await whoAmI(cookie)).body.data.scopes).toEqual([
      'user:read',
      'user:write',
      'keys:write',
      'webhooks:write',
    ]);
  });

  test('asks for the account each time, so that users can switch', async () => {
    const { browser } = await people.signedIn({ email: 'first@example.com' });
    await stack.user({ email: 'second@example.com' });
    await people.signIn({ id: 'subject', email: 'second@example.com' }, browser);
    const me = await browser.visit(`${stack.origin}/auth/session`);
    expect(JSON.parse(me.text).data.email).toBe('second@example.com');
  });

  test('deletes the expired sessions of the user, and no others', async () => {
    const id = await stack.user({ email: 'often@example.com' });
    const other = await stack.user();
    for (const user of [id, other])
      await stack.query(
        `insert into sessions (id, user_id, expires_at) values (gen_random_uuid(), $1, now())`,
        [user],
      );
    await people.signIn({ email: 'often@example.com' });
    await people.signIn({ email: 'often@example.com' });
    expect([(await sessionsOf(id)).length, (await sessionsOf(other)).length]).toEqual([2, 1]);
  });

  test('ignores a given return address', async () => {
    const elsewhere = 'https://elsewhere.example/';
    const names = ['redirect_uri', 'return_to', 'next', 'url', 'redirect', 'continue'];
    const query = new URLSearchParams(names.map((name) => [name, elsewhere]));
    const { location } = await new Browser().visit(`${stack.origin}/auth/login?${query}`);
    expect(location).not.toContain('elsewhere');
    const end = await new Browser().visit(`${stack.origin}/auth/callback?${query}`);
    expect(end.headers.get('location')).toBe('/settings?sign_in=failed');
  });
});

describe('no session is created', () => {
  const countSessions = async () =>
    (await stack.query<{ n: number }>('select count(*)::int as n from sessions'))[0]?.n;
  const countUsers = async () =>
    (await stack.query<{ n: number }>('select count(*)::int as n from users'))[0]?.n;

  test('for an unknown person, and no user is created', async () => {
    const before = [await countUsers(), await countSessions()];
    const { end, callback } = await people.signIn({ email: 'nobody@example.com' });
    expect(noSession(end, callback)).toBe(settings('unknown_user'));
    expect([await countUsers(), await countSessions()]).toEqual(before);
  });

  test('with an e-mail address that the provider has not verified', async () => {
    const id = await stack.user({ email: 'unverified@example.com' });
    const { end, callback } = await people.signIn({
      email: 'unverified@example.com',
      emailVerified: false,
    });
    expect(noSession(end, callback)).toBe(settings('unverified_email'));
    expect(await sessionsOf(id)).toEqual([]);
  });

  test('for an inactive user', async () => {
    const id = await stack.user({ email: 'inactive@example.com', is_active: false });
    const { end, callback } = await people.signIn({ email: 'inactive@example.com' });
    expect(noSession(end, callback)).toBe(settings('inactive_user'));
    expect(await sessionsOf(id)).toEqual([]);
  });

  test('for a user who is deactivated at the same moment', async () => {
    const id = await stack.user({ email: 'overtaken@example.com' });
    const meanwhile = `update users set is_active = false where id = '${id}'`;
    const { end, callback } = await overtaken(stack, { holds: 'users', id, meanwhile }, () =>
      people.signIn({ email: 'overtaken@example.com' }),
    );
    expect(noSession(end, callback)).toBe(settings('inactive_user'));
    expect(await sessionsOf(id)).toEqual([]);
  });

  test('with an address that equals the one of a user only after lower()', async () => {
    await stack.user({ email: 'kate@example.com' });
    const { end, callback } = await people.signIn({ email: '\u212aate@example.com' }); // The Kelvin sign, whose lower case is an ASCII k.
    expect(noSession(end, callback)).toBe(settings('unknown_user'));
  });

  test('when the user cancels', async () => {
    const browser = new Browser();
    const page = await people.toProvider(browser);
    const callback = await people.press(browser, page, { cancel: '1' });
    expect(noSession(await browser.visit(callback), callback)).toBe(settings('cancelled'));
  });

  test('with the state of another sign-in, whatever its result', async () => {
    for (const parameters of ['code=x', 'error=access_denied']) {
      const browser = new Browser();
      await browser.visit(`${stack.origin}/auth/login`);
      const iss = encodeURIComponent(variables.OIDC_ISSUER);
      const url = `${stack.origin}/auth/callback?${parameters}&state=x&iss=${iss}`;
      expect(noSession(await browser.visit(url))).toBe(settings('failed'));
    }
  });

  test('in another browser', async () => {
    const browser = new Browser();
    const { email } = await stack.row(await stack.user());
    people.users = [{ id: 'subject', email: String(email), name: 'n' }];
    const page = await people.toProvider(browser);
    const callback = await people.press(browser, page, { user: 'subject' });
    const other = new Browser();
    expect(noSession(await other.visit(callback))).toBe(settings('failed'));
    await other.visit(`${stack.origin}/auth/login`);
    expect(noSession(await other.visit(callback))).toBe(settings('failed'));
  });

  test('from a callback that was used before, even with its cookie', async () => {
    const browser = new Browser();
    const { email } = await stack.row(await stack.user());
    people.users = [{ id: 'subject', email: String(email), name: 'n' }];
    const page = await people.toProvider(browser);
    const callback = await people.press(browser, page, { user: 'subject' });
    const cookies = new Map(browser.jar(stack.origin));
    expect((await browser.visit(callback)).location).toBe(settings());
    expect(noSession(await browser.visit(callback))).toBe(settings('failed'));
    browser.cookies.set(stack.origin, cookies);
    expect(noSession(await browser.visit(callback))).toBe(settings('failed'));
  });

  test('while the provider is down', async () => {
    const browser = new Browser();
    const page = await people.toProvider(browser);
    const callback = await people.press(browser, page, { cancel: '1' });
    await people.close();
    try {
      expect(noSession(await browser.visit(callback), callback)).toBe(settings('failed'));
      const login = await browser.visit(`${stack.origin}/auth/login`);
      expect([login.status, login.location]).toEqual([303, settings('failed')]);
    } finally {
      await people.open();
    }
  });

  test('while the database is down', async () => {
    const { email } = await stack.row(await stack.user());
    stack.database.script = () => ({ status: 500, body: '{}' });
    const { end, callback } = await people.signIn({ email: String(email) });
    stack.database.script = () => undefined;
    expect(noSession(end, callback)).toBe(settings('failed'));
    expect(JSON.parse(stack.logs.at(-1) ?? '')).toMatchObject({ fault: 'HTTP status 500' });
  });
});

describe('sign-ins in several tabs', () => {
  const begin = async (browser: Browser, button: Record<string, string> = { user: 'subject' }) =>
    people.press(browser, await people.toProvider(browser), button);
  const attemptsIn = (browser: Browser) =>
    [...browser.jar(stack.origin).keys()].filter((name) => name.startsWith('__Host-sign-in'));
  /** Returns a browser of a user who may sign in. */
  async function person(): Promise<Browser> {
    const { email } = await stack.row(await stack.user());
    people.users = [{ id: 'subject', email: String(email), name: 'n' }];
    return new Browser();
  }

  test.each([
    ['the older first', false],
    ['the newer first', true],
  ])('all get a session, %s', async (_, reversed) => {
    const browser = await person();
    const callbacks = [await begin(browser), await begin(browser), await begin(browser)];
    for (const callback of reversed ? callbacks.reverse() : callbacks) {
      const end = await browser.visit(callback);
      expect([end.location, cookieOf(end.headers)]).toEqual([settings(), expect.any(String)]);
      expect(end.headers.getSetCookie()[1]).toBe(gone(attemptOf(callback)));
    }
    expect(attemptsIn(browser)).toEqual([]);
  });

  test.each([
    ['the older', true],
    ['the newer', false],
  ])('continue when %s is cancelled', async (_, olderFails) => {
    const browser = await person();
    const buttons = [{ cancel: '1' }, { user: 'subject' }];
    const [first, second] = olderFails ? buttons : buttons.reverse();
    const callbacks = [await begin(browser, first), await begin(browser, second)];
    const [cancelled = '', good = ''] = olderFails ? callbacks : callbacks.reverse();
    expect(noSession(await browser.visit(cancelled), cancelled)).toBe(settings('cancelled'));
    expect((await browser.visit(good)).location).toBe(settings());
  });

  test('continue when one returns after its cookie has expired', async () => {
    const browser = await person();
    const [late, good] = [await begin(browser), await begin(browser)];
    browser.jar(stack.origin).delete(attemptOf(late));
    expect(noSession(await browser.visit(late))).toBe(settings('failed'));
    expect((await browser.visit(good)).location).toBe(settings());
  });

  test('ignore a callback that belongs to none of them, and it signs nobody in', async () => {
    const browser = await person();
    const own = await begin(browser);
    const stranger = await begin(new Browser());
    const withState = (url: string, state: string | null) => {
      const changed = new URL(url);
      if (state === null) changed.searchParams.delete('state');
      else changed.searchParams.set('state', state);
      return changed.href;
    };
    const state = new URL(own).searchParams.get('state') ?? '';
    // The name of the cookie contains only the beginning of the state.
    const similar = state.slice(0, -1) + (state.endsWith('A') ? 'B' : 'A');
    for (const url of [
      stranger,
      ...[null, '', state.slice(0, 8), similar, `${state}x`].map((s) => withState(own, s)),
      `${own}&state=${similar}`.replace(`state=${state}`, `state=${similar}`),
    ])
      expect(noSession(await browser.visit(url))).toBe(settings('failed'));
    expect((await browser.visit(own)).location).toBe(settings());
  });

  test('cannot use the cookies of each other', async () => {
    const browser = await person();
    const [one, other] = [await begin(browser), await begin(browser)];
    const jar = browser.jar(stack.origin);
    jar.set(attemptOf(one), jar.get(attemptOf(other)) ?? '');
    expect(noSession(await browser.visit(one))).toBe(settings('failed'));
    expect((await browser.visit(other)).location).toBe(settings());
  });

  test('are limited to five: a new one replaces the oldest, and the cookies stay small', async () => {
    const browser = await person();
    browser.jar(stack.origin).set('__Host-sign-in-other', 'not one of ours');
    const callbacks: string[] = [];
    for (let tab = 0; tab < 7; tab++) callbacks.push(await begin(browser));
    browser.jar(stack.origin).delete('__Host-sign-in-other');
    expect(attemptsIn(browser)).toEqual(callbacks.slice(2).map(attemptOf));
    expect([...browser.jar(stack.origin)].join().length).toBeLessThan(4096);
    const ends: (string | null)[] = [];
    for (const callback of callbacks) ends.push((await browser.visit(callback)).location);
    expect(ends).toEqual([...Array(2).fill(settings('failed')), ...Array(5).fill(settings())]);
  });
});

describe('a session', () => {
  const notSignedIn = async (cookie: string) => {
    const { status, body, headers } = await whoAmI(cookie);
    expect([status, body.code]).toEqual([401, 'not_signed_in']);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="edge-profile"');
  };

  test('ends with sign-out, also for a stolen cookie', async () => {
    const { id, cookie } = await people.signedIn();
    const { status, headers } = await logout({ cookie, 'sec-fetch-site': 'same-origin' });
    expect([status, headers.get('location')]).toEqual([303, '/settings']);
    expect(headers.getSetCookie()).toEqual([
      '__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    ]);
    expect(await sessionsOf(id)).toEqual([]);
    await notSignedIn(cookie);
  });

  test('of one browser remains after sign-out in another', async () => {
    const { email, cookie } = await people.signedIn();
    const { end } = await people.signIn({ email });
    await logout({ cookie: cookieOf(end.headers), 'sec-fetch-site': 'same-origin' });
    expect((await whoAmI(cookie)).status).toBe(200);
  });

  test('expires in the database, whatever the cookie says', async () => {
    const { id, cookie } = await people.signedIn();
    await stack.query('update sessions set expires_at = now() where user_id = $1', [id]);
    await notSignedIn(cookie);
  });

  test('ends when the user becomes inactive', async () => {
    const { id, cookie } = await people.signedIn();
    await stack.query('update users set is_active = false where id = $1', [id]);
    await notSignedIn(cookie);
  });

  test('remains when the e-mail address changes', async () => {
    const { id, cookie } = await people.signedIn();
    await stack.query(`update users set email = 'moved@example.com' where id = $1`, [id]);
    expect((await whoAmI(cookie)).body.data.email).toBe('moved@example.com');
  });

  test('does not exist for a missing, empty, changed or other cookie', async () => {
    const { cookie, browser } = await people.signedIn();
    const [name = '', token = ''] = cookie.split(/=(.*)/);
    const { location } = await browser.visit(`${stack.origin}/auth/login`);
    const attempt = browser.jar(stack.origin).get(attemptOf(location));
    const changed = [...token].map((c, i) =>
      i % 9 === 0 && c !== '.'
        ? token.slice(0, i) + (c === 'A' ? 'B' : 'A') + token.slice(i + 1)
        : '',
    );
    const others = ['', 'x', 'a.b.c.d.e', token.slice(0, -1), attempt, ...changed.filter(Boolean)];
    const requests = await databaseRequests(async () => {
      for (const value of others) await notSignedIn(`${name}=${value}`);
      await notSignedIn('');
      await notSignedIn(`session=${token}; x__Host-session=${token}`);
    });
    expect(requests).toBe(0);
    expect((await whoAmI(`a=b; ${cookie}; c=d`)).status).toBe(200);
  });

  test('never authenticates the profile API', async () => {
    const { id, cookie } = await people.signedIn({ is_superuser: true });
    const { status, body } = await stack.fetch(`/api/v1/user/${id}`, {
      method: 'PUT',
      headers: { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: '{"first_name": "X"}',
    });
    expect([status, body.code]).toEqual([401, 'missing_api_key']);
  });
});

describe('signing out is refused', () => {
  test.each(FOREIGN_SOURCES)('from %s', async (_, headersFrom) => {
    const { cookie } = await people.signedIn();
    const { status, body, headers } = await logout({ cookie, ...headersFrom(stack.origin) });
    expect([status, body.code]).toEqual([403, 'cross_origin_request']);
    expect(headers.getSetCookie()).toEqual([]);
    expect((await whoAmI(cookie)).status).toBe(200);
  });

  test('but not for a browser that sends only Origin', async () => {
    const { cookie } = await people.signedIn();
    expect((await logout({ cookie, origin: stack.origin })).status).toBe(303);
    expect((await whoAmI(cookie)).status).toBe(401);
  });

  test('while the database is down, so that nobody wrongly believes to be signed out', async () => {
    const { cookie } = await people.signedIn();
    stack.database.script = () => ({ status: 500, body: '{}' });
    const { status, headers } = await logout({ cookie, 'sec-fetch-site': 'same-origin' });
    stack.database.script = () => undefined;
    expect([status, headers.getSetCookie()]).toEqual([503, []]);
  });
});

test('a lost response of the database only causes a second attempt', async () => {
  const id = await stack.user({ email: 'lost@example.com' });
  stack.database.faults.push('cutAfterCommit');
  const { end } = await people.signIn({ email: 'lost@example.com' });
  expect(await sessionsOf(id)).toHaveLength(1);
  const cookie = cookieOf(end.headers);
  stack.database.faults.push('cutAfterCommit');
  expect((await logout({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  expect(await sessionsOf(id)).toEqual([]);
});

test('each route makes at most one database request', async () => {
  const sameOrigin = { 'sec-fetch-site': 'same-origin' };
  const { email, cookie } = await people.signedIn();
  expect(await databaseRequests(() => people.signIn({ email }))).toBe(1);
  expect(await databaseRequests(() => whoAmI(cookie))).toBe(1);
  expect(await databaseRequests(() => logout({ cookie, ...sameOrigin }))).toBe(1);
  expect(await databaseRequests(() => logout(sameOrigin))).toBe(0);
  expect(await databaseRequests(() => stack.fetch('/auth/session'))).toBe(0);
  expect(await databaseRequests(() => people.toProvider(new Browser()))).toBe(0);
});

test('the log has the route and the reason, and no personal data, codes or cookies', async () => {
  const { length } = stack.logs;
  const { email, callback, cookie } = await people.signedIn();
  await people.signIn({ email: 'nobody@example.com' });
  await whoAmI(cookie);
  const lines = stack.logs.slice(length);
  expect(lines.map((line) => JSON.parse(line)).map(({ route, fault }) => [route, fault])).toEqual([
    ['/auth/login', undefined],
    ['/auth/callback', undefined],
    ['/auth/login', undefined],
    ['/auth/callback', 'no user has this identity'],
    ['/auth/session', undefined],
  ]);
  const { searchParams } = new URL(callback);
  const secrets = [email, 'nobody@example.com', cookie.slice(20, 60), ...searchParams.values()];
  for (const secret of secrets.filter((value) => value !== variables.OIDC_ISSUER))
    expect(lines.join('\n')).not.toContain(secret);
});

test('the local provider prints nothing', async () => {
  const spies = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
  await people.close();
  await people.open();
  await people.signedIn();
  for (const spy of spies) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});

test('the local provider escapes its output', async () => {
  people.users = [{ id: '"><x>', email: '<script>@example.com', name: `<b>&'` }];
  const page = await people.toProvider(new Browser());
  expect(page.text).not.toMatch(/<script>|<x>|<b>/);
  expect(page.text).toContain('&lt;script&gt;@example.com');
});

test('a Worker elsewhere does not use a provider on loopback', async () => {
  const location = await new Promise((resolve, reject) => {
    const headers = { host: 'api.example.com' };
    const url = `${stack.origin}/auth/login`;
    httpRequest(url, { headers }, ({ statusCode: status = 0, rawHeaders }) => {
      const headers = new Headers();
      for (let i = 0; i < rawHeaders.length; i += 2)
        headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
      checkResponse(url, { method: 'GET', status, headers, text: '' });
      resolve([status, headers.get('location')]);
    })
      .on('error', reject)
      .end();
  });
  expect(location).toEqual([303, '/settings?sign_in=unavailable']);
});

describe('an identity at the provider', () => {
  test('stays with its user when an e-mail address changes, here or at the provider', async () => {
    const { id, email } = await people.signedIn();
    await stack.query('update users set email = $2 where id = $1', [id, `new.${email}`]);
    const again = await people.signIn({ id: `subject of ${email}`, email: `other.${email}` });
    expect(again.end.location).toBe(`${stack.origin}/settings`);
    const rows = await stack.query('select from sessions where user_id = $1', [id]);
    expect(rows).toHaveLength(2);
  });

  test('is not replaced by another identity with the same address', async () => {
    const { email } = await people.signedIn();
    const { end } = await people.signIn({ id: 'somebody else', email });
    expect(end.location).toBe(`${stack.origin}/settings?sign_in=unknown_user`);
  });

  test('belongs to one user after many simultaneous first sign-ins', async () => {
    const id = await stack.user({ email: 'twice@example.com' });
    const begin = async (subject: string) => {
      const session_id = randomUUID();
      const identity = { issuer: 'https://id.example', subject, email: 'Twice@example.com' };
      const request = JSON.stringify({ ...identity, session_id, lifetime: '1 hour' });
      const [row] = await stack.query('select start_session($1) as result', [request]);
      return row?.['result'].verdict;
    };
    const [one, again, other, otherAgain] = await Promise.all(
      ['one', 'one', 'other', 'other'].map(begin),
    );
    expect([one, other].sort()).toEqual(['started', 'unknown_user']);
    expect([again, otherAgain]).toEqual([one, other]);
    expect(await sessionsOf(id)).toHaveLength(2);
  });

  test('does not get a user whose address an API key has just changed', async () => {
    const id = await stack.user({ is_superuser: true });
    const { key } = await stack.key(id, { role: 'profile' });
    const email = `taken.over.${id}@example.com`;
    expect((await stack.put(id, key, { email })).status).toBe(200);
    const { end } = await people.signIn({ email });
    expect(end.location).toBe(`${stack.origin}/settings?sign_in=unknown_user`);
    expect(await stack.query('select from sessions where user_id = $1', [id])).toEqual([]);
  });
});

test('deactivating a user ends their sessions; reactivating does not restore them', async () => {
  const { id, cookie } = await people.signedIn();
  const admin = await stack.user({ is_superuser: true });
  const { key } = await stack.key(admin);
  await stack.put(id, key, { is_active: false });
  expect(await sessionsOf(id)).toEqual([]);
  await stack.put(id, key, { is_active: true });
  expect((await whoAmI(cookie)).body.code).toBe('not_signed_in');

  const { cookie: another } = await people.signedIn();
  expect((await whoAmI(another)).status).toBe(200);
});

test('deactivating a user with SQL ends their sessions; other changes do not', async () => {
  const { id, cookie } = await people.signedIn();
  await stack.query('update users set first_name = $2, is_active = true where id = $1', [id, 'A']);
  expect((await whoAmI(cookie)).status).toBe(200);
  await stack.query('update users set is_active = false where id = $1', [id]);
  await stack.query('update users set is_active = true where id = $1', [id]);
  expect((await whoAmI(cookie)).body.code).toBe('not_signed_in');
});
