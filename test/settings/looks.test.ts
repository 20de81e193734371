import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { violationsOf } from '../support/browser.ts';
import { unavailable, useWorld, vocabulary } from './world.ts';

// How the page looks: in each of its states, at each width, in both colour schemes; and what its first load costs.

const FIRST_LOAD_LIMIT = 50 * 1024;
const world = useWorld();
const { site, open } = world;
const { button, visible, dialog, createNamed } = vocabulary(() => world.page);
let page: Page;
beforeAll(() => {
  page = world.page;
});

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
    await page.getByLabel('State', { exact: true }).selectOption('all');
    for (const summary of await page.locator('summary').all()) await summary.click();
  },
  'the list of an ordinary user': async () => {
    site.superuser = false;
    site.addKey('laptop');
    await open();
    for (const summary of await page.locator('#role-guide summary').all()) await summary.click();
  },
  'as many keys as there can be, none of which is found': async () => {
    for (let count = 0; count < 25; count++) site.addKey(`key ${count}`);
    await open();
    await page.getByLabel('Search').fill('laptop');
    await visible('#none');
  },
  'the form to create, with limits and errors': async () => {
    site.superuser = false;
    await open();
    await button('Create a key').click();
    await page.getByLabel('Expires').selectOption('date');
    await page.getByLabel('Last day').fill('');
    await page.getByText('Limit addresses and fields').click();
    await button('Create the key').click();
    await visible('#date-error');
  },
  'the form to edit, with errors': async () => {
    site.addKey('laptop', { role: 'full_access', allowed_ips: ['192.0.2.0/24'] });
    await open();
    await button('Edit laptop').click();
    await dialog('Edit “laptop”').waitFor();
    for (const box of await page.getByRole('checkbox', { name: /:/ }).all()) await box.uncheck();
    await button('Save').click();
    await visible('#scopes-error');
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
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await states[state]?.();
    expect(await violationsOf(page)).toEqual([]);
    // The other scheme has other colours, and only those.
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violationsOf(page, ['color-contrast'])).toEqual([]);
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
    const fresh = await world.context.browser()?.newContext();
    const tab = await world.newTab(fresh);
    const sizes: Promise<number>[] = [];
    const origins = new Set<string>();
    tab.on('response', (response) => {
      origins.add(new URL(response.url()).origin);
      const head = JSON.stringify(response.headers()).length;
      sizes.push(response.body().then((body) => head + body.length));
    });
    const response = await tab.goto(`${site.origin}/settings`);
    await tab.locator('#content').waitFor();
    await tab.waitForLoadState('networkidle');
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(FIRST_LOAD_LIMIT);
    expect([...origins]).toEqual([site.origin]);
    const policy = response?.headers()['content-security-policy'];
    expect(policy).toContain(`default-src 'none'; script-src 'self'; style-src 'self'`);
    expect(policy).not.toContain('unsafe');
    expect(response?.headers()['strict-transport-security']).toBe('max-age=63072000');
    await fresh?.close();
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

  test('25 keys are readable, and buttons are large enough for a finger', async () => {
    for (let count = 0; count < 25; count++)
      site.addKey(`key ${count}`, {
        description: 'Runs at night.',
        last_used_at: '2026-11-01T00:00:00Z',
        last_used_country: 'DE',
        last_used_network: 'Example Hosting',
      });
    await open();
    await visible('#keys');
    const rows = await page.evaluate<{ height: number; size: number; button: number }[]>(
      `[...document.querySelectorAll('.keys tbody tr')].map((row) => ({
        height: row.offsetHeight,
        size: Math.min(...[...row.querySelectorAll('td')].map((cell) => parseFloat(getComputedStyle(cell).fontSize))),
        button: row.querySelector('button').offsetHeight,
      }))`,
    );
    expect(rows).toHaveLength(25);
    // Three of them fit a small screen.
    expect(Math.max(...rows.map(({ height }) => height))).toBeLessThan(245);
    expect(Math.min(...rows.map(({ size }) => size))).toBeGreaterThanOrEqual(14);
    expect(Math.min(...rows.map(({ button }) => button))).toBeGreaterThanOrEqual(
      width < 992 ? 40 : 32,
    );
  });

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
