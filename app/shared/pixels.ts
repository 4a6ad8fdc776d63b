import { wrap } from 'comlink';
import type { Pixels } from './pixels-worker.ts';

/** See `pixels-worker.ts`. */
export const pixels = wrap<Pixels>(
  new Worker(new URL('./pixels-worker.ts', import.meta.url), { type: 'module' }),
);
