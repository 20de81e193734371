import { existsSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';
import { CHROMIUM } from './test/support/chromium.ts';

// CI has a browser, or fails; anybody else can do without.
const withBrowser = existsSync(CHROMIUM) || process.env['CI'] === 'true';
if (!withBrowser)
  console.warn(`No ${CHROMIUM}: the browser tests are left out. CHROMIUM names another one.`);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      ...(withBrowser ? [] : ['test/settings/**', 'test/client/browser.test.ts']),
    ],
    globalSetup: 'test/support/global-setup.ts',
    // Each file has a workerd and a database of its own.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
