import { type Remote, wrap } from 'comlink';
import { CallsByInterest, type Interest } from './calls-by-interest.ts';
import type { Pixels } from './pixels-worker.ts';

interface Connection {
  readonly worker: Worker;
  /** Kept as long as the worker: Comlink ends the connection when this is garbage. */
  readonly pixels: Remote<Pixels>;
}

const queue = new CallsByInterest();
let current: Connection | undefined;

/** See `pixels-worker.ts`. One call at a time: of many large pictures at once, a phone would run out of memory. */
export function onPixels<T>(
  action: (pixels: Remote<Pixels>) => Promise<T>,
  interest?: () => Interest,
): Promise<T> {
  return queue.add(() => perform(action), interest);
}

/** After a failure of the worker itself, the next call starts another one. */
function perform<T>(action: (pixels: Remote<Pixels>) => Promise<T>): Promise<T> {
  current ??= connect();
  const { worker, pixels } = current;
  return new Promise((resolve, reject) => {
    const listening = new AbortController();
    const fail = (event: Event) => {
      worker.terminate();
      current = undefined;
      const message = event instanceof ErrorEvent ? event.message : '';
      reject(new Error(message ? `the worker failed: ${message}` : 'the worker could not be loaded'));
    };
    for (const type of ['error', 'messageerror'])
      worker.addEventListener(type, fail, { signal: listening.signal });
    action(pixels)
      .finally(() => listening.abort())
      .then(resolve, reject);
  });
}

function connect(): Connection {
  const worker = new Worker(new URL('./pixels-worker.ts', import.meta.url), { type: 'module' });
  return { worker, pixels: wrap<Pixels>(worker) };
}
