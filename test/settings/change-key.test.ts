import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useWorld, vocabulary } from './world.ts';

// Editing, rotating and revoking a key.

const world = useWorld();
const { site, open } = world;
const { button, visible, dialog, focusedId, names, row, statusText } = vocabulary(() => world.page);
let page: Page;
beforeAll(() => {
  page = world.page;
});

describe('editing', () => {
  const patched = () => site.received.filter(({ method }) => method === 'PATCH');

  test('sends what was changed, and nothing else', async () => {
    const id = site.addKey('laptop', { description: 'At home' });
    await open();
    await button('Edit laptop').click();
    await dialog('Edit “laptop”').waitFor();
    expect(await focusedId()).toBe('name');
    expect(await page.getByLabel('Description').inputValue()).toBe('At home');
    await page.getByLabel('Name', { exact: true }).fill(' desktop ');
    await button('Save').click();
    await page.getByText('“desktop” is saved.').waitFor();
    expect(patched()).toMatchObject([{ path: `/api/v1/keys/${id}`, body: { name: 'desktop' } }]);
    expect(patched()[0]?.body).toEqual({ name: 'desktop' });
    expect(await names()).toEqual(['desktop']);
    expect(await focusedId()).toBe(`edit-${id}`);
    await button('Edit desktop').click();
    await button('Save').click();
    await page.getByText('“desktop” is saved.').waitFor();
    expect(patched()).toHaveLength(1);
  });

  test('takes rights, addresses and fields away, and offers no more than the key has', async () => {
    site.addKey('crm', { role: 'full_access', fields: ['phone', 'address', 'email'] });
    await open();
    await button('Edit crm').click();
    await page.getByText('cannot be added again').waitFor();
    const scopes = page.locator('#scopes').getByRole('checkbox');
    expect(await scopes.count()).toBe(site.keys[0]?.scopes.length);
    for (const box of await scopes.all()) await box.uncheck();
    expect(await page.locator('#fields').getByRole('checkbox').count()).toBe(3);
    await page.getByRole('checkbox', { name: 'email', exact: true }).uncheck();
    await page.getByLabel('Allowed addresses').fill('192.0.2.0/24');
    await button('Save').click();
    await page.locator('#scopes-error', { hasText: 'Keep at least one' }).waitFor();
    expect(patched()).toEqual([]);
    await page.getByRole('checkbox', { name: 'user:read' }).check();
    await page.getByRole('checkbox', { name: 'user:write' }).check();
    await button('Save').click();
    await page.getByText('“crm” is saved.').waitFor();
    expect(patched()[0]?.body).toEqual({
      scopes: ['user:read', 'user:write'],
      fields: ['phone', 'address'],
      allowed_ips: ['192.0.2.0/24'],
    });
    const text = await page.getByRole('row', { name: /crm/ }).textContent();
    expect(text).toContain('only from 192.0.2.0/24');
    expect(text).toContain('updates only phone, address');
    expect(text).toContain('Custom');
  });

  test('explains at its field what the API refuses, and can be sent again', async () => {
    site.addKey('laptop', { allowed_ips: ['192.0.2.0/24'] });
    await open();
    await button('Edit laptop').click();
    await page.getByLabel('Allowed addresses').fill('');
    const detail = 'The key is limited to other addresses.';
    site.fail = () => ({
      ...{ status: 403, code: 'insufficient_scope', detail: 'Send only what the key has.' },
      errors: [{ pointer: '/allowed_ips', code: 'not_grantable', detail }],
    });
    await button('Save').click();
    await page.locator('#allowed-ips-error', { hasText: detail }).waitFor();
    expect(await focusedId()).toBe('allowed-ips');
    site.fail = () => 'drop';
    await button('Save').click();
    await page.getByText('The server did not respond').waitFor();
    site.fail = () => undefined;
    site.change(site.keys[0]?.id ?? '', { name: 'changed elsewhere' });
    // Whether it was saved is unknown, so the list is read again.
    await button('Cancel').click();
    await row('changed elsewhere').waitFor();
  });

  test('says so if the form cannot be loaded, as after a deployment', async () => {
    site.addKey('laptop');
    await open();
    await visible('#create');
    await page.route('**/key-dialogs-*.js', (route) => route.abort());
    await button('Edit laptop').click();
    await page.getByText('A part of this page could not be loaded. Reload the page.').waitFor();
    await page.unroute('**/key-dialogs-*.js');
    expect(world.complaints.splice(0)).toEqual([expect.stringContaining('net::ERR_FAILED')]);
  });
});

describe('rotating and revoking', () => {
  const HOUR = 3_600_000;
  const inHours = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();

  test.each([
    ['In 7 days', 12, /^The old key, in-.{6}…, stops working in 12 hours\.$/],
    ['In 7 days', 24 * 30, /^The old key, in-.{6}…, stops working in 7 days\.$/],
    ['In 1 hour', 12, /^The old key, in-.{6}…, stops working in (1 hour|60 minutes)\.$/],
    ['Now', 12, /^The old key, in-.{6}…, has stopped working\.$/],
    [
      undefined,
      12,
      /until the new key is first used. It stops working in 12 hours at the latest\.$/,
    ],
    [
      undefined,
      99,
      /until the new key is first used. It stops working in 24 hours at the latest\.$/,
    ],
  ])('%s, with %i hours left: shows when the old key ends', async (choice, left, told) => {
    const id = site.addKey('laptop', { expires_at: inHours(left) });
    await open();
    await button('Rotate laptop').click();
    if (choice) await page.getByLabel('The old key stops working').selectOption({ label: choice });
    await button('Rotate the key').click();
    await visible('#secret-dialog');
    expect(await page.locator('#old-secret').textContent()).toMatch(told);
    expect(site.received.some(({ path }) => path === `/api/v1/keys/${id}`)).toBe(false);
    const { body } = site.received.find(({ path }) => path.endsWith('/rotate')) ?? {};
    expect('grace' in body).toBe(choice !== undefined);
  });

  test('an old key ends by the clock of the server, even if the local clock is behind', async () => {
    site.addKey('laptop');
    await open();
    await page.evaluate(`{ const now = Date.now; Date.now = () => now() - ${HOUR}; }`);
    await button('Rotate laptop').click();
    await page.getByLabel('The old key stops working').selectOption('Now');
    await button('Rotate the key').click();
    await page.getByText('has stopped working').waitFor();
  });

  test('shows the key even if the response does not say when the old one ends', async () => {
    site.addKey('laptop');
    site.tellsReplaced = false;
    await open();
    await button('Rotate laptop').click();
    await button('Rotate the key').click();
    await dialog('“laptop” is rotated').waitFor();
    expect(await page.locator('#old-secret').textContent()).toBe('');
  });

  test.each([
    [
      { expires_at: inHours(12), role: 'read_only' as const },
      'Its role is Read only. It expires in 12 hours.',
    ],
    [{ expires_at: null }, 'Its role is Profile. It never expires.'],
  ])('shows the properties of the new key: %j', async (columns, facts) => {
    site.addKey('laptop', columns);
    await open();
    await button('Rotate laptop').click();
    expect(await page.locator('#expiry-hint').textContent()).toMatch(
      columns.expires_at ? /^It works until \w+, \w+ \d+, \d+\.$/ : /^It works until it is revoked/,
    );
    await button('Rotate the key').click();
    await visible('#secret-dialog');
    expect(await page.locator('#secret-facts').textContent()).toBe(facts);
  });

  test('rotates with the chosen grace and shows the new key', async () => {
    const id = site.addKey('laptop');
    await open();
    await button('Rotate laptop').click();
    await page.getByLabel('The old key stops working').selectOption('In 7 days');
    await button('Rotate the key').click();
    await dialog('“laptop” is rotated').waitFor();
    expect(await page.locator('#old-secret').textContent()).toMatch(/stops working in 7 days/);
    expect(site.received.at(-1)).toMatchObject({ path: `/api/v1/keys/${id}/rotate` });
    expect(site.received.at(-1)?.body).toEqual({ grace: 604_800 });
    await button('Done').click();
    await page.getByText('“laptop” is rotated.').waitFor();
    expect(await names()).toEqual(['laptop', 'laptop']);
    expect(await focusedId()).toBe(`rotate-${id}`);
  });

  test.each([
    ['In 30 days', 30],
    ['Never', null],
    ['On a date …', undefined],
  ])('gives the new key another expiry: %s', async (choice, days) => {
    site.addKey('laptop');
    await open();
    await button('Rotate laptop').click();
    expect(await page.locator('#grace-hint').textContent()).toContain('after 24 hours.');
    await page.getByLabel('The new key expires').selectOption({ label: choice });
    if (days === undefined) {
      await page.getByLabel('Last day').fill('2001-01-01');
      await button('Rotate the key').click();
      await page.locator('#date-error', { hasText: 'Choose today or a later day.' }).waitFor();
      expect(await focusedId()).toBe('date');
      await page.getByLabel('Last day').fill('2099-12-31');
    }
    await button('Rotate the key').click();
    await dialog('“laptop” is rotated').waitFor();
    const { expires_at } = site.received.at(-1)?.body ?? {};
    const sent = expires_at && Math.round((Date.parse(expires_at) - Date.now()) / (24 * HOUR));
    if (days === undefined) expect(expires_at).toMatch(/^(2099-12-31|2100-01-01)T/);
    else expect(sent).toBe(days);
    // The sentence comes from the response.
    const facts = { null: 'It never expires.', 30: 'It expires in 30 days.' }[String(days)];
    expect(await page.locator('#secret-facts').textContent()).toContain(facts ?? 'in 73 years.');
  });

  test('revokes only after a confirmation', async () => {
    const id = site.addKey('laptop');
    await open();
    await button('Revoke laptop').click();
    await button('Keep it').click();
    expect(site.received.some(({ method }) => method === 'DELETE')).toBe(false);
    expect(await focusedId()).toBe(`revoke-${id}`);
    await button('Revoke laptop').click();
    await button('Revoke the key').click();
    await page.getByText('“laptop” is revoked.').waitFor();
    expect(await focusedId()).toBe('keys-title');
    expect(await statusText()).toBe('“laptop” is revoked.');
    await page.getByText('You have no active keys').waitFor();
  });
});
