/** A network that lives in a worker, as the page sees it. */
import { proxy } from 'comlink';
import { OutOfMemoryError } from '../errors.ts';
import { abortable } from '../runtime/abortable.ts';
import { rising } from '../upscale/progress.ts';
import type { Enlarged, WebNetwork, WebPicture, WebUpscaleOptions } from './network.ts';
import type { Facts, Opening, Progress } from './worker.ts';
import { WorkerLine } from './worker-line.ts';

/**
 * Opens a network in a worker, which ends with the network, or at once where it cannot be opened.
 *
 * @param start makes the worker, and another one where that is of no use any more
 * @throws {InputError} as `loadNetwork`
 */
export async function openInWorker(start: () => Promise<Worker>, opening: Opening): Promise<WebNetwork> {
  const facts = {} as Facts;
  const line = new WorkerLine(start, opening, (told) => Object.assign(facts, told));
  await line.open();
  return Object.assign(facts, {
    run: (input) => line.call((host) => host.run(input)),
    upscale: (picture, options = {}) => upscale(line, picture, options),
    dispose: async () => line.close(),
  } satisfies Omit<WebNetwork, keyof Facts>);
}

async function upscale<P extends WebPicture>(
  line: WorkerLine,
  picture: P,
  { signal: given, onProgress, ...options }: WebUpscaleOptions,
): Promise<Enlarged<P>> {
  // Ends the call: the caller's signal, or what `onProgress` throws, as in Node.
  const controller = new AbortController();
  const forward = () => controller.abort(given?.reason);
  if (given?.aborted) forward();
  given?.addEventListener('abort', forward);
  const report = rising(onProgress);
  const tell = proxy((done: number, total: number) => {
    if (controller.signal.aborted) return;
    try {
      report({ done, total });
    } catch (error) {
      controller.abort(error);
    }
  });
  try {
    return await upscaleInTiles(line, picture, options, { signal: controller.signal, tell });
  } finally {
    given?.removeEventListener('abort', forward);
  }
}

async function upscaleInTiles<P extends WebPicture>(
  line: WorkerLine,
  picture: P,
  { tile = 'auto', ...options }: WebUpscaleOptions,
  { signal, tell }: { signal: AbortSignal; tell: Progress },
): Promise<Enlarged<P>> {
  for (let size = tile; ; ) {
    const attempt = line.call(async (host) => {
      signal.throwIfAborted();
      const cancel = () => host.cancel();
      signal.addEventListener('abort', cancel);
      try {
        return (await host.upscale(picture, { ...options, tile: size }, tell)) as Enlarged<P>;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    });
    try {
      return await abortable(attempt, signal);
    } catch (error) {
      // Where memory runs out, the worker tries smaller tiles by itself, unless it has lost its session.
      const next = error instanceof OutOfMemoryError && error.sessionLost ? error.nextTile : undefined;
      if (tile !== 'auto' || next === undefined) throw error;
      size = next;
    }
  }
}
