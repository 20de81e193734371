import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../support/browser.ts';
import { useWorld, vocabulary } from './world.ts';

// All that can be done with keys, by keyboard alone.

const world = useWorld();
const { site, open } = world;
const { visible, focusedId, names, tabTo } = vocabulary(() => world.page);
let page: Page;
beforeAll(() => {
  page = world.page;
});

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

test.each([
  [360, 'dark'],
  [768, 'light'],
  [1280, 'dark'],
] as const)('a key has its whole life, %i px wide, in %s colours', async (width, colorScheme) => {
  await page.setViewportSize({ width, height: 740 });
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  const other = site.addKey('other');
  await open();
  await visible('#create');

  await tabTo('#create');
  await press('Enter');
  await visible('#create-dialog');
  await page.keyboard.type('laptop');
  await tabTo('#expiry');
  await page.keyboard.type('In 30');
  await tabTo('.limits summary');
  await press('Enter');
  await tabTo('#allowed-ips');
  await page.keyboard.type('192.0.2.0/24');
  await tabTo('#field-phone');
  await press('Space');
  expect(await violationsOf(page)).toEqual([]);
  await press('Enter');
  await visible('#secret-dialog');
  await press('Control+C', 'Escape');
  await page.getByText('“laptop” is created.').waitFor();
  expect(await focusedId()).toBe('create');
  const { id, fields, allowed_ips, expires_at } = site.keys[0] ?? {};
  expect([fields?.length, fields?.includes('phone'), allowed_ips]).toEqual([
    ...[7, false, ['192.0.2.0/24']],
  ]);
  expect(Math.round((Date.parse(expires_at ?? '') - Date.now()) / 86_400_000)).toBe(30);

  await tabTo(`#edit-${id}`);
  await press('Enter');
  await visible('#edit-dialog');
  await press('Control+A');
  await page.keyboard.type('desktop');
  expect(await violationsOf(page)).toEqual([]);
  await press('Enter');
  await page.getByText('“desktop” is saved.').waitFor();
  expect(await focusedId()).toBe(`edit-${id}`);

  await tabTo(`#rotate-${id}`);
  await press('Enter');
  await visible('#rotate-dialog');
  await page.keyboard.type('Now');
  await tabTo('#expiry');
  await page.keyboard.type('Never');
  await tabTo('[type="submit"]');
  await press('Enter');
  await page.getByText('has stopped working').waitFor();
  await press('Control+C', 'Escape');
  await page.getByText('“desktop” is rotated.').waitFor();
  expect(site.keys[0]).toMatchObject({ name: 'desktop', expires_at: null, replaces: id });

  await tabTo('#search');
  await page.keyboard.type('desk');
  expect(await names()).toEqual(['desktop']);
  await tabTo('.risky');
  await press('Enter');
  await visible('#revoke-dialog');
  await tabTo('.danger');
  await press('Enter');
  await page.getByText('“desktop” is revoked.').waitFor();
  await visible('#none');
  await tabTo('#clear');
  await press('Enter');
  expect(await names()).toEqual(['other']);
  expect(site.keys.filter(({ state }) => state === 'active').map((key) => key.id)).toEqual([other]);
  expect(await violationsOf(page)).toEqual([]);
});

describe('by keyboard alone', () => {
  test('a key can be kept and revoked', async () => {
    const id = site.addKey('laptop');
    await open();
    await visible('#create');
    await tabTo(`#revoke-${id}`);
    await page.keyboard.press('Enter');
    await visible('#revoke-dialog');
    // The safe button comes first.
    await page.keyboard.press('Enter');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.keyboard.press('Enter');
    await visible('#revoke-dialog');
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
