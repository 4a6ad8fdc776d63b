import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

export interface BuiltPage {
  readonly folder: string;
  remove(): void;
}

/** Builds a page with Vite, as its own configuration says, into a folder of its own. */
export async function buildPage(root: string): Promise<BuiltPage> {
  const folder = mkdtempSync(join(tmpdir(), 'sisr-page-'));
  await build({ root, base: './', logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
