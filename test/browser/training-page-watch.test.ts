/** `sisr train --watch`: the page comes with the training, and goes with it. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCli, temporaryFolder } from '../cli/run.ts';
import { tinyTraining, trainingPictures } from '../cli/training.ts';
import { describeBrowser, launchChromium, openPage } from './chromium.ts';

describeBrowser('sisr train --watch', () => {
  let browser: Browser;
  // The usual port is taken: by this server, or by another program.
  const other = createServer();
  beforeAll(async () => {
    browser = await launchChromium();
    await new Promise((resolve) => {
      other.once('error', resolve);
      other.listen(8080, '127.0.0.1', () => resolve(undefined));
    });
  });
  afterAll(async () => {
    await browser?.close();
    other.close();
  });

  it('prints an address where the run is seen to its end', async () => {
    const folder = temporaryFolder();
    const args = [...tinyTraining(await trainingPictures(folder)), '--name', 'my run', '--watch'];
    // The page has to be there before the end.
    args.push('--test_every', '200', '--print_every', '10');
    const child = startCli(args, { cwd: folder });
    child.stdout.resume();
    const ended = once(child, 'exit');
    let address: string | undefined;
    for await (const line of createInterface(child.stderr)) {
      address = /^watch it at (http:\S+)$/.exec(line)?.[1];
      if (address) break;
    }
    child.stderr.resume();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/training\.html#run=my\+run$/);
    expect(new URL(address!).port).not.toBe('8080');
    const { page } = await openPage(browser, address!);
    await page.getByRole('heading', { name: 'my run' }).waitFor();
    await page.locator('#run-state', { hasText: 'finished' }).waitFor();
    await page.getByText(/^No connection to the server since/).waitFor();
    expect(await page.locator('#run-facts').textContent()).toMatch(/^Step600 of 600Epoch3 of 3/);
    expect(await ended).toEqual([0, null]);
  });
});
