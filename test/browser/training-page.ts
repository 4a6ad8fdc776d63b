/** The page that shows trainings, from the side of the tests: what a visitor does, and what they see. */
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type OpenPage, openPage } from './chromium.ts';

/** How long something may take that comes by itself: the machine may be busy. */
const PATIENCE = { timeout: 30_000 };

const GONE = /net::ERR_(ABORTED|CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING)/;

export type ChartName = 'loss' | 'psnr' | 'rate';

export class TrainingPage {
  readonly page: Page;
  private readonly found: readonly string[];

  private constructor({ page, problems }: OpenPage) {
    this.page = page;
    this.found = problems;
  }

  /** See `openPage`. That a server went away, or a page from its server, is none. */
  get problems(): string[] {
    return this.found.filter((problem) => !GONE.test(problem));
  }

  /** @param looking at what, as it stands in the address */
  static async open(browser: Pick<Browser, 'newPage'>, server: string, looking = ''): Promise<TrainingPage> {
    return new TrainingPage(await openPage(browser, `${server}training.html${looking}`));
  }

  card(run: string): Locator {
    return this.page.locator('.card', { has: this.page.getByText(run, { exact: true }) });
  }

  /** The box that draws a run's curves beside others. */
  box(run: string): Locator {
    return this.page.getByLabel(`Draw the curves of ${run}`, { exact: true });
  }

  chart(name: ChartName): Locator {
    return this.page.locator(`[data-chart=${name}]`);
  }

  /** What a chart says above its curves: values, and the place that is pointed at. */
  readout(name: ChartName): Locator {
    return this.chart(name).locator('.readout');
  }

  /** Opens what a chart says in words and numbers, once. */
  async openText(name: ChartName): Promise<void> {
    await this.chart(name).locator('summary').click();
  }

  /** Cells of the rows of a chart's table. */
  rows(name: ChartName): Promise<string[][]> {
    return this.chart(name)
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  }

  /** Waits until something is so; what it was last is shown where it never is. */
  async until<T>(look: () => Promise<T>, expected: T): Promise<void> {
    await expect.poll(look, { ...PATIENCE, interval: 100 }).toEqual(expected);
  }

  async untilText(locator: Locator, expected: string | RegExp): Promise<void> {
    const text = expect.poll(() => locator.textContent(), { ...PATIENCE, interval: 100 });
    if (typeof expected === 'string') await text.toBe(expected);
    else await text.toMatch(expected);
  }

  /** Whether there are pixels of a run's colour, by its number, in a chart. */
  isDrawn(name: ChartName, series: number): Promise<boolean> {
    return this.page.evaluate(`{
      const canvas = document.querySelector('[data-chart=${name}] canvas');
      const colour = getComputedStyle(document.documentElement).getPropertyValue('--series-${series}').trim();
      const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (wanted.every((value, c) => data[i + c] === value)) count++;
      count > 20;
    }`);
  }
}
