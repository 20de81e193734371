import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { CHROMIUM } from './chromium.ts';

/** No sandbox, because CI may run as root, and no background requests. */
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const launchBrowser = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: [...ARGS, ...args] });

/** How long a test waits for what a page shows, in milliseconds. Other tests can keep both processors busy meanwhile. */
export const PAGE_TIMEOUT_MS = 15_000;

/** Starts a browser for the tests of this file, with additional arguments, and closes it after them. */
export function useBrowser(args: readonly string[] = []): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(args);
  });
  afterAll(() => browser.close());
  return () => browser;
}

/**
 * Returns what axe complains of, by rule and element; of all its rules, or of some. Under a dialog nothing can be
 * reached, so it alone is looked at. The page has no frames: the mode that looks into those takes three times as long.
 */
export async function violationsOf(page: Page, rules: readonly string[] = []): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  if ((await page.locator('dialog[open]').count()) > 0) axe.include('dialog[open]');
  const { violations } = await (rules.length > 0 ? axe.withRules([...rules]) : axe).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
}
