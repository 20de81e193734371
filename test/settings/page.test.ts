import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { userFields } from '../../src/users/fields.ts';
import { unavailable, useWorld, vocabulary } from './world.ts';

// Signing in and out, and the list of keys.
const world = useWorld();
const { site, open } = world;
const { button, visible, createNamed, focusedId, names, row, heading, tabTo } = vocabulary(
  () => world.page,
);
let page: Page;
beforeAll(() => {
  page = world.page;
});

describe('signing in and out', () => {
  test.each([
    ['unknown_user', /does not create an account: ask the operator/],
    ['unverified_email', /Verify it there/],
    ['inactive_user', /Ask the operator of this service to reactivate it/],
    ['cancelled', /You cancelled/],
    ['failed', /Sign in again/],
    ['unavailable', /Try again in a minute/],
  ])('%s is explained, and removed from the address bar', async (reason, words) => {
    site.signedIn = false;
    await open(`?sign_in=${reason}`);
    await visible('#sign-in-message .notice');
    expect(await page.getByRole('alert').allTextContents()).toContainEqual(
      expect.stringMatching(words),
    );
    expect(page.url()).toBe(`${site.origin}/settings`);
    expect(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe(
      '/auth/login',
    );
  });

  test('an unknown reason is not shown', async () => {
    site.signedIn = false;
    await open('?sign_in=constructor');
    await visible('#signed-out');
    expect(await page.locator('#sign-in-message').textContent()).toBe('');
    expect(page.url()).toBe(`${site.origin}/settings`);
  });

  test('signing out posts from this origin and returns to the page', async () => {
    await open();
    await button('Sign out').click();
    await heading('Sign in to see your settings').waitFor();
    const logout = site.received.find(({ path }) => path === '/auth/logout');
    expect(logout).toMatchObject({ method: 'POST', origin: site.origin });
  });

  test('a session that expires while a dialog is open leads to signing in, with a hint', async () => {
    site.addKey('laptop');
    await open();
    await button('Revoke laptop').click();
    site.signedIn = false;
    await button('Revoke the key').click();
    await page.getByText('You have been signed out').waitFor();
    expect(await focusedId()).toBe('signed-out-title');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    expect(await page.locator('body').textContent()).not.toContain('ada.lovelace');
  });
});

describe('the list', () => {
  test('shows all properties of a key', async () => {
    site.addAllKinds();
    await open();
    const stripe = row(/stripe-follower-production/);
    const text = await stripe.textContent();
    expect(text).toContain('Follows the webhooks of Stripe');
    expect(text).toMatch(
      /Billing sync.*If-Match.*only from 192.0.2.0\/24, 2001:db8::\/32.*updates only 3 fields.*in-.{6}….*3 days ago.*minutes ago.*Germany, Example Hosting.*in 9 months.*Active/,
    );
    expect(await stripe.locator('time').count()).toBe(3);
  });

  test('marks keys that require a version, also for screen readers', async () => {
    site.addKey('lax');
    site.addKey('strict', { require_precondition: true });
    await open();
    const cell = (key: string, name: string) => row(key).getByRole('cell', { name, exact: true });
    await cell('strict', 'Role Profile requires If-Match or Base-Version to update').waitFor();
    await cell('lax', 'Role Profile').waitFor();
    expect(await page.getByText('requires If-Match').isVisible()).toBe(true);
  });

  test('shows which key replaced which, and until when the old one works', async () => {
    const old = site.addKey('old', { replaced_by: 'x', until_first_use: true });
    const next = site.addKey('new', { replaces: old });
    site.change(old, { replaced_by: next });
    site.addKey('orphan', { replaces: 'of a key that is no longer kept' });
    const prefixes = site.keys.map(({ prefix }) => prefix);
    await open();
    expect(await row('new').textContent()).toContain(`replaces ${prefixes[2]}…`);
    expect(await row('orphan').textContent()).toContain('replaces an older key');
    const text = await row(/^old/).textContent();
    expect(text).toContain(`replaced by ${prefixes[1]}…, works until that one is used`);
    expect(text).toContain('Being replaced');
    // What waits for its successor is not counted.
    await page.getByText('2 of 25 active keys', { exact: true }).waitFor();
  });

  test('counts active keys, and shows at 25 that there can be no more, before the form', async () => {
    site.addKey('leaked', { state: 'revoked', revoked_at: '2026-11-01T00:00:00Z' });
    for (let count = 0; count < 25; count++) site.addKey(`key ${count}`);
    site.addKey('of an app', { short_lived: true });
    await open();
    await page.getByText('25 of 25 active keys', { exact: true }).waitFor();
    await page.getByText('Revoke a key before you create another.').waitFor();
    expect(await button('Create a key').isDisabled()).toBe(true);
    const limit = await page.locator('#create').getAttribute('aria-describedby');
    expect(await page.locator(`#${limit}`).textContent()).toContain('as many active keys');
    await button('Revoke key 3').click();
    await button('Revoke the key').click();
    await page.getByText('24 of 25 active keys', { exact: true }).waitFor();
    expect(await button('Create a key').isEnabled()).toBe(true);
    expect(await page.locator('#create').getAttribute('aria-describedby')).toBe('');
    expect(await page.locator('#limit').isVisible()).toBe(false);
  });

  test('shows active keys first, and others on demand, without actions', async () => {
    site.addAllKinds();
    await open();
    await visible('#create');
    const active = ['backup script', 'laptop', 'laptop', 'stripe-follower-production', 'importer'];
    expect(await names()).toEqual(active);
    const state = page.getByLabel('State', { exact: true });
    expect(await state.locator('option').allTextContents()).toEqual([
      ...['Active (5)', 'Expired (1)', 'Revoked (1)', 'Short-lived (1)', 'All (8)'],
    ]);
    await state.selectOption('revoked');
    expect(await names()).toEqual(['leaked']);
    expect(await row('leaked').getByRole('button').count()).toBe(0);
    expect(await row('leaked').textContent()).toContain('Revoked');
    await state.selectOption('short_lived');
    // Keys of apps are not rotated.
    expect(await row('Short-lived').getByRole('button').allTextContents()).toEqual([
      ...['Edit Short-lived key', 'Revoke Short-lived key'],
    ]);
    await state.selectOption('all');
    expect(await names()).toHaveLength(8);
    await page.getByText('8 of 8 keys are shown.').waitFor();
  });

  test('finds keys by name, description, role, prefix and network, by keyboard alone', async () => {
    site.addAllKinds();
    await open();
    await visible('#create');
    await tabTo('#search');
    for (const [text, found] of [
      ['STRIPE eu-central', ['stripe-follower-production']],
      ['hosting', ['stripe-follower-production']],
      ['full access', ['laptop', 'laptop']],
      [site.keys[1]?.prefix ?? '', ['backup script']],
      ['leaked', []],
    ] as const) {
      await page.keyboard.press('Control+A');
      await page.keyboard.type(text);
      expect(await names()).toEqual(found);
      expect(await focusedId()).toBe('search');
    }
    expect(await page.getByRole('status').allTextContents()).toContain('0 of 8 keys are shown.');
    await tabTo('#choice');
    await page.keyboard.type('Rev');
    expect(await names()).toEqual(['leaked']);
    await page.keyboard.press('Home');
    await tabTo('#clear');
    await page.keyboard.press('Enter');
    expect(await focusedId()).toBe('search');
    expect(await names()).toHaveLength(5);
  });

  test.each([
    ['Newest', ['key 10', 'b', 'key 9']],
    ['Name', ['b', 'key 9', 'key 10']],
    ['Last used', ['key 9', 'key 10', 'b']],
    ['Expires soonest', ['key 10', 'key 9', 'b']],
  ])('sorts by %s', async (order, sorted) => {
    const day = (number: number) => `2099-01-0${number}T00:00:00Z`;
    site.addKey('key 9', { last_used_at: day(2), expires_at: day(2) });
    site.addKey('b', { last_used_at: null, expires_at: null });
    site.addKey('key 10', { last_used_at: day(1), expires_at: day(1) });
    await open();
    await page.getByLabel('Sort by').selectOption({ label: order });
    expect(await names()).toEqual(sorted);
  });

  test('needs no search for a single key, and keeps what somebody looks for when it is read again', async () => {
    site.addKey('first');
    await open();
    await visible('#create');
    expect(await page.getByLabel('Search').isVisible()).toBe(false);
    site.addKey('second');
    await page.evaluate('dispatchEvent(new Event("focus"))');
    await page.getByLabel('Search').fill('sec');
    site.addKey('third in second place');
    await page.evaluate('dispatchEvent(new Event("focus"))');
    await row('third').waitFor();
    expect(await names()).toEqual(['third in second place', 'second']);
    expect(await focusedId()).toBe('search');
  });

  test('shows where a key was last used, as far as it is known', async () => {
    const last_used_at = '2026-11-01T00:00:00Z';
    site.addKey('a', { last_used_at, last_used_country: 'T1' });
    site.addKey('b', { last_used_at, last_used_network: 'x\u202ey' });
    site.addKey('c', { last_used_at, last_used_country: 'QZ' });
    site.addKey('d', { last_used_at });
    await open();
    await visible('#create');
    const places = page.locator('td.used').locator('.description');
    expect(await places.allTextContents()).toEqual(['QZ', 'x‹U+202E›y', 'Tor']);
  });

  test('says when there are no active keys', async () => {
    site.addKey('old', { state: 'revoked', revoked_at: '2026-01-01T00:00:00Z' });
    await open();
    await page.getByText('You have no active keys').waitFor();
    await page.getByLabel('State', { exact: true }).selectOption('revoked');
    expect(await names()).toEqual(['old']);
  });

  test('has all keys that work, and others page by page', async () => {
    for (const name of ['laptop', 'phone']) site.addKey(name);
    for (const name of ['a', 'b', 'c']) site.addKey(name, { state: 'expired' });
    site.pageSize = 1;
    await open();
    await page.getByText('2 of 25 active keys', { exact: true }).waitFor();
    expect(await names()).toEqual(['phone', 'laptop']);
    const state = page.getByLabel('State', { exact: true });
    await state.selectOption('expired');
    expect(await names()).toEqual(['c']);
    for (const shown of [2, 3]) {
      await button('Show more keys').click();
      await expect.poll(names).toHaveLength(shown);
    }
    await page.getByText('1 more keys are shown.').waitFor();
    for (let pages = 0; pages < 2; pages++) await button('Show more keys').click();
    await page.locator('#more').waitFor({ state: 'hidden' });
    await state.selectOption('all');
    expect(await names()).toEqual(['c', 'b', 'a', 'phone', 'laptop']);
    expect(await focusedId()).toBe('keys-title');
  });

  test('shows names isolated, with their hidden characters', async () => {
    site.addKey('\u202eevil', { description: '\u2066a\u200b\u001b' });
    site.addKey('שלום');
    site.addKey('می‌خواهم');
    await open();
    const headers = page.getByRole('rowheader');
    await headers.first().waitFor();
    expect(await headers.allTextContents()).toEqual([
      'می‌خواهم',
      'שלום',
      '‹U+202E›evil‹U+2066›a‹U+200B›‹U+001B›',
    ]);
    const isolations = await page.evaluate(
      `[...document.querySelectorAll('th.name bdi')].map((name) => getComputedStyle(name).unicodeBidi)`,
    );
    expect(isolations).toEqual(Array(4).fill('isolate'));
    await button('Revoke ‹U+202E›evil').click();
    await heading('Revoke “‹U+202E›evil”?').waitFor();
    await button('Revoke the key').click();
    await page.getByText('“‹U+202E›evil” is revoked.').waitFor();
    await button('Rotate שלום').click();
    for (const [id, text] of [
      ['rotate-title', 'Rotate “שלום”'],
      ['secret-title', '“שלום” is rotated'],
      ['status', '“שלום” is rotated.'],
    ] as const) {
      await page.locator(`#${id} bdi`, { hasText: 'שלום' }).waitFor();
      expect(await page.locator(`#${id}`).textContent()).toBe(text);
      if (id === 'rotate-title') await button('Rotate the key').click();
      if (id === 'secret-title') await button('Done').click();
    }
    expect(await page.content()).not.toMatch(/[\u202e\u2066\u200b]/);
  });

  test('shows the name of the user in the same way', async () => {
    site.email = 'ada\u202e@example.com';
    site.firstName = 'A\u202eda\u009b';
    await open();
    await page.getByText('ada‹U+202E›@example.com').waitFor();
    await createNamed('a');
    expect(await page.locator('#curl').textContent()).toContain(
      String.raw`-d '{"first_name":"A\u202eda\u009b"}'`,
    );
  });

  test('treats names as text', async () => {
    site.addKey('<img src=x onerror=alert(1)>');
    await open();
    await page.getByRole('rowheader', { name: '<img src=x onerror=alert(1)>' }).waitFor();
  });

  test.each(['drop', unavailable] as const)('offers to try again after %j', async (failure) => {
    site.fail = () => failure;
    await open();
    await visible('#failure');
    const text = await page.locator('#failure').textContent();
    expect(text).toContain(failure === 'drop' ? 'did not respond' : 'Wait a second');
    expect(text?.includes('req-0e6a')).toBe(failure !== 'drop');
    site.fail = () => undefined;
    await button('Try again').click();
    await visible('#empty');
    expect(await focusedId()).toBe('title');
  });

  test('lists exactly the fields that each role may write', async () => {
    await open();
    await visible('#empty');
    const roles = await page.locator('#role-guide details').all();
    const fields = await Promise.all(roles.map((role) => role.locator('code').allTextContents()));
    const of = (group: string) =>
      Object.entries(userFields).flatMap(([name, field]) => (field.group === group ? [name] : []));
    expect(fields).toEqual([
      [],
      of('profile'),
      of('billing'),
      [...of('profile'), ...of('account'), ...of('billing')],
    ]);
  });
});
