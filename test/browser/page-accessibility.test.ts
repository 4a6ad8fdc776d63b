/** The page by axe-core's rules, in every state, in light and dark. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBrowser, launchChromium } from './chromium.ts';
import { catFile, EnlargingPage, fileAt } from './enlarging-page.ts';
import { type FolderServer, serveFolder } from './serve-folder.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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

  /** What axe finds, in both colour schemes: the rule and the elements. */
  async function violations({ page }: EnlargingPage): Promise<string[]> {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const results: AxeResults = await page.evaluate('axe.run()');
      expect(results.passes.length).toBeGreaterThan(20);
      for (const { id, nodes } of results.violations)
        found.push(`${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    }
    return found;
  }

  it('has no violations: empty, with settings open, with pictures and errors', async () => {
    const page = await EnlargingPage.open(browser, server.url);
    await page.page.evaluate(AXE);
    expect(await violations(page)).toEqual([]);
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
    expect(await violations(page)).toEqual([]);
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
    await page.drop([await catFile('one.png', 20, 20), await catFile('two.png', 20, 20)]);
    await page.page.locator('.card[data-status=done]').nth(1).waitFor();
    for (const [name, next] of [
      ['two.png', 'add'],
      ['one.png', 'choose'],
    ] as const) {
      await page.page.getByRole('button', { name: `Remove ${name}` }).focus();
      await keyboard.press('Enter');
      expect(await focused()).toBe(next);
    }
  });
});
