import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { CHROMIUM } from './test/support/chromium.ts';

// CI has a browser, or fails; anybody else can do without.
const withBrowser = existsSync(CHROMIUM) || process.env['CI'] === 'true';
if (!withBrowser)
  console.warn(`No ${CHROMIUM}: the browser tests are left out. CHROMIUM names another one.`);

const BROWSER_TESTS = [
  'test/settings/**',
  'test/docs/browser.test.ts',
  'test/client/browser.test.ts',
  'test/tools/hostile-page.test.ts',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(withBrowser ? [] : BROWSER_TESTS)],
    globalSetup: 'test/support/global-setup.ts',
    setupFiles: 'test/support/check-fetch.ts',
    // Each file has a workerd and a database of its own. A third of the time they wait, so one more than
    // there are processors keeps these busy.
    maxWorkers: availableParallelism() + 1,
    // Loading wrangler, Drizzle and the document anew for each file would take a fifth of the time. So a
    // file restores what it changes globally.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
