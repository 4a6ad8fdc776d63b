/** The page that enlarges pictures, from the side of the tests: what a visitor does, and what they see. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Browser, Download, Page } from 'playwright-core';
import sharp from 'sharp';
import type { Image } from '../../src/image/image.ts';
import { encodePicture } from '../../src/node/write-picture.ts';
import { type OpenPage, openPage } from './chromium.ts';
import { middleColour } from './viewer.ts';

export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export function fileAt(path: string): GivenFile {
  const mimeType = path.endsWith('.png') ? 'image/png' : '';
  return { name: basename(path), mimeType, buffer: readFileSync(path) };
}

export async function pngFile(name: string, image: Image<Uint8Array>): Promise<GivenFile> {
  const { bytes } = await encodePicture(image, { format: 'png' });
  return { name, mimeType: 'image/png', buffer: bytes };
}

/** A part of the cat, with or without a transparent gradient. */
export async function catFile(
  name: string,
  width: number,
  height: number,
  { transparent = false } = {},
): Promise<GivenFile> {
  const part = sharp('examples/cat.png').extract({ left: 130, top: 80, width, height });
  const alpha = Buffer.from(Array.from({ length: width * height }, (_, i) => Math.min(255, 8 * (i % width))));
  const raw = { width, height, channels: 1 } as const;
  const picture = transparent ? part.joinChannel(alpha, { raw }) : part;
  return { name, mimeType: 'image/png', buffer: await picture.png().toBuffer() };
}

/** Pixels of a picture file, in as many channels as it has. */
export async function pixelsOf(file: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(file).raw().toBuffer());
}

/** An expression that gives files as browsers hand them over. */
function transferOf(files: readonly GivenFile[]): string {
  const given = files.map(({ name, mimeType, buffer }) => [name, mimeType, buffer.toString('base64')]);
  return `${JSON.stringify(given)}.reduce((transfer, [name, type, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
    return transfer;
  }, new DataTransfer())`;
}

export class EnlargingPage {
  readonly page: Page;
  /** See `openPage`. */
  readonly problems: readonly string[];

  private constructor({ page, problems }: OpenPage) {
    this.page = page;
    this.problems = problems;
  }

  /** Opens the page in a window of its own. */
  static async load(browser: Pick<Browser, 'newPage'>, url: string): Promise<EnlargingPage> {
    return new EnlargingPage(await openPage(browser, url));
  }

  /** Opens the page in a window of its own, and waits until the network is open. */
  static async open(browser: Pick<Browser, 'newPage'>, url: string): Promise<EnlargingPage> {
    const page = await EnlargingPage.load(browser, url);
    await page.ready();
    return page;
  }

  /** Waits until the network is open. */
  async ready(): Promise<void> {
    await this.page.locator('#runs', { hasText: 'Runs on' }).waitFor();
  }

  /** Drops files on an element. */
  async drop(files: readonly GivenFile[], selector = 'body'): Promise<void> {
    await this.page.evaluate(`{
      const dataTransfer = ${transferOf(files)};
      const target = document.querySelector(${JSON.stringify(selector)});
      for (const type of ['dragover', 'drop'])
        target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }`);
  }

  async paste(files: readonly GivenFile[]): Promise<void> {
    await this.page.evaluate(`{
      const clipboardData = ${transferOf(files)};
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }`);
  }

  /** What the page says of the selected picture, once it is in a state. */
  async result(status: 'running' | 'done' | 'failed' | 'cancelled'): Promise<string> {
    // The sizes may be known a moment later than the result.
    const complete = status === 'done' ? { hasText: '→' } : {};
    const text = this.page.locator(`#result[data-status="${status}"] #result-text`, complete);
    await text.waitFor();
    return (await text.textContent()) ?? '';
  }

  async download(type: 'PNG' | 'JPEG' | 'WebP' = 'PNG'): Promise<{ name: string; bytes: Buffer }> {
    await this.page.getByLabel('File format').selectOption(type);
    const begun = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: 'Download' }).click();
    const download: Download = await begun;
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  async notices(): Promise<string[]> {
    return this.page.locator('.notice p').allTextContents();
  }

  async more(): Promise<void> {
    await this.page.getByText('More', { exact: true }).click();
  }

  middleColour(): Promise<number[]> {
    return middleColour(this.page);
  }

  /** In percent. */
  async zoom(): Promise<number> {
    await this.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    return Number.parseFloat((await this.page.locator('#zoom').textContent()) ?? '');
  }

  async dragMouse([fromX, fromY]: [number, number], [toX, toY]: [number, number]): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(fromX, fromY);
    await mouse.down();
    await mouse.move(toX, toY, { steps: 4 });
    await mouse.up();
  }

  /** Two fingers on both sides of a point that move apart, or together. */
  async pinch([x, y]: [number, number], factor: number): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...fingers: number[]) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: fingers.map((distance, id) => ({ x: x + distance, y, id })),
      });
    await touch('touchStart', -100, 100);
    for (let step = 1; step <= 4; step++) {
      const distance = 100 * factor ** (step / 4);
      await touch('touchMove', -distance, distance);
    }
    await touch('touchEnd');
  }
}
