import { type Browser, chromium } from 'playwright-core';
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

/** Starts a browser for the tests of this file, with additional arguments, and closes it after them. */
export function useBrowser(args: readonly string[] = []): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(args);
  });
  afterAll(() => browser.close());
  return () => browser;
}
