import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keyIn, unavailable, useWorld, vocabulary } from './world.ts';

// The page follows what other tabs, other devices and the command line do.
const world = useWorld();
const { site, open } = world;
const { button, createNamed, heading, statusText } = vocabulary(() => world.page);
let page: Page;
beforeAll(() => {
  page = world.page;
});

describe('another tab', () => {
  let other: Page;
  const namesIn = (tab: Page) => tab.locator('th.name > bdi').allTextContents();
  beforeEach(async () => {
    site.addKey('first');
    await open();
    await page.getByRole('rowheader').waitFor();
    other = await world.newTab();
    await other.goto(`${site.origin}/settings`);
    await other.getByRole('rowheader').waitFor();
    await page.bringToFront();
  });

  test('shows keys that this tab creates, rotates and revokes, even before the dialog is closed', async () => {
    await createNamed('second');
    await expect.poll(() => namesIn(other)).toEqual(['second', 'first']);
    await button('Done').click();
    await button('Rotate first').click();
    await button('Rotate the key').click();
    await expect.poll(() => namesIn(other)).toEqual(['first', 'second', 'first']);
    await button('Done').click();
    await button('Revoke second').click();
    await button('Revoke the key').click();
    await expect.poll(() => namesIn(other)).toEqual(['first', 'first']);
  });

  test('reloads after an unknown outcome in this tab', async () => {
    await button('Revoke first').click();
    site.fail = (method) => (method === 'DELETE' ? 'drop' : undefined);
    await button('Revoke the key').click();
    await page.getByText('The server did not respond').waitFor();
    Object.assign(site.keys[0] ?? {}, { state: 'revoked', revoked_at: new Date().toISOString() });
    await button('Keep it').click();
    await other.getByText('You have no active keys').waitFor();
  });

  test('updates after a sign-out, and after another user signs in', async () => {
    await button('Sign out').click();
    await other.getByText('You have been signed out').waitFor();
    expect(await other.locator('body').textContent()).not.toContain('ada.lovelace');
    site.signedIn = true;
    site.email = 'grace@example.com';
    site.superuser = false;
    site.keys = [];
    site.addKey('of Grace');
    await open();
    await other.getByText('grace@example.com').waitFor();
    expect(await namesIn(other)).toEqual(['of Grace']);
    expect(await other.locator('#role-guide').textContent()).toContain('Only for superusers');
  });

  test.each(['focus', 'visibilitychange'])(
    'reloads on %s, because keys change elsewhere',
    async (event) => {
      site.addKey('from the command line');
      await page.evaluate(
        `(${event === 'focus' ? 'window' : 'document'}).dispatchEvent(new Event('${event}'))`,
      );
      await page.getByRole('rowheader', { name: 'from the command line' }).waitFor();
      site.signedIn = false;
      await page.evaluate(
        `(${event === 'focus' ? 'window' : 'document'}).dispatchEvent(new Event('${event}'))`,
      );
      await page.getByText('You have been signed out').waitFor();
    },
  );

  test('reloads again when one returns during a reload', async () => {
    const { promise: received, resolve: receive } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route(
      '**/api/v1/keys?*',
      async (route) => {
        const response = await route.fetch();
        receive();
        await released;
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    await page.evaluate('dispatchEvent(new Event("focus"))');
    await received;
    site.addKey('from the command line');
    await page.evaluate('dispatchEvent(new Event("focus"))');
    release();
    await page.getByRole('rowheader', { name: 'from the command line' }).waitFor();
  });

  test('waits while a dialog is open, and keeps the input, the focus and the shown key', async () => {
    await other.bringToFront();
    await other.getByRole('button', { name: 'Create a key' }).click();
    await other.getByLabel('Name', { exact: true }).fill('half');
    await page.bringToFront();
    await createNamed('second');
    await button('Done').click();
    await page.getByText('“second” is created.').waitFor();
    expect(await other.getByLabel('Name', { exact: true }).inputValue()).toBe('half');
    await other.bringToFront();
    await other.getByRole('button', { name: 'Create the key' }).click();
    await other.locator('#secret-dialog').waitFor({ state: 'visible' });
    await page.bringToFront();
    await button('Sign out').click();
    await heading('Sign in to see your settings').waitFor();
    await other.evaluate('dispatchEvent(new Event("focus"))');
    expect(await other.locator('#secret-dialog').isVisible()).toBe(true);
    expect(keyIn(await other.locator('#secret').inputValue())).toBeDefined();
    await other.bringToFront();
    await other.getByRole('button', { name: 'Done' }).click();
    await other.getByText('You have been signed out').waitFor();
  });

  test('updates even if a dialog was opened during the reload', async () => {
    let release = () => {};
    site.gate = new Promise((done) => {
      release = done;
    });
    site.addKey('second');
    await page.evaluate('dispatchEvent(new Event("focus"))');
    await expect.poll(() => site.received.at(-1)?.path).toMatch(/^\/api\/v1\//);
    await button('Revoke first').click();
    const finished = page.waitForEvent('requestfinished');
    release();
    await finished;
    await button('Keep it').click();
    await page.getByRole('rowheader', { name: 'second' }).waitFor();
  });

  test('updates when a dialog is closed, and keeps the focus', async () => {
    await other.bringToFront();
    await other.getByRole('button', { name: 'Revoke first' }).click();
    await page.bringToFront();
    await createNamed('second');
    await other.bringToFront();
    await other.getByRole('button', { name: 'Keep it' }).click();
    await expect.poll(() => namesIn(other)).toEqual(['second', 'first']);
    expect(await other.evaluate('document.activeElement.id')).toBe(`revoke-${site.keys[1]?.id}`);
  });

  test('shows as many keys as before, and stays unchanged without news or a response', async () => {
    site.pageSize = 1;
    for (const name of ['second', 'third']) site.addKey(name, { state: 'expired' });
    await page.reload();
    await page.getByLabel('State', { exact: true }).selectOption('all');
    await button('Show more keys').click();
    await page.getByText('1 more keys are shown.').waitFor();
    const lookAgain = async (last: string) => {
      const response = page.waitForEvent('requestfinished', (request) =>
        request.url().includes(last),
      );
      await page.evaluate('dispatchEvent(new Event("focus"))');
      await response;
      await page.evaluate('new Promise((done) => setTimeout(done, 50))');
    };
    await page.evaluate('window.row = document.querySelector("th.name")');
    await lookAgain('cursor=');
    await lookAgain('cursor=');
    expect(await namesIn(page)).toEqual(['third', 'second', 'first']);
    expect(await page.evaluate('window.row.isConnected')).toBe(true);
    expect(await statusText()).toBe('1 more keys are shown.');
    site.fail = () => unavailable;
    await lookAgain('/auth/session');
    await page.getByRole('rowheader', { name: 'first' }).waitFor();
    expect(await page.locator('#failure').isVisible()).toBe(false);
  });
});

test('returning to this tab, which is two events, reloads once', async () => {
  site.addKey('first');
  await open();
  await page.getByRole('rowheader').waitFor();
  site.received.length = 0;
  site.addKey('second');
  await page.evaluate(
    'dispatchEvent(new Event("focus")), document.dispatchEvent(new Event("visibilitychange")), 0',
  );
  await page.getByRole('rowheader', { name: 'second' }).waitFor();
  await page.evaluate('new Promise((done) => setTimeout(done, 300))');
  expect(site.received.filter(({ path }) => path === '/api/v1/keys')).toHaveLength(1);
});
