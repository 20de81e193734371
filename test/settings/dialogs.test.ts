import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { OWNER } from './fake-site.ts';
import { keyIn, useWorld, vocabulary } from './world.ts';

// Creating, editing, rotating and revoking keys.

const NAMES_VERSION = 'Require a version for updates';
const world = useWorld();
const { site, open } = world;
const { button, visible, dialog, createNamed, focusedId, names, row, secret, statusText, tabTo } =
  vocabulary(() => world.page);
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

describe('a key that is shown once', () => {
  const isShown = async () =>
    keyIn(await secret()) !== undefined && page.locator('#secret-dialog').isVisible();
  /** Tries to leave the page, and stays. Returns whether the browser asked for confirmation. */
  async function isAskedBeforeLeaving(leave = 'location.reload()'): Promise<boolean> {
    let asked = false;
    world.onQuestion = (question) => {
      asked = question.type() === 'beforeunload';
      void question.dismiss();
    };
    await page.evaluate(leave);
    await page.evaluate('new Promise((done) => setTimeout(done, 50))');
    return asked;
  }

  test('is not lost by Escape before a confirmation', async () => {
    await open();
    await createNamed('laptop');
    for (let times = 0; times < 4; times++) {
      await page.keyboard.press('Escape');
      await visible('#unsaved-dialog');
      expect(await focusedId()).toBe('unsaved-back');
      await page.keyboard.press('Escape');
      await page.locator('#unsaved-dialog').waitFor({ state: 'hidden' });
    }
    expect([await isShown(), await focusedId()]).toEqual([true, 'secret']);
    await page.keyboard.press('Escape');
    await button('Go back').click();
    expect(await isShown()).toBe(true);
    await page.locator('#secret-title').click(); // This removes the focus.
    await page.keyboard.press('Escape');
    await button('Close without copying').click();
    await page.getByText('“laptop” is created.').waitFor();
    expect(await page.locator('#secret').inputValue()).toBe('');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });

  test('is not lost by other ways to close a dialog: a click beside it, Enter, a gesture', async () => {
    await open();
    await createNamed('laptop');
    await page.mouse.click(2, 2);
    await page.keyboard.press('Enter');
    expect(await isShown()).toBe(true);
    await page.locator('#secret').focus();
    await page.keyboard.press('Enter');
    expect(await isShown()).toBe(true);
    await page.locator('#secret-dialog').evaluate((dialog) => {
      (dialog as unknown as { requestClose: () => void }).requestClose();
    });
    await visible('#unsaved-dialog');
    expect(await isShown()).toBe(true);
  });

  test('is not lost by a reload or by going back without a confirmation', async () => {
    await open('?before');
    await open();
    await createNamed('laptop');
    expect(await isAskedBeforeLeaving()).toBe(true);
    expect(await isAskedBeforeLeaving('history.back()')).toBe(true);
    expect(await isShown()).toBe(true);
  });

  test('may be left after it was copied, by button or by keyboard', async () => {
    await open();
    for (const copy of [
      () => button('Copy the key').click(),
      () => button('Copy the command').click(),
      () =>
        page
          .locator('#secret')
          .focus()
          .then(() => page.keyboard.press('Control+A'))
          .then(() => page.keyboard.press('Control+C')),
    ]) {
      await createNamed('laptop');
      expect(await isAskedBeforeLeaving()).toBe(true);
      await page.evaluate('navigator.clipboard.writeText = () => Promise.resolve()');
      await copy();
      await expect
        .poll(() =>
          isAskedBeforeLeaving('dispatchEvent(new Event("beforeunload", { cancelable: true }))'),
        )
        .toBe(false);
      await page.keyboard.press('Escape');
      await page.getByText('“laptop” is created.').waitFor();
      expect(await page.locator('#secret').inputValue()).toBe('');
    }
  });

  test('still needs a confirmation after a failed or partial copy', async () => {
    await open();
    await createNamed('laptop');
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error())');
    await button('Copy the key').click();
    await page.getByText('The browser blocked copying').waitFor();
    await page.evaluate("document.getElementById('secret').setSelectionRange(3, 9)");
    await page.keyboard.press('Control+C');
    await page.keyboard.press('Escape');
    await visible('#unsaved-dialog');
  });

  test('needs no confirmation afterwards', async () => {
    await open();
    await createNamed('laptop');
    await button('Done').click();
    await page.getByText('“laptop” is created.').waitFor();
    await button('Create a key').click();
    await visible('#create-dialog');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.reload();
    await page.getByRole('rowheader', { name: 'laptop' }).waitFor();
  });
});

describe('by keyboard alone', () => {
  test('a key can be created, and the focus returns', async () => {
    site.addKey('other');
    await open();
    await visible('#create');
    await tabTo('create');
    await page.keyboard.press('Enter');
    await visible('#create-dialog');
    await page.keyboard.type('laptop');
    await tabTo('role-profile');
    await page.keyboard.press('ArrowUp');
    expect(await focusedId()).toBe('role-read_only');
    await page.keyboard.press('Enter');
    await visible('#secret-dialog');
    expect(await focusedId()).toBe('secret');
    await page.keyboard.press('Escape');
    await tabTo('unsaved-close');
    await page.keyboard.press('Enter');
    await page.getByText('“laptop” is created.').waitFor();
    expect(await focusedId()).toBe('create');
    expect(site.keys[0]).toMatchObject({ name: 'laptop', role: 'read_only' });
  });

  test('a key can be kept and revoked', async () => {
    const id = site.addKey('laptop');
    await open();
    await visible('#create');
    await tabTo(`revoke-${id}`);
    await page.keyboard.press('Enter');
    await visible('#revoke-dialog');
    // The safe button comes first.
    await page.keyboard.press('Enter');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('“laptop” is revoked.').waitFor();
    expect(await focusedId()).toBe('keys-title');
  });

  test('the first Tab offers to skip the header', async () => {
    await open();
    await visible('#empty');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
  });
});
