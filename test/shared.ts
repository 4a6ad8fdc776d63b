import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const ROOT = fileURLToPath(new URL('../../shared/', import.meta.url));

/** Whether the large reference files beside the project (`../shared`) are there. A fresh clone has none. */
export const hasShared: boolean = existsSync(ROOT);

/** Path of a reference file, e.g. `shared('checkpoints/carn_m.pth')`. */
export function shared(path: string): string {
  return ROOT + path;
}

/** A group of tests that needs `../shared`; without it the group is skipped and its title says why. */
export function describeShared(title: string, body: () => void): void {
  if (hasShared) describe(title, body);
  else describe.skip(`${title} (skipped: ../shared is not there)`, body);
}
