import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEMO_ID, seedDemoData } from '../../tools/demo-data.ts';
import { PAGE_TIMEOUT_MS, useBrowser } from '../support/browser.ts';
import { useStack } from '../support/stack.ts';
import { bash } from './examples.ts';

// The served documentation in a real browser, with the real API.

const browser = useBrowser();
const stack = useStack();
let key: string;
let context: BrowserContext;
let page: Page;
/** Complaints of the browser, without the statuses of the API. */
let complaints: string[];
let origins: Set<string>;

beforeAll(async () => {
  key = (await seedDemoData(stack.connect())) ?? '';
});

beforeEach(() => newPage());

afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
  expect([...origins]).toEqual([stack.origin]);
});

async function newPage(options: Parameters<ReturnType<typeof browser>['newContext']>[0] = {}) {
  await context?.close();
  complaints = [];
  origins = new Set();
  context = await browser().newContext({ viewport: { width: 1280, height: 800 }, ...options });
  page = await context.newPage();
  page.setDefaultTimeout(PAGE_TIMEOUT_MS);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  page.on('console', (message) => {
    const fromApi = message.location().url.includes('/api/');
    if (['error', 'warning'].includes(message.type()) && !fromApi) complaints.push(message.text());
  });
}

const USERS = '/docs/reference/users';
const KEYS = '/docs/reference/keys';

const open = (path = USERS) => page.goto(stack.origin + path);
const operation = (id: string) => page.locator(`section#${id}`);
const shownCode = (id: string) => operation(id).locator('.example code:visible').textContent();
const enter = (label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);

/** Opens the form of an operation, sends it, and waits for the response. Returns its status. */
async function tryIt(id: string, body?: string): Promise<string | null> {
  const form = operation(id).locator('.try');
  await form.locator('summary').first().click();
  if (body !== undefined) await form.getByLabel('Body').fill(body);
  await form.getByRole('button', { name: /^Send/ }).click();
  return form.locator('.send-status .status').textContent();
}

/** Opens the search, types the words and returns the status line. */
async function search(words: string): Promise<string | null> {
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByLabel('Search the documentation').fill(words);
  const status = page.locator('dialog [role="status"]');
  await status.filter({ hasText: /./ }).waitFor();
  return status.textContent();
}

type View = readonly ['light' | 'dark', number];

/** Each colour scheme with one width, because colours do not depend on the width. */
const VIEWS: readonly View[] = [
  ['light', 360],
  ['light', 768],
  ['dark', 1280],
];

async function look([colorScheme, width]: View): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height: 800 });
}

/** Expects no violations from axe, in the page or in parts of it. */
async function objections(...parts: string[]): Promise<string[]> {
  const axe = parts.reduce((one, part) => one.include(part), new AxeBuilder({ page }));
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html)}`);
}

const unfold = (within: string) =>
  page.evaluate(
    `for (const one of document.querySelectorAll('${within} details')) one.open = true`,
  );

async function expectToFit(): Promise<void> {
  for (const width of [320, 768, 992, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const tooWide = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect([width, tooWide]).toEqual([width, 0]);
  }
}

describe('no violation of axe, and nothing that scrolls sideways,', {
  timeout: 60_000,
}, () => {
  test.each(['/docs', '/docs/updating-safely', '/docs/errors/edit_conflict'])(
    'is in %s',
    async (path) => {
      await open(path);
      for (const view of VIEWS) {
        await look(view);
        expect([view, await objections()]).toEqual([view, []]);
      }
      await expectToFit();
    },
  );

  test.each([USERS, KEYS])('is in %s', async (path) => {
    await open(path);
    // Once in whole, which takes axe many seconds; on a phone an operation stands for all.
    await look(['light', 360]);
    expect(await objections('.bar', '.intro', '.operation:nth-of-type(2)')).toEqual([]);
    await look(['dark', 1280]);
    expect(await objections()).toEqual([]);
    await unfold('');
    await expectToFit();
  });

  test('is in an operation that was tried, with everything unfolded', async () => {
    await open(KEYS);
    await enter('Your API key', key);
    await tryIt('createKey', '{}');
    await unfold('#createKey');
    expect(await objections('#createKey')).toEqual([]);
    await expectToFit();
  });

  test('is in the search', async () => {
    await open('/docs');
    await search('key');
    for (const view of VIEWS) {
      await look(view);
      expect([view, await objections('dialog')]).toEqual([view, []]);
    }
    await expectToFit();
  });
});

describe('the key of the reader', () => {
  test('is filled into all examples, and is gone after a reload', async () => {
    await open(KEYS);
    await enter('Your API key', key);
    const text = await page.locator('main').textContent();
    expect(text?.split(key).length).toBeGreaterThan(60);
    expect(text).not.toContain('YOUR_API_KEY');
    const kept = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state])',
    );
    expect(kept).not.toContain(key);
    await page.reload();
    expect(await page.content()).not.toContain(key);
    expect(await page.getByLabel('Your API key').inputValue()).toBe('');
    expect(await shownCode('getKey')).toContain('YOUR_API_KEY');
  });

  test('is filled into the examples of a guide too, as is the user id', async () => {
    const user = crypto.randomUUID();
    await open('/docs/quick-start');
    await page.getByText('Use your own values in the examples').click();
    await enter('Your API key', key);
    await enter('Your user id', user);
    const text = await page.locator('main').textContent();
    expect(text).toContain(`export KEY=${key}`);
    expect(text).toContain(`export USER_ID=${user}`);
    expect(text).toContain(`export BASE=${stack.origin}`);
    await page.reload();
    expect(await page.content()).not.toContain(key);
  });

  test('is removed when the reader leaves the page and returns', async () => {
    await open();
    await enter('Your API key', key);
    await page.getByRole('link', { name: 'Rate limits' }).click();
    await page.getByRole('heading', { name: 'Rate limits' }).waitFor();
    await page.goBack();
    expect(await page.getByLabel('Your API key').inputValue()).toBe('');
    expect(await page.content()).not.toContain(key);
  });

  test('that is malformed is not filled in, and is reported', async () => {
    await open();
    await enter('Your API key', `${key.slice(0, -1)}!`);
    await page.getByLabel('Your user id').focus();
    await page.getByText('This is not an API key').waitFor();
    expect(await shownCode('getUser')).toContain('YOUR_API_KEY');
    await enter('Your API key', key);
    expect(await page.locator('#key-error').textContent()).toBe('');
    await enter('Your API key', '');
    expect(await shownCode('getUser')).toContain('YOUR_API_KEY');
  });

  test('is requested before a request that needs it, and nothing is sent', async () => {
    await open();
    await operation('getUser').locator('.try > summary').click();
    await operation('getUser').getByRole('button', { name: /^Send/ }).click();
    await page.getByRole('link', { name: 'Enter your API key at the top of the page' }).click();
    expect(await page.evaluate('document.activeElement.id || location.hash')).toMatch(/key/);
  });
});

describe('an example', () => {
  test.each(['header', 'query'])('in cURL runs with the key in the %s', async (place) => {
    await open();
    await enter('Your API key', key);
    await page.locator(`#place-${place}`).check();
    const curl = (await shownCode('updateUser')) ?? '';
    expect(curl.includes(`?api_key=${key}`)).toBe(place === 'query');
    await stack.query(`update users set first_name = 'Demo' where id = $1`, [DEMO_ID]);
    const { stdout } = await bash(curl.replace(/^curl/, 'curl -s'));
    expect(JSON.parse(stdout).data).toMatchObject({
      id: DEMO_ID,
      first_name: 'Ada',
      phone: null,
    });
    expect(await stack.row(DEMO_ID)).toMatchObject({ first_name: 'Ada' });
  });

  test('in JavaScript runs', async () => {
    await open();
    await enter('Your API key', key);
    await operation('patchUser').getByLabel('JavaScript').check();
    const code = (await shownCode('patchUser')) ?? '';
    const { stdout } = await bash('node --input-type=module -e "$CODE"', { CODE: code });
    expect(stdout).toMatch(/^200 \{"message":"Data updated successfully"/);
  });

  test('can be copied as it is shown', async () => {
    await open();
    await page.evaluate(
      `navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }`,
    );
    const code = operation('updateUser').locator('.example .code:visible');
    await code.hover();
    await code.getByRole('button', { name: 'Copy' }).click();
    await code.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('window.copied')).toBe(await shownCode('updateUser'));
  });

  test.each([
    [360, true],
    [768, false],
    [1280, false],
  ])('is not covered by its button, at %i px', async (width, hasTouch) => {
    await newPage({ viewport: { width, height: 800 }, hasTouch });
    for (const path of [USERS, KEYS, '/docs/quick-start', '/docs/updating-safely']) {
      await open(path);
      const covered =
        await page.evaluate(`[...document.querySelectorAll('.code')].filter((code) => {
        const button = code.querySelector('.copy').getBoundingClientRect();
        const text = document.createRange();
        text.selectNodeContents(code.querySelector('code'));
        return [...text.getClientRects()].some(({ left, right, top, bottom, width }) =>
          width > 0 && left < button.right && right > button.left && top < button.bottom && bottom > button.top);
      }).map((code) => code.textContent)`);
      expect([path, covered]).toEqual([path, []]);
    }
  });

  test('changes its language by keyboard, with all others, and on the next page', async () => {
    await open();
    await operation('updateUser').getByLabel('cURL').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await shownCode('updateUser')).toContain('requests.put(');
    expect(await shownCode('getUser')).toContain('requests.get(');
    await open(KEYS);
    expect(await shownCode('listKeys')).toContain('requests.get(');
  });
});

describe('trying it', () => {
  test('a PUT updates the demo user', async () => {
    await open();
    await enter('Your API key', key);
    expect(await tryIt('updateUser', '{"last_name": "Lovelace"}')).toBe('200');
    expect(await operation('updateUser').locator('.response-body').textContent()).toContain(
      '"last_name": "Lovelace"',
    );
    expect(await stack.row(DEMO_ID)).toMatchObject({ last_name: 'Lovelace' });
  });

  test('shows hidden characters of a response as JSON escapes', async () => {
    await stack.query('update users set first_name = $2 where id = $1', [DEMO_ID, 'a\u202eb']);
    await open();
    await enter('Your API key', key);
    expect(await tryIt('updateUser', '{}')).toBe('200');
    expect(await operation('updateUser').locator('.response-body').textContent()).toContain(
      '"first_name": "a\\u202eb"',
    );
  });

  test('sends the path, the query and the headers that were entered', async () => {
    const other = await stack.user({ first_name: 'Other' });
    await open();
    await enter('Your API key', key);
    await enter('Your user id', other);
    expect(await shownCode('getUser')).toContain(`/user/${other}`);
    await operation('getUser').locator('.try > summary').click();
    await operation('getUser').locator('.try .more > summary').click();
    await operation('getUser').getByLabel('If-None-Match').fill('"1"');
    const sent = page.waitForRequest(/\/api\//);
    await operation('getUser').getByRole('button', { name: /^Send/ }).click();
    expect(await operation('getUser').locator('.send-status .status').textContent()).toBe('304');
    const request = await sent;
    expect(request.url()).toBe(`${stack.origin}/api/v1/user/${other}`);
    expect(request.headers()['authorization']).toBe(`Bearer ${key}`);
    await open(KEYS);
    await enter('Your API key', key);
    const list = page.waitForRequest(/\/api\/v1\/keys\?limit=1$/);
    await operation('listKeys').locator('.try > summary').click();
    await operation('listKeys').getByLabel('limit').fill('1');
    await operation('listKeys').getByRole('button', { name: /^Send/ }).click();
    await list;
  });

  test('says before what it will do', async () => {
    await open();
    for (const id of ['getUser', 'updateUser'])
      await operation(id).locator('.try > summary').click();
    const form = (id: string) => operation(id).locator('.try form').textContent();
    expect(await form('getUser')).toContain(
      'This sends a real request to this server with your API key.',
    );
    expect(await form('getUser')).not.toContain('permanent');
    expect(await form('updateUser')).toContain('Its changes are permanent. To change nothing,');
  });

  test('an error leads to its page', async () => {
    await open();
    await enter('Your API key', key);
    expect(await tryIt('updateUser', '{"emial": 1}')).toBe('422');
    await page.getByRole('link', { name: '/docs/errors/validation_failed' }).click();
    await page.getByRole('heading', { name: 'Validation failed' }).waitFor();
  });
});

describe('the search', () => {
  test.each([
    ['rotate', '/docs/reference/keys#rotateKey'],
    ['409', '/docs/errors/edit_conflict'],
    ['Postman', '/docs/quick-start'],
    ['null', '/docs/updating-safely'],
  ])('leads from %s to %s', async (words, path) => {
    await open('/docs');
    expect(await search(words)).toMatch(/^\d+ results?$/);
    await page.locator(`dialog a[href^="${path}"]`).first().click();
    await page.waitForURL((url) => `${url.pathname}${url.hash}`.startsWith(path));
  });

  test('works by keyboard alone', async () => {
    await open(KEYS);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('list keys');
    await page.locator('dialog a').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('List keys');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').isVisible()).toBe(false);
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#listKeys$/);
    expect(await page.locator('dialog').isVisible()).toBe(false);
  });

  test('says when nothing is found, and when it could not be loaded', async () => {
    await open('/docs');
    expect(await search('xylophone')).toBe('Nothing found for “xylophone”.');
    expect(await page.locator('dialog a').count()).toBe(0);
    await newPage();
    await page.route('**/search-*.json', (route) => route.fulfill({ body: '<p>No</p>' }));
    await open('/docs');
    expect(await search('key')).toBe(
      'The search could not be loaded. Reload the page to try again.',
    );
  });
});

describe('the rest of the page', () => {
  test('keeps whether it helped, and nothing of the reader', async () => {
    await open('/docs/errors/edit_conflict');
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await page.getByText('Thank you.').waitFor();
    const kept = await stack.query('select * from feedback');
    expect(kept).toMatchObject([{ page: '/docs/errors/edit_conflict', helpful: false }]);
  });

  test('has a menu that opens and closes by keyboard on small screens', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await open(KEYS);
    const menu = page.getByRole('navigation', { name: 'Documentation' });
    expect(await menu.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Menu' }).focus();
    await page.keyboard.press('Enter');
    await menu.waitFor({ state: 'visible' });
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Overview');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Menu' }).click();
    await menu.getByRole('link', { name: 'Rotate a key' }).click();
    await menu.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).hash).toBe('#rotateKey');
  });

  test('is readable without JavaScript, with every language', async () => {
    await newPage({ javaScriptEnabled: false });
    await open();
    expect(await page.locator('section.operation').count()).toBe(7);
    expect(await shownCode('updateUser')).toContain('curl');
    await page.locator('#updateUser-kotlin').check();
    expect(await shownCode('updateUser')).toContain('OkHttpClient()');
    await page.locator('#place-query').check();
    expect(await shownCode('updateUser')).toContain('?api_key=YOUR_API_KEY');
    expect(
      await page.locator('.try, .feedback, .own, .search-button').filter({ visible: true }).count(),
    ).toBe(0);
  });
});
