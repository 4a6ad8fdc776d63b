/** The page that enlarges pictures, as `sisr serve` serves it, used as visitors do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { ssim } from '../../src/metrics/ssim.ts';
import { networkMetadata } from '../../src/models/metadata.ts';
import { readPicture } from '../../src/node/picture.ts';
import { createServer, type Server } from '../../src/node/server/server.ts';
import { runCli, temporaryFolder } from '../cli/run.ts';
import { largestDifference } from '../difference.ts';
import { tinyRcan } from '../models/tiny.ts';
import { describeBrowser, launchChromium } from './chromium.ts';
import { catFile, EnlargingPage, fileAt, type GivenFile, pixelsOf } from './enlarging-page.ts';
import { enlargedInNode } from './rgba.ts';

const RCAN = 'test/models/fixtures/rcan-tiny.pt';

describeBrowser('the page', () => {
  const folder = temporaryFolder();
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([createServer({ port: 0, device: 'cpu' }), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close(0);
  });
  const open = () => EnlargingPage.open(browser, server.url);

  async function pictureOf({ name, buffer }: GivenFile): Promise<Image<Uint8Array>> {
    writeFileSync(join(folder, name), buffer);
    return (await readPicture(join(folder, name))).image as Image<Uint8Array>;
  }

  it('enlarges a picture that is dropped as sisr upscale does, and compares it at pixel level', async () => {
    const page = await open();
    const cat = await catFile('cat.png', 120, 90);
    await page.drop([cat]);
    expect(await page.result('done')).toMatch(/^120×90 → 240×180 in [\d.]+ s$/);
    const asksBeforeLeaving = () =>
      page.page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))");
    expect(await asksBeforeLeaving()).toBe(true);
    const { name, bytes } = await page.download();
    expect(name).toBe('cat_x2.png');
    await expect.poll(asksBeforeLeaving).toBe(false);

    const small = await pictureOf(cat);
    const { status } = runCli(['upscale', join(folder, 'cat.png'), '-o', join(folder, 'expected.png')]);
    expect(status).toBe(0);
    const enlarged = await sharp(bytes).removeAlpha().raw().toBuffer();
    const { data } = (await readPicture(join(folder, 'expected.png'))).image as Image<Uint8Array>;
    expect(largestDifference(enlarged, data)).toBeLessThanOrEqual(1);

    // One pixel on one: the middle of the viewer is the middle of the picture.
    await page.page.getByRole('button', { name: '1:1' }).click();
    const at = 3 * (90 * 240 + 120);
    const bicubic = imresize(small, 2).data;
    const slider = page.page.getByRole('slider');
    await slider.press('Home');
    expect(await page.middleColour()).toEqual([...enlarged.subarray(at, at + 3)]);
    await slider.press('End');
    expect(await page.middleColour()).toEqual([...bicubic.subarray(at, at + 3)]);
    await page.page.getByText('Original', { exact: true }).click();
    await page.page.getByRole('slider').waitFor();
    const from = 3 * (45 * 120 + 60);
    await expect.poll(() => page.middleColour()).toEqual([...small.data.subarray(from, from + 3)]);
    expect(page.problems).toEqual([]);
  });

  it('takes the model that suits the picture, or the one that is chosen', async () => {
    const page = await open();
    const used = page.page.locator('.tag.after');
    const { buffer } = await catFile('cat.png', 40, 30);
    await page.drop([
      { name: 'cat.jpg', mimeType: 'image/jpeg', buffer: await sharp(buffer).jpeg().toBuffer() },
    ]);
    await page.result('done');
    expect(await used.textContent()).toBe('rcan-light-photo-x2');
    await page.page.getByLabel('Model').selectOption('rcan-light-x2');
    await page.page.getByRole('button', { name: 'Enlarge ×2' }).click();
    await used.getByText('rcan-light-x2', { exact: true }).waitFor();
    await page.result('done');
    await page.page.getByLabel('Model').selectOption('What suits the picture');
    await page.drop([{ name: 'cat.png', mimeType: 'image/png', buffer }]);
    await page.result('done');
    expect(await used.textContent()).toBe('rcan-light-x2');
    expect(page.problems).toEqual([]);
  });

  it('moves the line with keys and mouse, zooms with keys, wheel, fingers and buttons, and drags the picture', async () => {
    const page = await open();
    await page.drop([fileAt(RCAN)]);
    await page.page.getByText('RCAN ×3, 2 groups').waitFor();
    await page.drop([await catFile('cat.png', 60, 50)]);
    await page.result('done');
    const slider = page.page.getByRole('slider');
    const box = (await page.page.locator('#viewer').boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];

    await slider.press('ArrowLeft');
    expect(Number(await slider.inputValue())).toBeLessThan(50);
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^4\d % bicubic$/);
    await slider.press('PageUp');
    await page.dragMouse([x, y], [x, y]);
    // There is nothing to drag in a picture that is seen whole: a finger scrolls the page.
    await page.dragMouse([x + 80, y + 80], [x + 40, y + 60]);
    const fit = await page.zoom();
    expect(await page.page.locator('#viewer.zoomed').count()).toBe(0);
    expect(fit).toBeGreaterThanOrEqual(200);
    await page.page.locator('#viewer').focus();
    for (const [key, zoom] of [
      ['+', 1.5 * fit],
      ['-', fit],
      ['1', 100],
      ['0', fit],
    ] as const) {
      await page.page.keyboard.press(key);
      expect(await page.zoom()).toBe(zoom);
    }
    await page.page.mouse.move(x + 80, y);
    await page.page.mouse.wheel(0, -500);
    await expect.poll(() => page.zoom()).toBe(Math.round(Math.E * fit));
    const before = await page.middleColour();
    await page.dragMouse([x + 80, y + 80], [x - 60, y - 20]);
    expect(await page.middleColour()).not.toEqual(before);
    await page.pinch([x, y + 100], 0.5);
    await expect.poll(() => page.zoom()).toBeCloseTo((Math.E * fit) / 2, -1);
    // Safari on a touchpad.
    const zoomed = await page.zoom();
    await page.page.evaluate(`for (const [type, scale] of [['gesturestart', 1], ['gesturechange', 1.2], ['gesturechange', 1.5]])
      document.querySelector('#viewer').dispatchEvent(Object.assign(new MouseEvent(type, { cancelable: true }), { scale }))`);
    await expect.poll(() => page.zoom()).toBeCloseTo(1.5 * zoomed, -1);
    await page.page.getByText('Side by side').click();
    await slider.waitFor({ state: 'hidden' });
    await page.page.getByRole('button', { name: 'Fit' }).click();
    expect(await page.zoom()).toBeGreaterThan(100);
    expect(page.problems).toEqual([]);
  });

  it('fits the picture into its half when the result comes side by side', async () => {
    const page = await open();
    await page.drop([fileAt(RCAN)]);
    await page.page.getByText('RCAN ×3, 2 groups').waitFor();
    const add = async (width: number) => {
      await page.drop([await catFile('cat.png', width, 50)]);
      await page.result('done');
      await page.page.locator('#viewer.comparing').waitFor();
    };
    await add(300);
    await page.page.getByText('Side by side').click();
    await page.page.getByRole('button', { name: 'Fit' }).click();
    const fit = await page.zoom();
    await add(299);
    expect(await page.zoom()).toBeCloseTo(fit, -1);
    expect(page.problems).toEqual([]);
  });

  it('keeps alpha in PNG and WebP, and says that JPEG does not', async () => {
    const page = await open();
    await page.drop([fileAt(RCAN)]);
    await page.page.getByText('RCAN ×3, 2 groups').waitFor();
    const cat = await catFile('see-through.png', 40, 30, { transparent: true });
    await page.drop([cat]);
    await page.result('done');
    const expected = await enlargedInNode(RCAN, await pictureOf(cat));
    const alphaOf = (samples: Uint8Array) => samples.filter((_, i) => i % 4 === 3);
    const hint = page.page.getByText('JPEG knows no transparency');
    for (const type of ['PNG', 'WebP'] as const) {
      const { name, bytes } = await page.download(type);
      expect(name).toBe(`see-through_x3.${type.toLowerCase()}`);
      expect(largestDifference(alphaOf(await pixelsOf(bytes)), alphaOf(expected))).toBe(0);
      expect(await hint.isVisible()).toBe(false);
    }
    const { name, bytes } = await page.download('JPEG');
    expect(name).toBe('see-through_x3.jpg');
    expect(await hint.isVisible()).toBe(true);
    const jpeg = await pixelsOf(bytes);
    expect(jpeg.length).toBe(3 * 120 * 90);
    expect(jpeg[0]).toBeGreaterThan(240);
  });

  it('enlarges pictures one after the other; one that is cancelled half-way stops', async () => {
    const page = await open();
    await page.more();
    await page.page.getByLabel('Tiles').selectOption('64');
    await page.page.getByLabel('Average over eight').check();
    const [first, second] = [await catFile('first.png', 300, 200), await catFile('second.png', 30, 20)];
    await page.drop([first, second]);
    await page.page.locator('#result-text', { hasText: / %, about .* left|nearly done/ }).waitFor();
    expect(await page.page.locator('.card .state').last().textContent()).toBe('Waiting');
    await page.page.getByRole('button', { name: 'Cancel first.png' }).click();
    expect(await page.result('cancelled')).toBe('Cancelled');
    await page.page.getByRole('button', { name: 'second.png 60×40' }).click();
    await page.result('done');
    expect(await page.page.locator('#announcements').textContent()).toMatch(/^second.png: 60×40 in/);
    await page.page.getByRole('button', { name: 'Remove first.png' }).click();
    expect(await page.page.locator('.card').count()).toBe(1);
    expect(page.problems).toEqual([]);
  });

  it('says in one line what is wrong with a file, and goes on', async () => {
    const page = await open();
    const bad = Buffer.from('<!doctype html>');
    await page.drop([{ name: 'broken.png', mimeType: 'image/png', buffer: bad }]);
    expect(await page.result('failed')).toBe(
      'broken.png: expected a picture that this browser can read, found 15 bytes of image/png',
    );
    await page.drop([{ name: 'notes.txt', mimeType: 'text/plain', buffer: bad }]);
    await page.drop([{ name: 'own.pt', mimeType: '', buffer: bad }]);
    await expect.poll(() => page.notices()).toHaveLength(2);
    const [notes, weights] = await page.notices();
    expect(notes).toBe(
      'notes.txt: expected a picture or weights (.safetensors, .onnx, .pt), found text/plain',
    );
    expect(weights).toMatch(/^own\.pt: expected .*[^\n]$/);
    await page.page.getByRole('button', { name: 'Dismiss' }).first().click();
    expect(await page.notices()).toEqual([weights]);
    await page.ready();
    await page.paste([await catFile('cat.png', 20, 20)]);
    expect(await page.result('done')).toMatch(/^20×20 → 40×40/);
  });

  it('takes weights of the visitor, and measures against the large original', async () => {
    const page = await open();
    await page.drop([fileAt(RCAN)]);
    await page.page.getByText('RCAN ×3, 2 groups, 1 block, 4 features, 2,659 parameters.').waitFor();
    const [large, cat] = [await catFile('large.png', 92, 61), await catFile('small.png', 30, 20)];
    await page.drop([cat]);
    expect(await page.result('done')).toMatch(/^30×20 → 90×60/);
    const small = await pictureOf(cat);
    const enlarged = { width: 90, height: 60, channels: 3, data: await enlargedInNode(RCAN, small) } as const;
    const { bytes } = await page.download();
    expect(
      largestDifference(await sharp(bytes).removeAlpha().raw().toBuffer(), enlarged.data),
    ).toBeLessThanOrEqual(1);

    await page.drop([await catFile('other.png', 80, 60)], '#measure');
    const expected = 'other.png: expected 90×60 pixels, as the enlarged picture has, found 78×60';
    await page.page.locator('#measure-text', { hasText: expected }).waitFor();
    await page.drop([large], '#measure');
    await page.page.getByText('Against large.png:').waitFor();
    const original = await pictureOf(await catFile('cropped.png', 90, 60));
    const options = { protocol: 'rcan-matlab', scale: 3 } as const;
    const row = async (name: string) => {
      const [dB, similarity] = await page.page.getByRole('row', { name }).getByRole('cell').allTextContents();
      return [Number.parseFloat(dB!), Number(similarity)];
    };
    for (const [name, found] of [
      ['Enlarged', enlarged],
      ['Bicubic', imresize(small, 3)],
    ] as const) {
      const [dB, similarity] = await row(name);
      expect(dB).toBeCloseTo(psnr(found, original, options), 1);
      expect(similarity).toBeCloseTo(ssim(found, original, options), 3);
    }
    expect(await page.page.getByText('Protocol rcan-matlab').isVisible()).toBe(true);
    expect(await page.page.locator('#announcements').textContent()).toMatch(
      /^small.png: PSNR [\d.]+ dB enlarged, [\d.]+ dB bicubic$/,
    );
  });

  it('goes on with the next picture where one is cancelled before its network is there', async () => {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    await context.route(/\/weights\/|\.safetensors/, () => {});
    const page = await EnlargingPage.load(context, server.url);
    await page.drop([await catFile('first.png', 20, 20)]);
    await page.result('running');
    await page.page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.drop([fileAt(RCAN)]);
    await page.page.getByText('RCAN ×3, 2 groups').waitFor();
    await page.drop([await catFile('second.png', 20, 20)]);
    expect(await page.result('done')).toMatch(/^20×20 → 60×60/);
    await context.close();
  });

  it('looks at the next picture where the worker for pixels fails', async () => {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    await context.route(/pixels-worker/, (route) => route.abort(), { times: 1 });
    const page = await EnlargingPage.open(context, server.url);
    await page.drop([await catFile('first.png', 20, 20)]);
    await page.page.locator('#result[data-status="done"]').waitFor();
    await page.drop([await catFile('second.png', 20, 20)]);
    expect(await page.result('done')).toMatch(/^20×20 → 40×40/);
    await context.close();
  });

  it('takes weights of another scale under the same name', async () => {
    const page = await open();
    const own = (scale: number): GivenFile => {
      const { architecture, options, state } = tinyRcan({ scale });
      const bytes = writeSafetensors(state, { metadata: networkMetadata(architecture, options) });
      return { name: 'own.safetensors', mimeType: '', buffer: Buffer.from(bytes) };
    };
    await page.drop([own(16)]);
    await page.page.getByText('RCAN ×16, 2 groups').waitFor();
    await page.page.getByLabel('Model').selectOption('What suits the picture');
    await page.drop([own(3)]);
    await page.page.getByText('RCAN ×3, 2 groups').waitFor();
    expect(await page.page.getByLabel('×16').count()).toBe(0);
    expect(page.problems).toEqual([]);
  });

  it('says what waits for the list of models, and takes weights of the visitor where there is none', async () => {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await context.route(/\/(api\/models|models\/index\.json)$/, async (route) => {
      await answered;
      await route.fulfill({ status: 404 });
    });
    const page = await EnlargingPage.load(context, server.url);
    const cat = await catFile('cat.png', 20, 20);
    await page.drop([cat]);
    await expect.poll(() => page.notices()).toEqual(['cat.png: waiting for the list of models…']);
    answer();
    await expect
      .poll(() => page.notices())
      .toEqual([
        'models/index.json: expected the list of models, found none',
        'cat.png: there is no model to enlarge with. Load the page again, or use your own weights.',
      ]);
    await page.drop([fileAt(RCAN), cat]);
    expect(await page.result('done')).toMatch(/^20×20 → 60×60/);
    await context.close();
  });
});
