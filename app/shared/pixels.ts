import { type Remote, wrap } from 'comlink';
import type { Pixels } from './pixels-worker.ts';

const worker = wrap<Pixels>(new Worker(new URL('./pixels-worker.ts', import.meta.url), { type: 'module' }));
let queue: Promise<unknown> = Promise.resolve();

/** See `pixels-worker.ts`. One after the other: of many large pictures at once, a phone would run out of memory. */
export function onPixels<T>(action: (pixels: Remote<Pixels>) => Promise<T>): Promise<T> {
  const result = queue.then(() => action(worker));
  queue = result.catch(() => {});
  return result;
}
