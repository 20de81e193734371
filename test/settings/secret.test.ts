import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { keyIn, useWorld, vocabulary } from './world.ts';

// A key is shown once, and not lost.

const world = useWorld();
const { open } = world;
const { button, visible, createNamed, focusedId, secret } = vocabulary(() => world.page);
let page: Page;
beforeAll(() => {
  page = world.page;
});

describe('a key that is shown once', () => {
  const isShown = async () =>
    keyIn(await secret()) !== undefined && page.locator('#secret-dialog').isVisible();
  /** Tries to leave the page, and stays. Returns whether the browser asked for confirmation. */
  async function isAskedBeforeLeaving(leave = 'location.reload()'): Promise<boolean> {
    let asked = false;
    world.onQuestion = (question) => {
      asked = question.type() === 'beforeunload';
      void question.dismiss();
    };
    await page.evaluate(leave);
    await page.evaluate('new Promise((done) => setTimeout(done, 50))');
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
    expect(await page.locator('#secret').inputValue()).toBe('');
    expect(await page.locator('dialog[open]').count()).toBe(0);
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
      expect(await page.locator('#secret').inputValue()).toBe('');
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
    await visible('#create-dialog');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.reload();
    await page.getByRole('rowheader', { name: 'laptop' }).waitFor();
  });
});
