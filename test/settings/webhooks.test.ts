import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { OWNER } from './fake-site.ts';
import { unavailable, useWorld, vocabulary } from './world.ts';

// The part of the page that is about webhooks.

const URL = 'https://hooks.example.com/profiles';
const world = useWorld(768);
const { site, open } = world;
const { button, dialog, focusedId, statusText: status } = vocabulary(() => world.page);
let page: Page;
beforeAll(() => {
  page = world.page;
});

const card = (url = URL) => page.getByRole('listitem').filter({ hasText: url });
const titles = () => page.locator('#webhooks h3').allTextContents();
const lastSent = (method: string) => site.received.findLast((each) => each.method === method);
const secret = () => page.getByLabel('Secret', { exact: true }).inputValue();

/** Opens the page and unfolds the deliveries of the only webhook. */
async function openDeliveries(): Promise<void> {
  await open();
  await page.getByText('Latest deliveries').click();
}

/** Opens the page and the form, and fills it in. */
async function openForm(url = URL): Promise<void> {
  await open();
  await button('Create a webhook').click();
  await page.getByLabel('URL', { exact: true }).fill(url);
}

describe('the list', () => {
  test('says that there are none', async () => {
    await open();
    await page.getByText('You have no webhooks yet.').waitFor();
    site.addWebhook(URL);
    await page.evaluate('dispatchEvent(new Event("focus"))');
    await card().waitFor();
    expect(await page.getByText('You have no webhooks yet.').isVisible()).toBe(false);
  });

  test.each([
    [true, 'You are a superuser: your webhooks get the changes of all users.'],
    [false, 'You are not a superuser: your webhooks get only the changes of your own user.'],
  ])('says whose changes arrive (superuser: %j)', async (superuser, words) => {
    site.superuser = superuser;
    site.addWebhook(URL);
    await open();
    await page.getByText(words).waitFor();
    const sent = superuser ? 'Sends all changes of all users' : 'Sends all changes of your user';
    expect(await card().textContent()).toContain(sent);
  });

  test.each([
    [{}, 'Active', ''],
    [{ types: ['user.erased' as const] }, 'Active Sends user.erased of all users', ''],
    [{ fields: ['email' as const] }, 'if one of these fields has changed: email', ''],
    [{ description: 'Keeps the CRM up to date' }, 'Keeps the CRM up to date', ''],
    [{ state: 'paused' as const, paused_reason: 'requested' }, 'Paused', 'Paused on request.'],
    [
      { state: 'paused' as const, paused_reason: 'gone' },
      'Paused',
      'Paused because the URL returned status 410.',
    ],
    [
      { state: 'paused' as const, paused_reason: 'failing' },
      'Paused',
      'Paused because nothing could be delivered for three days.',
    ],
    [{ state: 'paused' as const, paused_reason: 'of_a_newer_server' }, 'Paused', 'Paused.'],
  ])('shows %j', async (columns, words, notice) => {
    site.addWebhook(URL, columns);
    await open();
    expect(await card().textContent()).toContain(words);
    expect((await card().locator('.notice').allTextContents()).join()).toBe(notice);
  });

  test('shows which event blocks a webhook, and since when', async () => {
    const since = new Date(Date.now() - 2 * 3_600_000).toISOString();
    const event = { id: 'e', type: 'user.updated', user_id: OWNER, version: 7, attempts: 3, since };
    site.addWebhook(URL, { blocked_by: event });
    await open();
    expect(await card().locator('.badge').textContent()).toBe('Failing');
    expect(await card().locator('.notice').textContent()).toBe(
      `user.updated (version 7 of ${OWNER}) has failed 3 times, first 2 hours ago. Later events wait for it.`,
    );
    expect(await card().locator('.notice time').getAttribute('datetime')).toBe(since);
  });

  test('shows what people wrote isolated, as text, with its hidden characters', async () => {
    site.addWebhook('https://example.com/\u202emoc', { description: '\u2066<b>a\u200b' });
    await open();
    await page.getByRole('heading', { name: 'https://example.com/‹U+202E›moc' }).waitFor();
    expect(await card('moc').locator('.description').textContent()).toBe('‹U+2066›<b>a‹U+200B›');
    await button('Delete https://example.com/‹U+202E›moc').click();
    await page.getByRole('alertdialog', { name: 'Delete the webhook?' }).waitFor();
    expect(await page.content()).not.toMatch(/[\u202e\u2066\u200b]/);
    const bidi = `[...document.querySelectorAll('.webhook bdi, dialog[open] bdi')]
      .map((text) => getComputedStyle(text).unicodeBidi)`;
    expect(new Set((await page.evaluate(bidi)) as string[])).toEqual(new Set(['isolate']));
  });
});

describe('creating', () => {
  test('sends the chosen values and shows the secret once', async () => {
    await openForm(` ${URL} `);
    await page.getByRole('textbox', { name: 'Description (optional)' }).fill(' CRM ');
    await page.getByLabel('Created').uncheck();
    await button('Create the webhook').click();
    await dialog('The webhook is created').waitFor();
    expect(lastSent('POST')).toMatchObject({
      path: '/api/v1/webhooks',
      body: { url: URL, description: 'CRM', types: ['user.updated', 'user.erased'] },
    });
    const shown = await secret();
    expect(shown).toMatch(/^whsec_.{43}=$/);
    expect(await page.getByText('Copy the secret now. It is shown only once.').isVisible()).toBe(
      true,
    );
    expect(await page.locator('#try').isVisible()).toBe(false);
    await button('Done').click();
    await page.getByText('The webhook is created.').waitFor();
    expect(await page.content()).not.toContain(shown.slice(6));
    expect([await secret(), await titles()]).toEqual(['', [URL]]);
    expect(await focusedId()).toBe('create-webhook');
  });

  test('sends null for all types, so that later ones are included', async () => {
    await openForm();
    await button('Create the webhook').click();
    await dialog('The webhook is created').waitFor();
    expect(lastSent('POST')?.body.types).toBe(null);
  });

  test('asks before a secret is lost, and copies it', async () => {
    await openForm();
    await button('Create the webhook').click();
    await dialog('The webhook is created').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog', { name: 'Close without copying the secret?' }).waitFor();
    await button('Go back').click();
    await page.evaluate(
      'navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }',
    );
    await button('Copy the secret').click();
    await page.getByText('The secret was copied.').waitFor();
    expect(await page.evaluate('window.copied')).toBe(await secret());
    await page.keyboard.press('Escape');
    await page.getByText('The webhook is created.').waitFor();
  });

  test('after a webhook, a key is called a key again', async () => {
    await openForm();
    await button('Create the webhook').click();
    await button('Done').click();
    await page.getByText('The webhook is created.').waitFor();
    await button('Create a key').first().click();
    await page.getByLabel('Name', { exact: true }).fill('laptop');
    await button('Create the key').click();
    await page.getByText('Copy the key now.').waitFor();
    expect(await page.locator('#curl').isVisible()).toBe(true);
    expect(await page.getByLabel('Key', { exact: true }).inputValue()).toMatch(/^in-/);
  });

  test('links the messages of page and API to their fields, and keeps the input', async () => {
    await open();
    await button('Create a webhook').click();
    for (const type of ['Created', 'Updated', 'Erased']) await page.getByLabel(type).uncheck();
    await button('Create the webhook').click();
    expect(await page.locator('.error').allTextContents()).toEqual(
      expect.arrayContaining(['Enter a URL.', 'Choose at least one.']),
    );
    const url = page.getByLabel('URL', { exact: true });
    expect([await focusedId(), await url.getAttribute('aria-invalid')]).toEqual(['url', 'true']);
    const detail = 'url must have a host name of which each address is public.';
    site.fail = () => ({
      ...{ status: 422, code: 'validation_failed', detail: 'Fix the fields.' },
      errors: [{ pointer: '/url', code: 'not_public', detail }],
    });
    await url.fill('https://intranet.example.com/');
    await page.getByLabel('Erased').check();
    await button('Create the webhook').click();
    await page.locator('#url-error', { hasText: detail }).waitFor();
    expect([await focusedId(), await page.locator('dialog[open] .problem').textContent()]).toEqual([
      'url',
      '',
    ]);
    site.fail = () => ({ status: 409, code: 'too_many_webhooks', detail: 'Delete one first.' });
    await button('Create the webhook').click();
    await page.getByText('Delete one first.').waitFor();
    expect(await url.inputValue()).toBe('https://intranet.example.com/');
    await button('Cancel').click();
    await button('Create a webhook').click();
    expect([await url.inputValue(), await page.getByLabel('Created').isChecked()]).toEqual([
      '',
      true,
    ]);
  });

  test('reloads the list when it is unknown whether it was created', async () => {
    await openForm();
    site.fail = (method) => (method === 'POST' ? 'drop' : undefined);
    await button('Create the webhook').click();
    await page.getByText('The server did not respond').waitFor();
    site.addWebhook(URL);
    await button('Cancel').click();
    await card().waitFor();
  });

  test('opens one form, however often the button is pressed', async () => {
    await open();
    await button('Create a webhook').dblclick();
    await page.getByLabel('URL', { exact: true }).fill(URL);
    await button('Cancel').click();
    expect(await page.locator('dialog[open]').count()).toBe(0);
    expect(await focusedId()).toBe('create-webhook');
  });
});

describe('rotating the secret', () => {
  test.each([
    [undefined, 86_400, /^The old secret signs too\. It ends (in 24 hours|in 1 day|tomorrow)\.$/],
    ['Now', 0, /^$/],
    ['In 7 days', 604_800, /^The old secret signs too\. It ends in 7 days\.$/],
  ])('%s sends the grace and shows the new secret', async (choice, grace, words) => {
    const id = site.addWebhook(URL);
    await open();
    await button(`Rotate secret ${URL}`).click();
    if (choice) await page.getByLabel('The old secret stops working').selectOption(choice);
    await button('Rotate the secret').click();
    await dialog('The secret is rotated').waitFor();
    expect(lastSent('POST')).toMatchObject({
      path: `/api/v1/webhooks/${id}/rotate`,
      body: { grace },
    });
    expect(await secret()).toMatch(/^whsec_/);
    expect(await page.locator('#old-secret').textContent()).toMatch(words);
    await button('Done').click();
    await page.getByText('The secret is rotated.').waitFor();
    expect(await focusedId()).toBe(`rotate-${id}`);
  });
});

describe('a test event', () => {
  test.each([
    [{}, ['Delivered', 'webhook.test', 'Status 204.', '182 ms']],
    [
      { status: 500, error: 'Status 500.', response: 'Oh no' },
      ['Failed', 'Status 500.', '182 ms', 'Oh no'],
    ],
    [
      { status: null, error: 'No response within 10 seconds.', duration_ms: 10_003 },
      ['Failed', 'No response within 10 seconds.', '10003 ms'],
    ],
  ])('shows what became of it: %j', async (tested, words) => {
    const id = site.addWebhook(URL);
    site.tested = tested;
    await open();
    await button(`Send a test ${URL}`).click();
    const result = card().getByRole('status');
    await result.getByText(words[0] as string).waitFor();
    for (const word of words) expect(await result.textContent()).toContain(word);
    expect(lastSent('POST')?.path).toBe(`/api/v1/webhooks/${id}/test`);
    expect(await focusedId()).toBe(`test-${id}`);
  });

  test('is sent once, however often the button is pressed', async () => {
    site.addWebhook(URL);
    await open();
    await card().waitFor();
    let release = () => {};
    site.gate = new Promise((done) => {
      release = done;
    });
    await button(`Send a test ${URL}`).dblclick();
    await card().getByText('Sending…').waitFor();
    release();
    await card().getByText('Delivered').waitFor();
    expect(site.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('shows why none was sent, and can be sent again', async () => {
    site.addWebhook(URL);
    await open();
    site.fail = (method) => (method === 'POST' ? unavailable : undefined);
    await button(`Send a test ${URL}`).click();
    await card().getByText(unavailable.detail).waitFor();
    expect(await card().textContent()).toContain('req-0e6a');
    site.fail = () => undefined;
    await button(`Send a test ${URL}`).click();
    await card().getByText('Delivered').waitFor();
  });
});

describe('deliveries', () => {
  test('are read when they are unfolded, the latest first, at most 20', async () => {
    site.addWebhook(URL);
    for (let version = 1; version <= 25; version++) site.addDelivery({ version });
    await open();
    await card().waitFor();
    expect(site.received.some(({ path }) => path.endsWith('/deliveries'))).toBe(false);
    await page.getByText('Latest deliveries').click();
    const items = page.locator('.attempts li');
    await items.first().waitFor();
    expect(await items.count()).toBe(20);
    expect(await items.first().textContent()).toBe(
      `Delivered user.updated, version 25 of ${OWNER}14 minutes ago, 182 ms: Status 204.`,
    );
  });

  test('show failures, and the response on demand', async () => {
    site.addWebhook(URL);
    const skipped_at = new Date().toISOString();
    site.addDelivery({ status: null, error: 'Connection failed.', attempt: 11, skipped_at });
    site.addDelivery({ status: 500, error: 'Status 500.', response: 'one\n\u202etwo\u0085<b>' });
    await openDeliveries();
    const items = page.locator('.attempts li');
    expect(await items.nth(1).textContent()).toMatch(
      /182 ms, attempt 11: Connection failed\. This event was skipped\.$/,
    );
    const response = page.locator('.attempts pre');
    expect(await response.isVisible()).toBe(false);
    await items.nth(0).getByText('Response').click();
    expect(await response.isVisible()).toBe(true);
    expect(await response.textContent()).toBe('one\n‹U+202E›two‹U+0085›<b>');
    expect(await response.locator('bdi').count()).toBe(1);
  });

  test('say that nothing was sent, that they are loading, and that they cannot be loaded', async () => {
    site.addWebhook(URL);
    await open();
    await card().waitFor();
    let release = () => {};
    site.gate = new Promise((done) => {
      release = done;
    });
    const summary = page.getByText('Latest deliveries');
    await summary.click();
    await card().getByText('Loading…').waitFor();
    release();
    await card().getByText('Nothing has been sent yet.').waitFor();
    await summary.click();
    site.fail = () => unavailable;
    await summary.click();
    await card().getByRole('alert').getByText(unavailable.detail).waitFor();
    site.fail = () => undefined;
    await summary.click();
    await summary.click();
    await card().getByText('Nothing has been sent yet.').waitFor();
  });

  test('stay unfolded when the page catches up, and are read again if something was sent', async () => {
    site.addWebhook(URL);
    site.addWebhook('https://other.example.com/');
    site.addDelivery({ version: 1 });
    await open();
    await card().getByText('Latest deliveries').click();
    await page.getByText('version 1 of').waitFor();
    await page.evaluate('window.item = document.querySelector(".attempts li")');
    site.addKey('from elsewhere');
    await page.evaluate('dispatchEvent(new Event("focus"))');
    await page.getByRole('rowheader', { name: 'from elsewhere' }).waitFor();
    expect(await page.evaluate('window.item.checkVisibility()')).toBe(true);
    site.addDelivery({ version: 2 });
    for (const webhook of site.webhooks) webhook.cursor = 'c2';
    await page.evaluate('dispatchEvent(new Event("focus"))');
    await page.getByText('version 2 of').waitFor();
    expect(await page.locator('.deliveries[open]').count()).toBe(1);
  });
});

describe('pausing and deleting', () => {
  test('pauses and resumes, and keeps the focus', async () => {
    const id = site.addWebhook(URL);
    await open();
    await button(`Pause ${URL}`).click();
    await page.getByText(`${URL} is paused.`).waitFor();
    expect(lastSent('PATCH')).toMatchObject({
      path: `/api/v1/webhooks/${id}`,
      body: { state: 'paused' },
    });
    expect(await card().textContent()).toContain('Paused on request.');
    expect(await focusedId()).toBe(`state-${id}`);
    await button(`Resume ${URL}`).click();
    await page.getByText(`${URL} is active.`).waitFor();
    expect(await card().locator('.badge').textContent()).toBe('Active');
  });

  test('shows why a webhook could not be paused', async () => {
    site.addWebhook(URL);
    await open();
    site.fail = (method) => (method === 'PATCH' ? 'drop' : undefined);
    await button(`Pause ${URL}`).click();
    await card().getByText('The server did not respond.').waitFor();
  });

  test('deletes only after a confirmation', async () => {
    const id = site.addWebhook(URL);
    await open();
    await button(`Delete ${URL}`).click();
    await page.getByRole('alertdialog', { name: 'Delete the webhook?' }).waitFor();
    await page.keyboard.press('Enter'); // The safe button comes first.
    expect([await page.locator('dialog[open]').count(), lastSent('DELETE')]).toEqual([
      0,
      undefined,
    ]);
    expect(await focusedId()).toBe(`delete-${id}`);
    await button(`Delete ${URL}`).click();
    await button('Delete the webhook').click();
    await page.getByText('The webhook is deleted.').waitFor();
    expect([lastSent('DELETE')?.path, await titles()]).toEqual([`/api/v1/webhooks/${id}`, []]);
    expect(await focusedId()).toBe('webhooks-title');
  });

  test('other tabs follow', async () => {
    const id = site.addWebhook(URL);
    const other = await world.newTab();
    await other.goto(`${site.origin}/settings`);
    await other.locator('#webhooks h3').waitFor();
    await open();
    await button(`Pause ${URL}`).click();
    await other.getByText('Paused on request.').waitFor();
    await page.bringToFront();
    await button(`Delete ${URL}`).click();
    await button('Delete the webhook').click();
    await other.getByText('You have no webhooks yet.').waitFor();
    expect(site.webhooks.some((webhook) => webhook.id === id)).toBe(false);
  });

  test('a session that ends meanwhile leads to signing in, and nothing stays', async () => {
    site.addWebhook(URL);
    await open();
    await card().waitFor();
    site.signedIn = false;
    await button(`Send a test ${URL}`).click();
    await page.getByText('You have been signed out').waitFor();
    expect(await page.content()).not.toContain(URL);
    expect(await status()).toBe('');
  });
});
