import type { BrowserContext, Dialog, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { PAGE_TIMEOUT_MS, useBrowser } from '../support/browser.ts';
import { FakeSite } from './fake-site.ts';

// The built page in a real browser, with its real headers and a fake API. All tests of a file share one tab,
// which leaves the page after each of them: a new one takes as long as a test.

interface World {
  readonly site: FakeSite;
  readonly page: Page;
  readonly context: BrowserContext;
  /** Of the browser; a test that expects some takes them out. */
  readonly complaints: string[];
  /** What a question of the browser gets; by default the page is left. */
  onQuestion: (dialog: Dialog) => void;
  /** Opens a tab of the same person, which is closed after the test. */
  newTab(context?: BrowserContext): Promise<Page>;
  open(query?: string): Promise<unknown>;
}

const HEIGHT = 740;

export const unavailable = {
  status: 503,
  code: 'database_unavailable',
  detail: 'Wait a second and send it again.',
};

/** Prepares a page of this width for each test. A test fails if the browser complains of anything but the API's statuses. */
export function useWorld(width = 360): World {
  const browser = useBrowser();
  const site = new FakeSite();
  const others: Page[] = [];
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  async function newTab(owner = context): Promise<Page> {
    const tab = await owner.newPage();
    tab.setDefaultTimeout(PAGE_TIMEOUT_MS);
    tab.on('dialog', (dialog) => world.onQuestion(dialog));
    tab.on('pageerror', (error) => complaints.push(String(error)));
    tab.on('console', (message) => {
      const fromApi = /\/(api|auth)\//.test(message.location().url);
      if (['error', 'warning'].includes(message.type()) && !fromApi)
        complaints.push(message.text());
    });
    if (page) others.push(tab);
    return tab;
  }
  const world = {
    site,
    get page() {
      return page;
    },
    get context() {
      return context;
    },
    complaints,
    onQuestion: leave,
    newTab,
    open: (query = '') => page.goto(`${site.origin}/settings${query}`),
  };

  beforeAll(async () => {
    await site.start();
    context = await browser().newContext();
    page = await newTab();
  });
  afterAll(async () => {
    await context?.close();
    await site.stop();
  });
  beforeEach(async () => {
    site.reset();
    complaints.length = 0;
    await page.setViewportSize({ width, height: HEIGHT });
  });
  afterEach(async () => {
    await Promise.all(others.splice(0).map((tab) => tab.close()));
    world.onQuestion = leave;
    await page.goto('about:blank');
    expect(complaints).toEqual([]);
  });
  return world;
}

const leave = (dialog: Dialog): void => void dialog.accept();

/** What tests do and see on the page that `pageOf` returns. */
export function vocabulary(pageOf: () => Page) {
  const button = (name: string | RegExp) => pageOf().getByRole('button', { name, exact: true });
  const visible = (selector: string) => pageOf().locator(selector).waitFor({ state: 'visible' });
  return {
    button,
    visible,
    heading: (name: string | RegExp) => pageOf().getByRole('heading', { name }),
    dialog: (name: string | RegExp) => pageOf().getByRole('dialog', { name }),
    statusText: () => pageOf().locator('#status').textContent(),
    focusedId: () => pageOf().evaluate('document.activeElement.id'),
    /** The names of the keys that are shown, without their descriptions. */
    names: () => pageOf().locator('th.name > bdi').allTextContents(),
    row: (name: string | RegExp) => pageOf().getByRole('row', { name }),
    secret: () => pageOf().getByLabel('Key', { exact: true }).inputValue(),
    async createNamed(name: string): Promise<void> {
      await button('Create a key').first().click();
      await pageOf().getByLabel('Name', { exact: true }).fill(name);
      await button('Create the key').click();
      await visible('#secret-dialog');
    },
    /** Presses Tab until an element that matches has the focus. */
    async tabTo(selector: string): Promise<void> {
      const isThere = `document.activeElement.matches(${JSON.stringify(selector)})`;
      for (let presses = 0; presses < 60; presses++) {
        if (await pageOf().evaluate(isThere)) return;
        await pageOf().keyboard.press('Tab');
      }
      throw new Error(`Tab does not reach ${selector}`);
    },
  };
}

/** The key in a text, if there is one. */
export const keyIn = (text: string | null): string | undefined =>
  /in-[0-9a-f]{30,}/.exec(text ?? '')?.[0];
