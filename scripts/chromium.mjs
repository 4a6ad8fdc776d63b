// @ts-check
/** Headless Chromium: Debian's `chromium`, or the one that CHROMIUM names. */
import { chromium } from 'playwright-core';

export const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** @param {readonly string[]} flags */
export function launchChromium(flags = []) {
  // Chromium's sandbox does not work for root, as which this may run in containers.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: EXECUTABLE, args: [...root, ...flags] });
}
