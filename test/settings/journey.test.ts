import pg from 'pg';
import type { BrowserContext, Page, Response as Received } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../tools/ports.ts';
import { PAGE_TIMEOUT_MS, useBrowser, violationsOf } from '../support/browser.ts';
import { checkOrigin, checkResponse, fetchResponse } from '../support/contract.ts';
import { ProjectCopy } from '../support/project-copy.ts';
import { type Delivery, Receiver } from '../support/receiver.ts';

// One story in a real browser against everything that npm start runs. Each test continues the last one.
const DEMO = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const browser = useBrowser();
const receiver = await new Receiver().listen();
let project: ProjectCopy;
let stack: Awaited<ReturnType<ProjectCopy['start']>>;
let origin: string;
let database: pg.Client;
let context: BrowserContext;
let page: Page;
let firstKey: string;
let secondKey: string;
let strictKey: string;

/** Compares the responses in the browser with the document. */
const checks: Promise<void>[] = [];
async function check(received: Received): Promise<void> {
  const headers = new Headers();
  for (const { name, value } of await received.headersArray()) headers.append(name, value);
  // There is no body of a redirect, or after the page has moved on.
  const text = await received.text().catch(() => '');
  const method = received.request().method();
  const isRead = text !== '' || !headers.has('content-type');
  if (isRead) checkResponse(received.url(), { method, status: received.status(), headers, text });
}

beforeAll(async () => {
  project = await ProjectCopy.make();
  const env = {
    PORT: `${await freePort()}`,
    NEON_PORT: `${await freePort()}`,
    OIDC_PORT: `${await freePort()}`,
  };
  stack = await project.start('npm start', env, /^curl (.+\n)+\n/m);
  origin = `http://localhost:${env.PORT}`;
  database = new pg.Client((await project.stack()).databaseUrl);
  await database.connect();
  checkOrigin(origin);
  context = await browser().newContext();
  context.on('response', (received) => checks.push(check(received)));
  page = await context.newPage();
  page.setDefaultTimeout(PAGE_TIMEOUT_MS);
}, 120_000);

afterAll(async () => {
  await Promise.all(checks);
  await context?.close();
  await database?.end();
  await stack?.stop('SIGTERM', 'process');
  await project?.remove();
  await receiver.close();
}, 60_000);

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });
const secret = () => page.getByLabel('Key', { exact: true }).inputValue();

async function signInAs(person: RegExp): Promise<void> {
  await page.goto(`${origin}/settings`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: person }).click();
}

/** Sends a PUT that changes nothing. Returns its status or error code. */
async function put(key: string): Promise<unknown> {
  const { status, body } = await fetchResponse(`${origin}/api/v1/user/${DEMO}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: '{}',
  });
  return body.code ?? status;
}

async function sessionCookie(): Promise<string> {
  const cookies = await context.cookies();
  const { name, value } = cookies.find(({ name }) => name === '__Host-session') ?? {};
  return `${name}=${value}`;
}

const asThief = (cookie: string, path = '/auth/session', init: RequestInit = {}) =>
  fetchResponse(origin + path, { ...init, headers: { cookie, ...init.headers } });

async function expectAccessible(): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
}

describe('signing in', () => {
  test('that is cancelled shows the reason and signs nobody in', async () => {
    await signInAs(/^Cancel$/);
    await page.waitForURL(`${origin}/settings`);
    await page.locator('#sign-in-message .notice').waitFor();
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('__Host-session');
    await expectAccessible();
  });

  test.each([
    ['the older', false],
    ['the newer', true],
  ])('in two tabs at once works in both, %s first', async (_, reversed) => {
    const two = await browser().newContext();
    const tabs = [await two.newPage(), await two.newPage()];
    for (const tab of tabs) {
      await tab.goto(`${origin}/settings`);
      await tab.getByRole('link', { name: 'Sign in' }).click();
      await tab.getByRole('button', { name: /demo@example\.com/ }).waitFor();
    }
    for (const tab of reversed ? tabs.reverse() : tabs) {
      await tab.bringToFront();
      const came = tab.waitForResponse(/\/auth\/callback/);
      await tab.getByRole('button', { name: /demo@example\.com/ }).click();
      expect((await came).headers()['location']).toBe('/settings');
      await tab.getByRole('row', { name: /demo/ }).waitFor();
    }
    const names = (await two.cookies(origin)).map(({ name }) => name);
    expect(names).toEqual(['__Host-session']);
    await two.close();
  });

  test('in more than five tabs drops the oldest, in the order of the browser', async () => {
    const many = await browser().newContext();
    const tabs: Page[] = [];
    for (let count = 0; count < 6; count++) {
      const tab = await many.newPage();
      tabs.push(tab);
      await tab.goto(`${origin}/auth/login`);
    }
    const ends: (string | undefined)[] = [];
    for (const tab of tabs) {
      const came = tab.waitForResponse(/\/auth\/callback/);
      await tab.bringToFront();
      await tab.getByRole('button', { name: /demo@example\.com/ }).click();
      ends.push((await came).headers()['location']);
    }
    expect(ends).toEqual(['/settings?sign_in=failed', ...Array(5).fill('/settings')]);
    await many.close();
  });

  test('as a user returns to the page with their keys', async () => {
    await signInAs(/demo@example\.com/);
    await row('demo').waitFor();
    expect(page.url()).toBe(`${origin}/settings`);
    await expectAccessible();
  });

  test('sets a cookie that scripts cannot read, only for this host', async () => {
    const session = (await context.cookies()).find(({ name }) => name === '__Host-session');
    expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
    expect(await page.evaluate('document.cookie')).toBe('');
  });
});

describe('a key', () => {
  test('is created, shown once, and works in a PUT', async () => {
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('phone');
    await page.getByLabel('Profile', { exact: true }).check();
    await button('Create the key').click();
    await page.locator('#secret-dialog').waitFor({ state: 'visible' });
    firstKey = await secret();
    expect(firstKey).toMatch(/^in-[0-9A-Za-z]{43}$/);
    await expectAccessible();
    const curl = (await page.locator('#curl').textContent()) ?? '';
    const pasted = await project.run(curl.replace(/^curl/, 'curl -s'));
    expect(JSON.parse(pasted.stdout)).toMatchObject({ data: { id: DEMO } });
    await button('Done').click();
    await expect.poll(() => page.content()).not.toContain(firstKey.slice(3, 40));
  });

  test('is seen as used', async () => {
    expect(await put(firstKey)).toBe(200);
    await page.reload();
    await row('phone').waitFor();
    expect(await row('phone').textContent()).not.toMatch(/Last usedNever/);
    const { rows } = await database.query(
      `select last_used_at is not null as used from profile.api_keys where name = 'phone'`,
    );
    expect(rows).toEqual([{ used: true }]);
  });

  test('is rotated: the old key works until the end of its grace', async () => {
    await button('Rotate phone').click();
    await page.getByLabel('The old key stops working').selectOption('3600');
    await page.getByLabel('The new key expires').selectOption('Never');
    await button('Rotate the key').click();
    await page.locator('#secret-dialog').waitFor({ state: 'visible' });
    secondKey = await secret();
    expect(await page.locator('#secret-facts').textContent()).toContain('It never expires.');
    await button('Done').click();
    const old = row('phone').filter({ hasText: 'Being replaced' });
    await old.getByText(`replaced by ${secondKey.slice(0, 9)}…`).waitFor();
    await row('phone')
      .getByText(`replaces ${firstKey.slice(0, 9)}…`)
      .waitFor();
    expect([await put(firstKey), await put(secondKey)]).toEqual([200, 200]);
    // The hour passes in the database.
    await database.query(
      `update profile.api_keys set expires_at = now() where name = 'phone' and expires_at < now() + interval '2 hours'`,
    );
    expect([await put(firstKey), await put(secondKey)]).toEqual(['expired_api_key', 200]);
  });

  test('is revoked after a confirmation, and the next PUT is refused', async () => {
    await page.reload();
    await button('Revoke phone').click();
    expect(await put(secondKey)).toBe(200);
    await button('Revoke the key').click();
    await page.getByText('“phone” is revoked.').waitFor();
    expect(await put(secondKey)).toBe('revoked_api_key');
  });

  test('has a record of its events', async () => {
    const { rows } = await database.query(
      `select action, actor_user_id from profile.key_events where actor_user_id = $1 and actor_key_id is null
       and actor <> 'operator' order by id`,
      [DEMO],
    );
    const actions = rows.map(({ action }) => action);
    // The order of the two events of a rotation is not specified.
    expect(actions.sort()).toEqual(['created', 'created', 'revoked', 'rotated']);
  });
});

test('a key that requires a version is created with the checkbox, and its command works', async () => {
  await button('Create a key').click();
  await page.getByLabel('Name', { exact: true }).fill('strict');
  await page.getByLabel('Require a version').check();
  await button('Create the key').click();
  await page.locator('#secret-dialog').waitFor({ state: 'visible' });
  strictKey = await secret();
  expect(await put(strictKey)).toBe('precondition_required');
  const curl = (await page.locator('#curl').textContent()) ?? '';
  const pasted = await project.run(curl.replace(/^curl/, 'curl -s'));
  expect(JSON.parse(pasted.stdout)).toMatchObject({ data: { id: DEMO } });
  await button('Done').click();
  await row('strict.*requires If-Match').waitFor();
});

test('a key is edited: it has the new name, and fewer rights from the next request on', async () => {
  await button('Edit strict').click();
  await page.getByLabel('Name', { exact: true }).fill('stricter');
  await page.getByText('Limit addresses and fields').click();
  await page.getByLabel('Allowed addresses').fill('192.0.2.7/24');
  await button('Save').click();
  await page.locator('#allowed-ips-error', { hasText: 'without bits beyond its prefix' }).waitFor();
  await expectAccessible();
  await page.getByLabel('Allowed addresses').fill('127.0.0.0/8, ::1');
  for (const box of await page.locator('#fields').getByRole('checkbox').all())
    if ((await box.getAttribute('value')) !== 'phone') await box.uncheck();
  await button('Save').click();
  await row('stricter.*only from 127.0.0.0/8, ::1/128.*updates only phone').waitFor();
  const change = (body: string) =>
    fetchResponse(`${origin}/api/v1/user/${DEMO}`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${strictKey}`,
        'if-match': '*',
      },
      body,
    });
  expect((await change('{"address": "x"}')).status).toBe(403);
  expect((await change('{"phone": "+44 20 7946 0001"}')).status).toBe(200);
  await button('Edit stricter').click();
  await page.getByLabel('Allowed addresses').fill('0.0.0.0/0');
  await button('Save').click();
  await page
    .locator('#allowed-ips-error', { hasText: 'The key is limited to other addresses.' })
    .waitFor();
  await button('Cancel').click();
});

test('a name with misleading characters is refused at its field', async () => {
  await button('Create a key').click();
  await page.getByLabel('Name', { exact: true }).fill('\u202eevil');
  await button('Create the key').click();
  await page.locator('#name-error', { hasText: 'name must not contain U+202E' }).waitFor();
  await button('Cancel').click();
});

describe('a webhook', () => {
  const card = () => page.getByRole('listitem').filter({ hasText: receiver.url });

  test('is created, and its secret verifies a test event', async () => {
    await button('Create a webhook').click();
    await page.getByLabel('URL', { exact: true }).fill(receiver.url);
    await button('Create the webhook').click();
    await page.getByRole('dialog', { name: 'The webhook is created' }).waitFor();
    await expectAccessible();
    const whsec = await page.getByLabel('Secret', { exact: true }).inputValue();
    await button('Done').click();
    await button(`Send a test ${receiver.url}`).click();
    await card().getByText('Delivered').waitFor();
    const { body, headers } = receiver.deliveries[0] as Delivery;
    expect(new Webhook(whsec).verify(body, headers)).toMatchObject({ type: 'webhook.test' });
  });

  test('shows what was delivered after a change', async () => {
    receiver.responses.push({ status: 200, body: 'Thank you' });
    const { status } = await fetchResponse(`${origin}/api/v1/user/${DEMO}`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${strictKey}`,
        'if-match': '*',
      },
      body: '{"phone": "+44 20 7946 0000"}',
    });
    expect(status).toBe(200);
    await expect.poll(() => receiver.deliveries.length).toBe(2);
    await card().getByText('Latest deliveries').click();
    await card().getByText(`of ${DEMO}`).waitFor();
    await card().getByText('Response').click();
    await card().getByText('Thank you').waitFor();
    await expectAccessible();
  });

  test('is deleted', async () => {
    await button(`Delete ${receiver.url}`).click();
    await button('Delete the webhook').click();
    await page.getByText('The webhook is deleted.').waitFor();
    expect((await database.query('select from profile.webhooks')).rowCount).toBe(0);
  });
});

describe('the session', () => {
  test('never authenticates the profile API', async () => {
    const response = await asThief(await sessionCookie(), `/api/v1/user/${DEMO}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: '{}',
    });
    expect([response.status, response.body.code]).toEqual([401, 'missing_api_key']);
  });

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another host of the site', { 'sec-fetch-site': 'same-site' }],
    ['an old browser on another origin', { origin: 'https://evil.example' }],
    ['nowhere', {}],
  ])('changes nothing for a request from %s', async (_, headers) => {
    const init = { method: 'POST', body: '{"name": "evil", "role": "profile"}' };
    const response = await asThief(await sessionCookie(), '/api/v1/keys', {
      ...init,
      headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
    });
    expect([response.status, response.body.code]).toEqual([403, 'cross_origin_request']);
    const { rowCount } = await database.query(`select from profile.api_keys where name = 'evil'`);
    expect(rowCount).toBe(0);
  });

  test('ends with sign-out, also for a stolen cookie', async () => {
    const stolen = await sessionCookie();
    expect((await asThief(stolen)).status).toBe(200);
    await button('Sign out').click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    expect((await asThief(stolen)).status).toBe(401);
    const keys = await asThief(stolen, '/api/v1/keys');
    expect([keys.status, keys.body.code]).toEqual([401, 'not_signed_in']);
  });

  test('that expires while the page is open leads to signing in again', async () => {
    await signInAs(/demo@example\.com/);
    await row('demo').waitFor();
    await database.query('update profile.sessions set expires_at = now()');
    await page.reload();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
  });

  test('of one user can neither see nor revoke keys of another, nor create a key with more rights', async () => {
    await signInAs(/ordinary@example\.com/);
    await page.locator('#content').waitFor();
    const cookie = await sessionCookie();
    const { rows } = await database.query(`select id from profile.api_keys where name = 'demo'`);
    const ask = async (method: string, path: string, body?: string) => {
      const response = await asThief(cookie, `/api/v1/keys${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        ...(body && { body }),
      });
      return [response.status, response.body.code];
    };
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['DELETE', '', undefined],
      ['POST', '/rotate', '{}'],
    ] as const)
      expect(await ask(method, `/${rows[0].id}${path}`, body)).toEqual([404, 'key_not_found']);
    const more = '{"name": "n", "role": "full_access"}';
    expect(await ask('POST', '', more)).toEqual([403, 'insufficient_scope']);
    await page.goto(`${origin}/settings`);
    await button('Sign out').click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
  });

  test('of a deactivated user ends with the next request', async () => {
    await signInAs(/ordinary@example\.com/);
    await page.locator('#content').waitFor();
    const cookie = await sessionCookie();
    expect((await asThief(cookie, '/api/v1/keys')).status).toBe(200);
    await database.query(
      `update profile.users set is_active = false where email like 'ordinary@%'`,
    );
    expect((await asThief(cookie, '/api/v1/keys')).status).toBe(401);
  });
});
