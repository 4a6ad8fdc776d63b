/** The page that shows trainings, as `sisr serve --runs` serves it. */
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { readPicture } from '../../src/node/picture.ts';
import { createRunDirectory } from '../../src/node/run-directory.ts';
import { createServer, type Server } from '../../src/node/server/server.ts';
import { parseEvents, type RunEvent } from '../../src/train/metrics.ts';
import type { RunDirectory } from '../../src/train/run.ts';
import { startCli, temporaryFolder } from '../cli/run.ts';
import { linesOf, tinyTraining, trainingPictures } from '../cli/training.ts';
import { stateOf } from '../node/runs.ts';
import { overflow, violations } from './axe.ts';
import { describeBrowser, launchChromium, PHONE } from './chromium.ts';
import { TrainingPage } from './training-page.ts';
import { middleColour } from './viewer.ts';

describeBrowser('the training page', () => {
  let browser: Browser;
  const servers: Server[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) await server.close(0);
  });

  async function serve(runs?: string, port = 0): Promise<Server> {
    const server = await createServer({ port, ...(runs !== undefined && { runs }) });
    servers.push(server);
    return server;
  }

  const open = (root: string, name: string, resume = false): Promise<RunDirectory> =>
    createRunDirectory({
      root,
      name,
      resume,
      options: { architecture: 'rcan', epochs: 4, stepsPerEpoch: 10, batch: 2, validation: {} },
      command: ['sisr', 'train', '--name', name],
      note: () => {},
    });

  /** Ten steps whose losses go down from a value, and a validation. */
  function trainEpoch(run: RunDirectory, epoch: number, loss: number, more: Partial<RunEvent> = {}): void {
    for (let step = 10 * epoch - 9; step <= 10 * epoch; step++)
      run.event({ event: 'step', step, epoch, loss: loss / step, lr: 1e-3 / epoch, picturesPerSecond: 8 });
    run.event({ event: 'eval', step: 10 * epoch, epoch, psnr: 30 + epoch, bicubic: 29.5, ...more });
  }

  it('shows a run of sisr train from its beginning to its end', async () => {
    const folder = temporaryFolder();
    const root = join(folder, 'runs');
    const hr = await trainingPictures(folder);
    const { url } = await serve(root);
    const page = await TrainingPage.open(browser, url);
    await page.page.getByText('No runs yet').waitFor();
    expect(await violations(page.page)).toEqual([]);

    const name = "50% #1 & 'ü'+b";
    const args = [...tinyTraining(hr), '--val-hr', hr, '--save_results', '--name', name];
    const child = startCli(args, { cwd: folder });
    child.stdout.resume();
    const ended = once(child, 'exit');
    // So short a run would be over before the page has looked.
    await linesOf('writing to', 1)(child.stderr, AbortSignal.timeout(60_000));
    child.kill('SIGSTOP');
    await page.untilText(page.card(name).locator('.badge'), 'running');
    child.kill('SIGCONT');
    await page.page.locator('#run-facts dd', { hasText: /^\d+ of 12$/ }).waitFor();
    expect(await ended).toEqual([0, null]);
    await page.untilText(page.card(name).locator('.badge'), 'finished');

    const events = parseEvents(readFileSync(join(root, name, 'metrics.jsonl'), 'utf8'));
    const told = (event: string, text: (event: RunEvent) => string) =>
      events.filter((found) => found.event === event).map((found) => [String(found.step), text(found)]);
    for (const chart of ['loss', 'psnr', 'rate'] as const) await page.openText(chart);
    const losses = told('step', ({ loss }) => String(Number(loss!.toPrecision(4))));
    expect(losses).toHaveLength(12);
    await page.until(() => page.rows('loss'), losses);
    await page.until(
      () => page.rows('psnr'),
      told('eval', ({ psnr }) => `${psnr!.toFixed(2)} dB`),
    );
    await page.until(
      () => page.rows('rate'),
      told('step', ({ lr }) => String(lr)),
    );
    const { bicubic } = events.find(({ event }) => event === 'eval')!;
    await page.untilText(
      page.chart('psnr').locator('.summary'),
      new RegExp(`3 validations, .*, bicubic ${bicubic!.toFixed(2)} dB\\.$`),
    );
    for (const chart of ['loss', 'psnr', 'rate'] as const) expect(await page.isDrawn(chart, 1)).toBe(true);

    const command = readFileSync(join(root, name, 'command.txt'), 'utf8').trim();
    expect(await page.page.locator('#commands code').allTextContents()).toEqual([command]);
    const option = page.page.locator('#options tr', { has: page.page.getByText('stepsPerEpoch') });
    expect(await option.locator('td').textContent()).toBe('4');
    await lookAtPictures(page, join(root, name, 'results'));
    expect(await violations(page.page)).toEqual([]);
    expect(page.problems).toEqual([]);
  });

  /** The pictures of the results folder are in the viewer: p1 is 41×40. */
  async function lookAtPictures({ page }: TrainingPage, results: string): Promise<void> {
    const chooser = page.getByLabel('Picture', { exact: true });
    expect(await chooser.locator('option').allTextContents()).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    await chooser.selectOption('p1');
    await page.getByRole('img', { name: /^p1, enlarged by .*, 40×40 pixels$/ }).waitFor();
    await page.getByRole('button', { name: '1:1' }).click();
    const at = 3 * (20 * 40 + 20);
    const pixels = async (kind: string) =>
      sharp(join(results, `p1_x2_${kind}.png`))
        .extract({ left: 0, top: 0, width: 40, height: 40 })
        .raw();
    const middle = (data: ArrayLike<number>) => [data[at], data[at + 1], data[at + 2]];
    const slider = page.getByRole('slider', { name: 'Line between the two pictures' });
    await slider.press('Home');
    const enlarged = await (await pixels('SR')).toBuffer();
    await expect.poll(() => middleColour(page)).toEqual(middle(enlarged));
    await slider.press('End');
    const small = (await readPicture(join(results, 'p1_x2_LR.png'))).image as Image<Uint8Array>;
    await expect.poll(() => middleColour(page)).toEqual(middle(imresize(small, 2).data));
    await page.getByText('Original', { exact: true }).click();
    await expect.poll(() => middleColour(page)).toEqual(middle(await (await pixels('HR')).toBuffer()));
  }

  it('shows what a validation made of a picture, and leaves the view as it is', async () => {
    const root = temporaryFolder();
    const run = await open(root, 'pictures');
    const results = join(root, 'pictures', 'results');
    mkdirSync(results, { recursive: true });
    const write = (kind: string, side: number, background: string) =>
      sharp({ create: { width: side, height: side, channels: 3, background } })
        .png()
        .toFile(join(results, `p_x2_${kind}.png`));
    const validate = async (epoch: number, colour: string) => {
      for (const kind of ['SR', 'HR']) await write(kind, 80, colour);
      await write('LR', 40, colour);
      trainEpoch(run, epoch, 50);
    };
    await validate(1, '#ff0000');
    const page = await TrainingPage.open(browser, (await serve(root)).url);
    const colour = () => middleColour(page.page);
    await page.page.getByRole('img', { name: /^p, enlarged by pictures/ }).waitFor();
    await page.until(colour, [255, 0, 0]);
    await page.page.getByRole('button', { name: '1:1' }).click();
    await page.page.getByRole('button', { name: 'Zoom in' }).click();
    await page.untilText(page.page.locator('#zoom'), '150 %');
    await validate(2, '#00ff00');
    await page.until(colour, [0, 255, 0]);
    await page.untilText(page.page.locator('#pictures-of'), 'the latest; 32.00 dB on average after step 20');
    expect(await page.page.locator('#zoom').textContent()).toBe('150 %');
    await run.close();
    expect(page.problems).toEqual([]);
  });

  it('grows by itself, and goes back where a run does', async () => {
    const root = temporaryFolder();
    const run = await open(root, 'live');
    const page = await TrainingPage.open(browser, (await serve(root)).url);
    await page.untilText(page.chart('psnr').locator('.nothing'), /validated at the end of each epoch/);
    trainEpoch(run, 1, 50);
    await page.untilText(page.readout('loss'), '5');
    await page.untilText(page.readout('psnr'), '31.00 dB');
    await run.saveState(stateOf(10));
    trainEpoch(run, 2, 400);
    await page.untilText(page.readout('loss'), '20');
    await page.untilText(
      page.page.locator('#run-facts'),
      /Step20 of 40Epoch2 of 4Best PSNR32\.00 dBOver bicubic2\.50 dB/,
    );
    await page.untilText(page.page.locator('#run-facts'), /Leftabout 5 s/);
    await page.openText('loss');
    await page.until(async () => (await page.rows('loss')).length, 20);

    await run.close();
    await page.untilText(page.card('live').locator('.badge'), 'stopped');
    const resumed = await open(root, 'live', true);
    await resumed.loadState();
    await page.untilText(page.card('live').locator('.badge'), 'running');
    await page.until(async () => (await page.rows('loss')).length, 10);
    resumed.event({ event: 'step', step: 11, epoch: 2, loss: Number.NaN, lr: 1e-4 });
    await page.untilText(page.readout('loss'), '–');
    await resumed.close();
    expect(page.problems).toEqual([]);
  });

  it('compares runs in one plot by step and by time, and remembers what was looked at', async () => {
    const root = temporaryFolder();
    for (const [name, loss] of [
      ['first', 100],
      ['second', 200],
      ['third', 300],
    ] as const) {
      const run = await open(root, name);
      trainEpoch(run, 1, loss);
      if (name === 'second') trainEpoch(run, 2, loss);
      await run.close();
    }
    const page = await TrainingPage.open(browser, (await serve(root)).url, '#run=first');
    await page.untilText(page.readout('loss'), /^10$/);
    expect(await page.box('first').isDisabled()).toBe(true);
    await page.box('second').check();
    await page.untilText(page.readout('loss'), 'first 10second 10');
    expect(await page.isDrawn('loss', 1)).toBe(true);
    expect(await page.isDrawn('loss', 2)).toBe(true);
    expect(await page.page.getByRole('heading', { level: 2, name: 'first' }).isVisible()).toBe(true);
    await page.openText('loss');
    await page.until(
      async () => (await page.rows('loss')).slice(0, 2),
      [
        ['1', '100', '200'],
        ['2', '50', '100'],
      ],
    );

    // Where the first run has ended, only the second has a value.
    const plot = page.chart('loss').getByRole('slider');
    await page.card('second').getByRole('button').click();
    await page.page.getByRole('heading', { level: 2, name: 'second' }).waitFor();
    await plot.press('End');
    await page.untilText(page.readout('loss'), 'second 10first –step 20');
    await plot.press('Home');
    await page.untilText(page.readout('loss'), 'second 200first 100step 1');
    await page.page.getByText('Time', { exact: true }).click();
    await page.untilText(page.chart('loss').locator('th').first(), 'Time');

    await page.page.reload();
    await page.untilText(page.readout('loss'), 'second 10first 10');
    expect(await page.page.getByLabel('Time', { exact: true }).isChecked()).toBe(true);
    await page.box('second').uncheck();
    await page.page.getByRole('heading', { level: 2, name: 'first' }).waitFor();
    // It keeps the colour that it had beside the other.
    expect(await page.isDrawn('loss', 2)).toBe(true);
    expect(await page.isDrawn('loss', 1)).toBe(false);
    await page.card('third').getByRole('button').click();
    await page.untilText(page.readout('loss'), /^30$/);
    expect(await page.box('first').isChecked()).toBe(false);
    expect(page.problems).toEqual([]);
  });

  it('shows nothing of another run beside one that cannot be read', async () => {
    const root = temporaryFolder();
    for (const name of ['first', 'second']) {
      const run = await open(root, name);
      trainEpoch(run, 1, 100);
      await run.close();
    }
    const context = await browser.newContext();
    await context.addInitScript(`{
      window.replaced = 0;
      const replace = history.replaceState;
      history.replaceState = (...how) => { window.replaced++; replace.apply(history, how); };
      navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
    }`);
    await context.route(/\/api\/runs\/second$/, (route) =>
      route.fulfill({ status: 500, json: { error: { message: 'damaged' } } }),
    );
    const page = await TrainingPage.open(context, (await serve(root)).url, '#run=first');
    await page.page.locator('#options table').first().waitFor();
    expect(await page.page.evaluate('window.replaced')).toBe(0);
    await page.page.getByRole('button', { name: 'Copy command' }).click();
    await page.untilText(page.page.locator('#announcements'), 'Could not be copied');
    await page.untilText(page.page.locator('#commands button'), 'Copy command');

    await page.card('second').getByRole('button').click();
    await page.page.getByText('damaged').waitFor();
    expect(await page.page.locator('#commands > *, #options > *').count()).toBe(0);
    await page.card('first').getByRole('button').click();
    await page.page.locator('#options table').first().waitFor();
    await context.close();
  });

  it('says that the server is gone, and goes on when it is there again', async () => {
    const root = temporaryFolder();
    const run = await open(root, 'long');
    trainEpoch(run, 1, 50);
    const server = await serve(root);
    const page = await TrainingPage.open(browser, server.url);
    const lost = page.page.getByText(/^No connection to the server since .*; trying again/);
    await page.untilText(page.readout('loss'), '5');
    expect(await lost.isVisible()).toBe(false);
    await server.close(0);
    await lost.waitFor();
    expect(await page.readout('loss').textContent()).toBe('5');
    trainEpoch(run, 2, 50);
    await serve(root, Number(new URL(server.url).port));
    await page.untilText(page.readout('loss'), '2.5');
    expect(await lost.isVisible()).toBe(false);
    expect(await page.page.locator('#live').textContent()).toBe('Live');
    await run.close();
    expect(page.problems).toEqual([]);
  });

  it('goes on in more tabs than a browser has connections, and is up to date when it is seen again', async () => {
    const root = temporaryFolder();
    const run = await open(root, 'tabs');
    trainEpoch(run, 1, 50);
    const { url } = await serve(root);
    const context = await browser.newContext();
    const hide = ({ page }: TrainingPage, hidden: boolean) =>
      page.evaluate(`{
        Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }`);
    const first = await TrainingPage.open(context, url);
    await first.untilText(first.readout('loss'), '5');
    await hide(first, true);
    for (let more = 0; more < 6; more++) {
      const page = await TrainingPage.open(context, url);
      await page.untilText(page.readout('loss'), '5');
      await hide(page, true);
    }
    trainEpoch(run, 2, 50);
    await hide(first, false);
    await first.untilText(first.readout('loss'), '2.5');
    await run.close();
    expect(first.problems).toEqual([]);
    await context.close();
  });

  it('fits a phone', async () => {
    const root = temporaryFolder();
    const runs = await Promise.all(
      ['first', `second ${'of a long name '.repeat(6)}`].map((name) => open(root, name)),
    );
    for (const run of runs) trainEpoch(run, 1, 50);
    const context = await browser.newContext(PHONE);
    const page = await TrainingPage.open(context, (await serve(root)).url, '#run=first');
    await page.untilText(page.readout('loss'), '5');
    for (const chart of ['loss', 'psnr', 'rate'] as const) await page.openText(chart);
    expect(await violations(page.page)).toEqual([]);
    expect(await overflow(page.page)).toBe(0);
    for (const run of runs) await run.close();
    await context.close();
  });

  it('can be read with keys', async () => {
    const root = temporaryFolder();
    const run = await open(root, 'keys');
    trainEpoch(run, 1, 50);
    const page = await TrainingPage.open(browser, (await serve(root)).url);
    const plot = page.chart('loss').getByRole('slider');
    await page.untilText(page.readout('loss'), '5');
    const value = () => plot.getAttribute('aria-valuetext');
    expect(await value()).toBe('latest: keys 5');
    await plot.press('ArrowLeft');
    expect(await value()).toBe('step 9: keys 5.556');
    expect(await page.readout('rate').textContent()).toBe('0.001step 9');
    await plot.press('Home');
    await plot.press('ArrowRight');
    expect(await value()).toBe('step 2: keys 25');
    trainEpoch(run, 2, 50);
    await page.untilText(page.page.locator('#run-facts'), /Step20/);
    expect(await value()).toBe('step 2: keys 25');
    await plot.press('Tab');
    await page.until(value, 'latest: keys 2.5');
    await run.close();
  });

  it('explains what is missing, and is found from the other page where there is something to see', async () => {
    const root = temporaryFolder();
    const without = await TrainingPage.open(browser, (await serve()).url);
    await without.page.getByText('This server shows no trainings', { exact: true }).waitFor();
    expect(await violations(without.page)).toEqual([]);
    await without.page.getByRole('link', { name: 'Enlarge pictures' }).click();
    await without.page.locator('#runs', { hasText: 'Runs on' }).waitFor();
    const link = { name: 'Trainings' };
    expect(await without.page.getByRole('link', link).isVisible()).toBe(false);
    const { url } = await serve(root);
    await without.page.goto(url);
    await without.page.getByRole('link', link).click();
    await without.page.getByText('No runs yet').waitFor();
    expect(await without.page.locator('#live').textContent()).toBe('Live');
  });
});
