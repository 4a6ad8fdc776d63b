/** Groups of tests that need WebGPU on a graphics card that the processor imitates. */
import { describe } from 'vitest';
import { describeBrowser, launchChromium, SOFTWARE_WEBGPU } from './chromium.ts';

/** Where Chromium has no such card, the group is skipped and its title says why. */
export async function describeSoftwareGpu(title: string, body: () => void): Promise<void> {
  // Without Chromium there is nothing to ask.
  if (await hasAdapter().catch(() => true)) describeBrowser(title, body);
  else describe.skip(`${title} (skipped: this Chromium has no software adapter for WebGPU)`, body);
}

async function hasAdapter(): Promise<boolean> {
  const browser = await launchChromium(SOFTWARE_WEBGPU);
  try {
    const page = await browser.newPage();
    // Browsers give WebGPU only to pages that come by https.
    await page.route('**', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto('https://page.test/');
    return await page.evaluate('navigator.gpu?.requestAdapter().then(Boolean) ?? false');
  } finally {
    await browser.close();
  }
}
