/** The page by axe-core's rules, in every state, in light and dark. */
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { overflow, violations } from './axe.ts';
import { describeBrowser, launchChromium, PHONE } from './chromium.ts';
import { catFile, EnlargingPage, fileAt } from './enlarging-page.ts';
import { type FolderServer, serveFolder } from './serve-folder.ts';

describeBrowser('the page for those who do not see it, or only so', () => {
  let server: FolderServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([serveFolder('dist/app'), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('has no violations: empty, with settings open, with pictures and errors', async () => {
    const page = await EnlargingPage.open(browser, server.url);
    expect(await violations(page.page)).toEqual([]);
    await page.more();
    await page.drop([fileAt('test/models/fixtures/rcan-tiny.pt')]);
    await page.page.getByText('RCAN ×3, 2 groups').waitFor();
    await page.drop([
      await catFile('cat.png', 60, 40),
      { ...(await catFile('bad.png', 1, 1)), buffer: Buffer.from('bad') },
    ]);
    await page.page.locator('.card[data-status=failed]').waitFor();
    await page.drop([await catFile('large.png', 180, 120)], '#measure');
    await page.page.getByText('Against large.png:').waitFor();
    await page.drop([{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') }]);
    expect(await violations(page.page)).toEqual([]);
  });

  it('fits a phone: empty, with settings open, with a picture that is too large for bicubic interpolation', async () => {
    const context = await browser.newContext(PHONE);
    const page = await EnlargingPage.open(context, server.url);
    expect(await overflow(page.page)).toBe(0);
    await page.more();
    await page.drop([await catFile('cat.png', 60, 40)]);
    await page.result('done');
    await page.page.locator('#viewer.comparing').waitFor();
    // ×2, this is more than 2²⁴ pixels.
    const [width, height] = [2100, 2000];
    const large = sharp({ create: { width, height, channels: 3, background: '#808080' } });
    const name = `a-very-long-name-${'of-a-picture-'.repeat(8)}.png`;
    await page.drop([{ name, mimeType: 'image/png', buffer: await large.png().toBuffer() }]);
    const hint = page.page.getByText('Bicubic interpolation of so many pixels');
    await hint.waitFor();
    expect(await page.page.getByLabel('Bicubic').isDisabled()).toBe(true);
    expect(await page.page.getByLabel('Original').isChecked()).toBe(true);
    await page.page.getByRole('button', { name: `Cancel ${name}` }).click();
    await page.drop([{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') }]);
    expect(await violations(page.page)).toEqual([]);
    expect(await overflow(page.page)).toBe(0);
    await page.page.getByRole('button', { name: 'cat.png' }).first().click();
    await hint.waitFor({ state: 'hidden' });
    expect(await page.page.getByLabel('Bicubic').isChecked()).toBe(true);
    await context.close();
  });

  it('can be used with keys alone, and keeps the focus', async () => {
    const page = await EnlargingPage.open(browser, server.url);
    const { keyboard } = page.page;
    const focused = () =>
      page.page.evaluate<string>('document.activeElement.id || document.activeElement.className');
    const reached: string[] = [];
    for (let i = 0; i < 6; i++) {
      await keyboard.press('Tab');
      reached.push(await focused());
    }
    expect(reached.slice(0, 2)).toEqual(['brand', 'choose']);
    expect(reached).toContain('model');
    await page.page.locator('#choose').focus();
    await page.drop([await catFile('one.png', 20, 20), await catFile('two.png', 20, 20)]);
    await page.page.locator('#viewer').waitFor();
    expect(await focused()).toBe('viewer');
    await page.page.locator('.card[data-status=done]').nth(1).waitFor();
    for (const [name, next] of [
      ['two.png', 'add'],
      ['one.png', 'choose'],
    ] as const) {
      await page.page.getByRole('button', { name: `Remove ${name}` }).focus();
      await keyboard.press('Enter');
      expect(await focused()).toBe(next);
    }

    await page.more();
    await page.page.getByLabel('Tiles').selectOption('64');
    await page.page.getByLabel('Average over eight').check();
    await page.drop([await catFile('slow.png', 300, 200)]);
    await page.result('running');
    await page.page.locator('#result-cancel').focus();
    for (const next of ['result-again', 'result-cancel', 'result-again']) {
      await keyboard.press('Enter');
      expect(await focused()).toBe(next);
    }

    const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') };
    await page.drop([notes, notes]);
    await page.page.getByRole('button', { name: 'Dismiss' }).first().focus();
    for (const next of ['icon', 'enlarge']) {
      await keyboard.press('Enter');
      expect(await focused()).toBe(next);
    }
    expect(await page.notices()).toEqual([]);
  });
});
