/** A network that lives in a worker, as the page sees it. */
import { proxy, type Remote, wrap } from 'comlink';
import { errorOf } from './failure.ts';
import type { Enlarged, WebNetwork, WebPicture, WebUpscaleOptions } from './network.ts';
import type { Host, Opening } from './worker.ts';

/**
 * Opens a network in a worker, which ends with the network, or at once where it cannot be opened.
 *
 * @throws {InputError} as `loadNetwork`
 */
export async function openInWorker(worker: Worker, opening: Opening): Promise<WebNetwork> {
  const line = new WorkerLine(worker);
  try {
    const facts = await line.call((host) => host.open(opening));
    return {
      ...facts,
      run: (input) => line.call((host) => host.run(input)),
      upscale: (picture, options = {}) => upscale(line, picture, options),
      dispose: async () => line.end(),
    };
  } catch (error) {
    line.end();
    throw error;
  }
}

function upscale<P extends WebPicture>(
  line: WorkerLine,
  picture: P,
  { signal, onProgress, ...options }: WebUpscaleOptions,
): Promise<Enlarged<P>> {
  const tell = proxy((done: number, total: number) => {
    if (!signal?.aborted) onProgress?.({ done, total });
  });
  const enlarged = line.call(async (host) => {
    signal?.throwIfAborted();
    const cancel = () => host.cancel();
    signal?.addEventListener('abort', cancel);
    try {
      return (await host.upscale(picture, options, tell)) as Enlarged<P>;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  });
  return untilAborted(enlarged, signal);
}

async function untilAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { signal: settled.signal });
  });
  try {
    return await Promise.race([aborted, result]);
  } finally {
    settled.abort();
  }
}

/** Calls to a worker, one after the other. */
class WorkerLine {
  private readonly worker: Worker;
  private readonly host: Remote<Host>;
  private readonly ended: Promise<never>;
  private fail!: (reason: Error) => void;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(worker: Worker) {
    this.worker = worker;
    this.host = wrap<Host>(worker);
    this.ended = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.ended.catch(() => {}); // Reported by whichever call is waiting.
    worker.addEventListener('error', ({ message }) =>
      this.fail(new Error(message ? `the worker failed: ${message}` : 'the worker could not be loaded')),
    );
  }

  call<T>(action: (host: Remote<Host>) => Promise<T>): Promise<T> {
    const result = this.queue.then(async () => {
      try {
        return await Promise.race([this.ended, action(this.host)]);
      } catch (error) {
        throw errorOf(error);
      }
    });
    this.queue = result.catch(() => {});
    return result;
  }

  end(): void {
    this.worker.terminate();
    this.fail(new Error('the network was disposed'));
  }
}
