import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { OWNER } from './fake-site.ts';
import { keyIn, useWorld, vocabulary } from './world.ts';

// Creating a key.

const NAMES_VERSION = 'Require a version for updates';
const world = useWorld();
const { site, open } = world;
const { button, visible, dialog, createNamed, focusedId, secret } = vocabulary(() => world.page);
let page: Page;
beforeAll(() => {
  page = world.page;
});

describe('creating', () => {
  test('sends the chosen values and shows the key once', async () => {
    await open();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill(' laptop ');
    await page.getByLabel('Description').fill('At home');
    await page.getByLabel('Full access').check();
    await button('Create the key').click();
    await dialog('“laptop” is created').waitFor();
    const { body } = site.received.find(({ method }) => method === 'POST') ?? {};
    const days = (Date.parse(body.expires_at) - Date.now()) / 86_400_000;
    expect(body).toMatchObject({ name: 'laptop', description: 'At home', role: 'full_access' });
    expect(Math.round(days)).toBe(90);

    const key = await secret();
    expect(keyIn(key)).toBe(key);
    expect(await page.locator('#curl').textContent()).toBe(
      `curl -X PUT '${site.origin}/api/v1/user/${OWNER}' \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"first_name":"Ada"}'`,
    );
    await button('Done').click();
    await page.getByText('“laptop” is created.').waitFor();
    expect(await page.content()).not.toContain(key);
    expect(await page.locator('#secret').inputValue()).toBe('');
    expect(await page.getByRole('rowheader').allTextContents()).toEqual(['laptopAt home']);
  });

  test('quotes a first name for the shell, and omits it for a key that may not write it', async () => {
    site.firstName = "D'Arcy";
    await open();
    await createNamed('a');
    const curl = () => page.locator('#curl').textContent();
    expect(await curl()).toContain(`-d '{"first_name":"D'\\''Arcy"}'`);
    await button('Done').click();
    await page.getByText('“a” is created.').waitFor();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('b');
    await page.getByLabel('Read only').check();
    await button('Create the key').click();
    await visible('#secret-dialog');
    expect(await curl()).toContain(`-d '{}'`);
  });

  test('copies, or selects the text if the browser refuses', async () => {
    await open();
    await createNamed('laptop');
    const key = await secret();
    await page.evaluate(
      `navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }`,
    );
    await button('Copy the key').click();
    await page.getByText('The key was copied.').waitFor();
    expect(await page.evaluate('window.copied')).toBe(key);
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error())');
    await button('Copy the command').click();
    await page.getByText('The command is selected').waitFor();
    expect(await page.evaluate('getSelection().toString()')).toContain(key);
  });

  test.each([
    ['30', 30],
    ['365', 365],
    ['never', null],
  ])('expires after %s', async (choice, days) => {
    await open();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('a');
    await page.getByLabel('Expires').selectOption(choice);
    await button('Create the key').click();
    await visible('#secret-dialog');
    const { expires_at } = site.received.find(({ method }) => method === 'POST')?.body ?? {};
    const sent = expires_at && Math.round((Date.parse(expires_at) - Date.now()) / 86_400_000);
    expect(sent).toBe(days);
  });

  test('expires at the end of a chosen day, and past days are refused', async () => {
    await open();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('a');
    await page.getByLabel('Expires').selectOption('date');
    await page.getByLabel('Last day').fill('2001-01-01');
    await button('Create the key').click();
    await page.getByText('Choose today or a later day.').waitFor();
    await page.getByLabel('Last day').fill('2099-12-31');
    await button('Create the key').click();
    await visible('#secret-dialog');
    const { expires_at } = site.received.find(({ method }) => method === 'POST')?.body ?? {};
    expect(Date.parse(expires_at)).toBe(new Date('2099-12-31T23:59:59').getTime());
  });

  test('requests require_precondition only if the box is checked', async () => {
    await open();
    await button('Create a key').click();
    const box = page.getByRole('checkbox', { name: NAMES_VERSION });
    const isDescribedBy = await box.getAttribute('aria-describedby');
    expect(isDescribedBy?.split(' ')).toContain('precondition-hint');
    expect(await page.locator('#precondition-hint').textContent()).toMatch(
      /If-Match.*Base-Version/,
    );
    await page.getByText(NAMES_VERSION).click();
    expect(await box.isChecked()).toBe(true);
    await page.getByLabel('Name', { exact: true }).fill('strict');
    await button('Create the key').click();
    await visible('#secret-dialog');
    // Without a condition its command would be refused.
    expect(await page.locator('#curl').textContent()).toContain(`-H 'If-Match: *'`);
    await button('Done').click();
    await page.getByText('“strict” is created.').waitFor();
    await button('Create a key').click();
    expect(await box.isChecked()).toBe(false);
    await button('Cancel').click();
    await createNamed('lax');
    const bodies = site.received.filter(({ method }) => method === 'POST').map(({ body }) => body);
    expect(bodies).toMatchObject([
      { name: 'strict', require_precondition: true },
      { name: 'lax', require_precondition: false },
    ]);
  });

  test('offers only the roles that the owner may grant', async () => {
    site.superuser = false;
    await open();
    await button('Create a key').click();
    const enabled = ['Read only', 'Profile', 'Billing sync', 'Full access'].map((role) =>
      page.getByLabel(role, { exact: true }).isEnabled(),
    );
    expect(await Promise.all(enabled)).toEqual([true, true, false, false]);
    expect(await page.locator('#role-full_access-text').textContent()).toContain(
      'Only for superusers.',
    );
  });

  test('links the messages of page and API to their fields', async () => {
    await open();
    await button('Create a key').click();
    await button('Create the key').click();
    const name = page.getByLabel('Name', { exact: true });
    const described = async () =>
      (await name.getAttribute('aria-invalid')) === 'true' && (await focusedId());
    expect(await described()).toBe('name');
    expect(await page.locator('#name-error').textContent()).toBe('Enter a name.');
    await name.fill('x'.repeat(101));
    await button('Create the key').click();
    expect(await page.locator('#name-error').textContent()).toMatch(/at most 100 characters/);

    const detail = 'must not contain a control character';
    site.fail = () => ({
      status: 422,
      code: 'validation_failed',
      detail: 'Fix the fields listed in errors.',
      errors: [{ pointer: '/name', code: 'invalid_character', detail }],
    });
    await name.fill('laptop');
    await button('Create the key').click();
    await page.getByText(detail).waitFor();
    expect(await described()).toBe('name');
  });

  test('links a message about the version to its checkbox', async () => {
    await open();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('laptop');
    const detail = 'require_precondition must be true or false.';
    site.fail = () => ({
      status: 422,
      code: 'validation_failed',
      detail: 'Fix the fields listed in errors.',
      errors: [{ pointer: '/require_precondition', code: 'invalid_type', detail }],
    });
    await button('Create the key').click();
    await page.locator('#precondition-error', { hasText: detail }).waitFor();
    const box = page.getByLabel(NAMES_VERSION);
    expect(await box.getAttribute('aria-invalid')).toBe('true');
    expect(await box.getAttribute('aria-describedby')).toContain('precondition-error');
    expect(await focusedId()).toBe('precondition');
    expect(await page.locator('#create-dialog .problem').textContent()).toBe('');
  });

  test('shows an error with its request id, keeps the input, and can be sent again', async () => {
    await open();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('laptop');
    site.fail = () => ({ status: 409, code: 'too_many_keys', detail: 'Revoke a key first.' });
    await button('Create the key').click();
    await page.getByText('Revoke a key first.').waitFor();
    expect(await page.locator('#create-dialog .problem').textContent()).toContain('req-0e6a');
    site.fail = () => undefined;
    await button('Create the key').click();
    await dialog('“laptop” is created').waitFor();
  });

  test('reloads the list when it is unknown whether the key was created', async () => {
    await open();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('laptop');
    site.fail = (method) => (method === 'POST' ? 'drop' : undefined);
    await button('Create the key').click();
    await page.getByText('The server did not respond').waitFor();
    site.addKey('laptop');
    await button('Cancel').click();
    await page.getByRole('rowheader', { name: 'laptop' }).waitFor();
  });

  test('sends once, however often the button is pressed', async () => {
    await open();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('laptop');
    let release = () => {};
    site.gate = new Promise((done) => {
      release = done;
    });
    await button('Create the key').click();
    await button('Creating…').dispatchEvent('click');
    release();
    await visible('#secret-dialog');
    expect(site.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('limits of a new key', () => {
  const postedBody = () => site.received.find(({ method }) => method === 'POST')?.body;

  test('are addresses and fields, of those that the role may update', async () => {
    await open();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('crm');
    await page.getByText('Limit addresses and fields').click();
    await page.getByLabel('Allowed addresses').fill('192.0.2.0/24\n\n 2001:db8::/32, 198.51.100.7');
    const boxes = page.locator('#fields').getByRole('checkbox');
    expect(await boxes.count()).toBe(8);
    for (const box of await boxes.all()) await box.uncheck();
    await button('Create the key').click();
    await page.locator('#fields-error', { hasText: 'Choose at least one field.' }).waitFor();
    expect(await focusedId()).toBe('field-first_name');
    await page.getByLabel('phone').check();
    await page.getByLabel('address', { exact: true }).check();
    await button('Create the key').click();
    await visible('#secret-dialog');
    expect(postedBody()).toMatchObject({
      allowed_ips: ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'],
      fields: ['phone', 'address'],
    });
  });

  test('are none unless somebody sets them, and follow the role', async () => {
    await open();
    await button('Create a key').click();
    await page.getByText('Limit addresses and fields').click();
    await page.getByLabel('phone').uncheck();
    await page.getByLabel('Full access').check();
    const boxes = page.locator('#fields').getByRole('checkbox');
    expect(await boxes.count()).toBe(25);
    await page.getByLabel('Read only').check();
    expect(await page.locator('#fields').isVisible()).toBe(false);
    await page.getByLabel('Name', { exact: true }).fill('reader');
    await button('Create the key').click();
    await visible('#secret-dialog');
    expect(postedBody()).toMatchObject({ allowed_ips: null, fields: null });
  });

  test('that the API refuses are explained at their field, even if it is folded', async () => {
    await open();
    await button('Create a key').click();
    await page.getByLabel('Name', { exact: true }).fill('crm');
    await page.getByText('Limit addresses and fields').click();
    await page.getByLabel('Allowed addresses').fill('192.0.2.7/24');
    await page.getByText('Limit addresses and fields').click();
    const detail = 'allowed_ips/0 must be an address, or a range without bits beyond its prefix';
    site.fail = () => ({
      ...{ status: 422, code: 'validation_failed', detail: 'Fix the fields listed in errors.' },
      errors: [{ pointer: '/allowed_ips/0', code: 'invalid_format', detail }],
    });
    await button('Create the key').click();
    await page.locator('#allowed-ips-error', { hasText: detail }).waitFor();
    expect(await focusedId()).toBe('allowed-ips');
    expect(await page.locator('#create-dialog .problem').textContent()).toBe('');
  });
});
