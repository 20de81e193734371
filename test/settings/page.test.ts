import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { userFields } from '../../src/users/fields.ts';
import { useBrowser } from '../support/browser.ts';
import { FakeSite, OWNER } from './fake-site.ts';

// The built page in a real browser, with its real headers and a fake API.

const FIRST_LOAD_LIMIT = 50 * 1024;
const browser = useBrowser();
const site = new FakeSite();
let context: BrowserContext;
let page: Page;
/** Complaints of the browser, without the statuses of the API. */
let complaints: string[];

beforeAll(() => site.start());
afterAll(() => site.stop());
beforeEach(async () => {
  site.reset();
  complaints = [];
  context = await browser().newContext({ viewport: { width: 360, height: 740 } });
  page = await newPage();
});
/** Opens a tab. All tabs share the session. */
async function newPage(): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const fromApi = /\/(api|auth)\//.test(message.location().url);
    if (['error', 'warning'].includes(message.type()) && !fromApi) complaints.push(message.text());
  });
  return page;
}
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

const open = (query = '') => page.goto(`${site.origin}/settings${query}`);
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const heading = (name: string | RegExp) => page.getByRole('heading', { name });
const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
const visible = (selector: string) => page.locator(selector).waitFor({ state: 'visible' });
const statusText = () => page.locator('#status').textContent();
const focusedId = () => page.evaluate('document.activeElement.id');
const keyIn = (text: string | null) => /in-[0-9a-f]{30,}/.exec(text ?? '')?.[0];

async function createNamed(name: string): Promise<void> {
  await button('Create a key').first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await button('Create the key').click();
  await visible('#secret-dialog');
}

const NAMES_VERSION = 'Require a version for updates';

const unavailable = {
  status: 503,
  code: 'database_unavailable',
  detail: 'Wait a second and send it again.',
};

/** Every state of the page, and how to reach it. */
const states: Record<string, () => Promise<unknown>> = {
  'signed out': async () => {
    site.signedIn = false;
    await open();
    await visible('#signed-out');
  },
  'signed out with a reason': async () => {
    site.signedIn = false;
    await open('?sign_in=unknown_user');
    await visible('#sign-in-message .notice');
  },
  loading: async () => {
    site.gate = new Promise(() => {});
    await open();
    await visible('#loading');
  },
  failure: async () => {
    site.fail = () => unavailable;
    await open();
    await visible('#failure');
  },
  empty: async () => {
    await open();
    await visible('#empty');
  },
  'a list of all kinds of keys, all unfolded': async () => {
    site.addAllKinds();
    await open();
    for (const summary of await page.locator('summary').all()) await summary.click();
  },
  'the list of an ordinary user': async () => {
    site.superuser = false;
    site.addKey('laptop');
    await open();
    for (const summary of await page.locator('#role-guide summary').all()) await summary.click();
  },
  'the form to create, with errors': async () => {
    site.superuser = false;
    await open();
    await button('Create a key').click();
    await page.getByLabel('Expires').selectOption('date');
    await page.getByLabel('Last day').fill('');
    await button('Create the key').click();
    await visible('#expires_at-error');
    await page.getByLabel(NAMES_VERSION).check();
  },
  'a new key': async () => {
    await open();
    await createNamed('laptop');
  },
  'the confirmation before a key is lost': async () => {
    await open();
    await createNamed('laptop');
    await page.keyboard.press('Escape');
    await visible('#unsaved-dialog');
  },
  'names with hidden characters, and from right to left': async () => {
    site.addKey('\u202eevil', { description: 'a\u200bb' });
    site.addKey('שלום');
    await open();
    await button('Rotate שלום').click();
    await button('Rotate the key').click();
    await dialog('“שלום” is rotated').waitFor();
  },
  'the form to rotate': async () => {
    site.addKey('laptop');
    await open();
    await button('Rotate laptop').click();
  },
  'the confirmation before revoking, after a failure': async () => {
    site.addKey('laptop');
    await open();
    await button('Revoke laptop').click();
    site.fail = () => unavailable;
    await button('Revoke the key').click();
    await visible('#revoke-dialog .notice');
  },
  'webhooks of all kinds, all unfolded, after a failed test': async () => {
    site.addAllKindsOfWebhooks();
    site.addDelivery({ response: '\u202eevil\u0085 '.repeat(50) });
    site.addDelivery({ status: null, error: 'Connection failed.', attempt: 3 });
    site.tested = { status: 404, error: 'Status 404.', response: 'Not found' };
    await open();
    await page
      .getByRole('button', { name: /^Send a test/ })
      .first()
      .click();
    await page.getByText('webhook.test').waitFor();
    for (const summary of await page.getByText('Latest deliveries').all()) await summary.click();
    for (const summary of await page.getByText('Response', { exact: true }).all())
      await summary.click();
  },
  'webhooks whose deliveries cannot be loaded': async () => {
    site.addWebhook('https://hooks.example.com/profiles');
    site.fail = (_, path) => (path.endsWith('/deliveries') ? unavailable : undefined);
    await open();
    await page.getByText('Latest deliveries').click();
    await page.getByText(unavailable.detail).waitFor();
  },
  'the form to create a webhook, with errors': async () => {
    await open();
    await button('Create a webhook').click();
    for (const type of ['Created', 'Updated', 'Erased']) await page.getByLabel(type).uncheck();
    await button('Create the webhook').click();
    await visible('#types-error');
  },
  'the secret of a webhook': async () => {
    site.addWebhook('https://hooks.example.com/profiles');
    await open();
    await page.getByRole('button', { name: /^Rotate secret/ }).click();
    await button('Rotate the secret').click();
    await visible('#secret-dialog');
  },
  'the form to rotate a secret': async () => {
    site.addWebhook('https://hooks.example.com/profiles');
    await open();
    await page.getByRole('button', { name: /^Rotate secret/ }).click();
    await dialog('Rotate the secret').waitFor();
  },
  'the confirmation before deleting a webhook, after a failure': async () => {
    site.addWebhook(`https://hooks.example.com/${'long'.repeat(100)}`);
    await open();
    await page.getByRole('button', { name: /^Delete/ }).click();
    site.fail = () => unavailable;
    await button('Delete the webhook').click();
    await visible('dialog[open] .notice');
  },
  'after revoking': async () => {
    site.addKey('laptop');
    await open();
    await button('Revoke laptop').click();
    await button('Revoke the key').click();
    await page.getByText('“laptop” is revoked.').waitFor();
  },
};

describe.each(Object.keys(states))('%s', (state) => {
  test('has no violation of axe and does not scroll sideways', async () => {
    await states[state]?.();
    // The colours do not depend on the width.
    for (const [colorScheme, width] of [['light', 360] as const, ['dark', 1280] as const]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 740 });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html)}`);
      expect([colorScheme, width, found]).toEqual([colorScheme, width, []]);
    }
    // It must fit every width.
    for (const width of [320, 360, 768, 992, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      const tooWide = await page.evaluate(
        `[document.documentElement, ...document.querySelectorAll('dialog[open], dialog[open] .body')]
          .filter((element) => element.scrollWidth > element.clientWidth + 1).length`,
      );
      expect([width, tooWide]).toEqual([width, 0]);
    }
  });
});

describe('the first load', () => {
  test.each([
    ['without anything', () => {}],
    [
      'with a key and a webhook',
      () => {
        site.addKey('laptop');
        site.addWebhook('https://hooks.example.com/profiles');
      },
    ],
  ])('is small, comes from one origin, and has the policy: %s', async (_, fill) => {
    fill();
    const sizes: Promise<number>[] = [];
    const origins = new Set<string>();
    page.on('response', (response) => {
      origins.add(new URL(response.url()).origin);
      const head = JSON.stringify(response.headers()).length;
      sizes.push(response.body().then((body) => head + body.length));
    });
    const response = await open();
    await visible('#content');
    await page.waitForLoadState('networkidle');
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(FIRST_LOAD_LIMIT);
    expect([...origins]).toEqual([site.origin]);
    const policy = response?.headers()['content-security-policy'];
    expect(policy).toContain(`default-src 'none'; script-src 'self'; style-src 'self'`);
    expect(policy).not.toContain('unsafe');
    expect(response?.headers()['strict-transport-security']).toBe('max-age=63072000');
  });
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
    const row = page.getByRole('row', { name: /stripe-follower-production/ });
    const text = await row.textContent();
    expect(text).toContain('Follows the webhooks of Stripe');
    expect(text).toMatch(
      /Billing sync.*If-Match.*in-.{6}….*3 days ago.*minutes ago.*in 9 months.*Active/,
    );
    expect(await row.locator('time').count()).toBe(3);
  });

  test('marks keys that require a version, also for screen readers', async () => {
    site.addKey('lax');
    site.addKey('strict', { require_precondition: true });
    await open();
    const cell = (key: string, name: string) =>
      page.getByRole('row', { name: key }).getByRole('cell', { name, exact: true });
    await cell('strict', 'Role Profile requires If-Match or Base-Version to update').waitFor();
    await cell('lax', 'Role Profile').waitFor();
    expect(await page.getByText('requires If-Match').isVisible()).toBe(true);
  });

  test('folds inactive keys, without actions', async () => {
    site.addAllKinds();
    await open();
    await page.getByText('Expired and revoked (2)').click();
    const past = page.getByRole('table', { name: 'Expired and revoked keys' });
    expect(await past.getByRole('rowheader').allTextContents()).toEqual(['leaked', 'old laptop']);
    expect(await past.getByRole('button').count()).toBe(0);
  });

  test('says when there are no active keys', async () => {
    site.addKey('old', { state: 'revoked', revoked_at: '2026-01-01T00:00:00Z' });
    await open();
    await page.getByText('You have no active keys').waitFor();
  });

  test('shows further pages on demand', async () => {
    for (const name of ['a', 'b', 'c']) site.addKey(name);
    site.pageSize = 2;
    await open();
    await button('Show more keys').click();
    await page.getByText('1 more keys are shown.').waitFor();
    expect(await page.getByRole('rowheader').allTextContents()).toEqual(['c', 'b', 'a']);
    expect(await button('Show more keys').isVisible()).toBe(false);
  });

  test('shows names isolated, with their hidden characters', async () => {
    site.addKey('\u202eevil', { description: '\u2066a\u200b' });
    site.addKey('שלום');
    site.addKey('می‌خواهم');
    await open();
    const names = page.getByRole('rowheader');
    await names.first().waitFor();
    expect(await names.allTextContents()).toEqual([
      'می‌خواهم',
      'שלום',
      '‹U+202E›evil‹U+2066›a‹U+200B›',
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

    const key = await page.getByLabel('Key', { exact: true }).inputValue();
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
    expect(await page.getByLabel('Key', { exact: true }).inputValue()).toBe('');
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
    const key = await page.getByLabel('Key', { exact: true }).inputValue();
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
    await page.locator('#require_precondition-error', { hasText: detail }).waitFor();
    const box = page.getByLabel(NAMES_VERSION);
    expect(await box.getAttribute('aria-invalid')).toBe('true');
    expect(await box.getAttribute('aria-describedby')).toContain('require_precondition-error');
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
    await page.clock.setFixedTime(Date.now() - HOUR);
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
    expect(await page.locator('#rotate-text').textContent()).toMatch(
      columns.expires_at ? /when the old key would have expired: in 12 hours\.$/ : /never expires/,
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
    expect(site.received.at(-1)).toMatchObject({
      path: `/api/v1/keys/${id}/rotate`,
      body: { grace: 604_800 },
    });
    await button('Done').click();
    await page.getByText('“laptop” is rotated.').waitFor();
    expect(await page.getByRole('rowheader').allTextContents()).toEqual(['laptop', 'laptop']);
    expect(await focusedId()).toBe(`rotate-${id}`);
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
    expect(await page.getByText('Expired and revoked (1)').isVisible()).toBe(true);
  });
});

describe('a key that is shown once', () => {
  const secret = () => page.getByLabel('Key', { exact: true }).inputValue();
  const isShown = async () =>
    keyIn(await secret()) !== undefined && page.locator('#secret-dialog').isVisible();
  /** Tries to leave the page, and stays. Returns whether the browser asked for confirmation. */
  async function isAskedBeforeLeaving(leave = 'location.reload()'): Promise<boolean> {
    let asked = false;
    page.once('dialog', (dialog) => {
      asked = dialog.type() === 'beforeunload';
      void dialog.dismiss();
    });
    await page.evaluate(leave);
    await page.waitForTimeout(200);
    page.removeAllListeners('dialog');
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
    expect([await isShown(), await secret()]).toEqual([false, '']);
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
      expect(await secret()).toBe('');
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
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.reload();
    await page.getByRole('rowheader', { name: 'laptop' }).waitFor();
  });
});

describe('another tab', () => {
  let other: Page;
  const namesIn = (tab: Page) => tab.getByRole('rowheader').allTextContents();
  beforeEach(async () => {
    site.addKey('first');
    await open();
    await page.getByRole('rowheader').waitFor();
    other = await newPage();
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
    await other.getByText('Expired and revoked (1)').waitFor();
  });

  test('reloads after an unknown outcome in this tab', async () => {
    await button('Revoke first').click();
    site.fail = (method) => (method === 'DELETE' ? 'drop' : undefined);
    await button('Revoke the key').click();
    await page.getByText('The server did not respond').waitFor();
    Object.assign(site.keys[0] ?? {}, { state: 'revoked', revoked_at: new Date().toISOString() });
    await button('Keep it').click();
    await other.getByText('Expired and revoked (1)').waitFor();
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
    site.addKey('second');
    site.addKey('third');
    await page.reload();
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
    expect(await namesIn(page)).toEqual(['third', 'second']);
    expect(await page.evaluate('window.row.isConnected')).toBe(true);
    expect(await statusText()).toBe('1 more keys are shown.');
    site.fail = () => unavailable;
    await lookAgain('/auth/session');
    await page.getByRole('rowheader', { name: 'third' }).waitFor();
    expect(await page.locator('#failure').isVisible()).toBe(false);
  });
});

describe.each([
  [360, 640],
  [768, 640],
  [1280, 720],
])('at %i × %i', (width, height) => {
  beforeEach(() => page.setViewportSize({ width, height }));

  test.each([true, false])(
    'the whole form is visible without scrolling (superuser: %j)',
    async (superuser) => {
      site.superuser = superuser;
      await open();
      await button('Create a key').click();
      const seen = await page.locator('#create-dialog .body').boundingBox();
      for (const label of [
        'Name',
        'Expires',
        'Read only',
        'Profile',
        'Billing sync',
        'Full access',
      ]) {
        const field = await page.getByLabel(label, { exact: true }).boundingBox();
        expect([label, (field?.y ?? -1) >= (seen?.y ?? 0)]).toEqual([label, true]);
        const bottom = (field?.y ?? 0) + (field?.height ?? 0);
        expect([label, bottom <= (seen?.y ?? 0) + (seen?.height ?? 0)]).toEqual([label, true]);
      }
      await button('Create the key').click({ trial: true });
      expect(await page.locator('#create-dialog .body').evaluate((body) => body.scrollTop)).toBe(0);
    },
  );

  test('no button covers the key or the command', async () => {
    await open();
    await createNamed('laptop');
    for (const [id, buttonId] of [
      ['secret', 'copy-secret'],
      ['curl', 'copy-curl'],
    ] as const) {
      const [text, over] = await Promise.all(
        [`#${id}`, `#${buttonId}`].map((selector) => page.locator(selector).boundingBox()),
      );
      const apart =
        !text || !over || over.y + over.height <= text.y || over.x >= text.x + text.width;
      expect([id, apart]).toEqual([id, true]);
    }
    await page.locator('#curl').scrollIntoViewIfNeeded();
  });
});

describe('by keyboard alone', () => {
  /** Presses Tab until an element has the focus. */
  async function tabTo(id: string): Promise<void> {
    for (let presses = 0; presses < 40; presses++) {
      if ((await focusedId()) === id) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach #${id}`);
  }

  test('a key can be created, and the focus returns', async () => {
    site.addKey('other');
    await open();
    await visible('#create');
    await tabTo('create');
    await page.keyboard.press('Enter');
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
