/** Headless Chromium for tests of what runs in browsers. */
import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { describe } from 'vitest';
import { EXECUTABLE, launchChromium as launch } from '../../scripts/chromium.mjs';

/** A group of tests that needs Chromium; without it the group is skipped and its title says why. */
export function describeBrowser(title: string, body: () => void): void {
  if (existsSync(EXECUTABLE)) describe(title, body);
  else describe.skip(`${title} (skipped: ${EXECUTABLE} is not there; install it or set CHROMIUM)`, body);
}

/** Chromium's own traffic, which tests have no use for. */
const QUIET = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** WebGPU on a graphics card that the processor imitates: right, and slow. */
export const SOFTWARE_WEBGPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--disable-vulkan-surface',
];

export function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  return launch([...QUIET, ...flags]);
}

/** A narrow window, and fingers. */
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** What Chromium says of a machine without a graphics card. */
const USUAL = 'No available adapters.';

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions that nothing caught, requests that failed. */
  readonly problems: readonly string[];
}

/** @param browser or a context of it, with settings of its own */
export async function openPage(browser: Pick<Browser, 'newPage'>, url: string): Promise<OpenPage> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && message.text() !== USUAL)
      problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('requestfailed', (request) => problems.push(`${request.url()}: ${request.failure()?.errorText}`));
  await page.goto(url);
  return { page, problems };
}
