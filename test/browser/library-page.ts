/** The page `pages/library`, from the side of the tests. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type BuiltPage, buildPage } from './build-page.ts';
import { launchChromium, openPage } from './chromium.ts';
import { type ServeOptions, serveFolder } from './serve-folder.ts';

export interface LibraryPage {
  /** See `openPage`. */
  readonly problems: readonly string[];
  /** The paths that the browser asked for. */
  readonly requests: readonly string[];
  /** Runs a scenario of the page. @throws {Error} what it threw, with its name and `nextTile` */
  call<T>(scenario: string, ...args: readonly unknown[]): Promise<T>;
}

/** What `upscale` of the page gives. */
export interface Upscaled {
  kind: string;
  width: number;
  height: number;
  /** RGBA, or the file where the kind is Blob; base64. */
  bytes: string;
  type?: string;
  /** The shares that were reported. */
  progress: number[];
  /** Turns of the page's event loop meanwhile. */
  turns: number;
}

/** Milliseconds that a build and a browser may take on a busy machine. */
const START_LIMIT = 60_000;

type Outcome = { value: unknown } | { error: { name: string; message: string; nextTile?: number } };

/**
 * Builds the page and starts Chromium before the tests of a group.
 *
 * @returns opens the page, on a server of its own that has the fixtures under `/fixtures/` and ONNX Runtime's files
 *   under `/ort/`; all are closed after the tests
 */
export function libraryPages(
  flags: readonly string[] = [],
): (options?: ServeOptions) => Promise<LibraryPage> {
  const mounts = { '/fixtures/': 'test/models/fixtures', '/ort/': 'node_modules/onnxruntime-web/dist' };
  const open: { close(): Promise<unknown> }[] = [];
  let built: BuiltPage;
  let browser: Browser;
  beforeAll(async () => {
    [built, browser] = await Promise.all([buildPage('test/browser/pages/library'), launchChromium(flags)]);
  }, START_LIMIT);
  afterAll(async () => {
    for (const { close } of open.reverse()) await close();
    await browser?.close();
    built?.remove();
  });
  return async (options) => {
    const server = await serveFolder(built.folder, { mounts, ...options });
    const { page, problems } = await openPage(browser, server.url);
    open.push(server, { close: () => page.close() });
    await page.waitForFunction('globalThis.attempt !== undefined');
    return {
      problems,
      requests: server.requests,
      async call<T>(scenario: string, ...args: readonly unknown[]) {
        const outcome: Outcome = await page.evaluate(
          `attempt(${JSON.stringify(scenario)}, ${JSON.stringify(args)})`,
        );
        if ('error' in outcome) throw Object.assign(new Error(outcome.error.message), outcome.error);
        return outcome.value as T;
      },
    };
  };
}
