/** The pictures, enlarged one after the other. */
import { OutOfMemoryError, type UpscaleProgress, type WebNetwork } from 'sisr/web';
import { messageOf } from '../shared/message-of.ts';
import { onPixels } from '../shared/pixels.ts';
import { type Engine, isAbort } from './engine.ts';
import {
  changePicture,
  findPicture,
  newId,
  type PageStore,
  type Picture,
  type Result,
  type Settings,
  type Status,
} from './state.ts';

export class Queue {
  private readonly store: PageStore;
  private readonly engine: Engine;
  /** Is told of each picture that was enlarged. */
  private readonly enlarged: (id: number) => void;
  private readonly running = new Map<number, AbortController>();

  constructor(store: PageStore, engine: Engine, enlarged: (id: number) => void) {
    this.store = store;
    this.engine = engine;
    this.enlarged = enlarged;
  }

  /** Adds pictures, looks at the first of them, and starts. */
  add(pictures: readonly Pick<Picture, 'file' | 'lossy' | 'settings'>[]): void {
    const added = pictures.map(
      (picture): Picture => ({ ...picture, id: newId(), status: { kind: 'waiting' } }),
    );
    const [first] = added;
    if (!first) return;
    this.store.update({ pictures: [...this.store.state.pictures, ...added], selected: first.id });
    for (const picture of added) this.describe(picture);
    this.start();
  }

  /** Enlarges a picture once more. */
  again(id: number, settings: Settings): void {
    changePicture(this.store, id, { settings, status: { kind: 'waiting' }, measurement: undefined });
    this.start();
  }

  cancel(id: number): void {
    this.running.get(id)?.abort();
    changePicture(this.store, id, { status: { kind: 'cancelled' } });
  }

  remove(id: number): void {
    this.running.get(id)?.abort();
    const { pictures, selected } = this.store.state;
    const index = pictures.findIndex((picture) => picture.id === id);
    const left = pictures.filter((picture) => picture.id !== id);
    const next = left[Math.min(index, left.length - 1)];
    pictures[index]?.looks?.thumbnail.close();
    this.store.update({ pictures: left, selected: selected === id ? next?.id : selected });
  }

  private async start(): Promise<void> {
    if (this.running.size > 0) return;
    const next = this.store.state.pictures.find(({ status }) => status.kind === 'waiting');
    if (!next) return;
    const controller = new AbortController();
    this.running.set(next.id, controller);
    await this.enlarge(next, controller.signal);
    this.running.delete(next.id);
    this.start();
  }

  private async enlarge({ id, file, settings }: Picture, signal: AbortSignal): Promise<void> {
    const tell = (status: Status) => {
      if (!signal.aborted) changePicture(this.store, id, { status });
    };
    tell({ kind: 'running', share: 0 });
    try {
      const wanted = { weights: settings.model.weights, device: settings.device };
      const result = await this.engine.use(wanted, signal, (network) =>
        enlargeFile(network, file, settings, { signal, onProgress: progressTeller(tell) }),
      );
      tell({ kind: 'done', result });
      if (!signal.aborted) this.enlarged(id);
    } catch (error) {
      if (isAbort(error)) return;
      const nextTile = error instanceof OutOfMemoryError ? error.nextTile : undefined;
      tell({ kind: 'failed', message: messageOf(error), nextTile });
    }
  }

  /** What is no picture shows when it is enlarged, with a reason. */
  private async describe({ id, file }: Picture): Promise<void> {
    const interest = () => {
      const { state } = this.store;
      if (!findPicture(state, id)) return 'none';
      return state.selected === id ? 'urgent' : 'background';
    };
    const looks = await onPixels((pixels) => pixels.describe(file), interest).catch(() => undefined);
    if (!looks) return;
    if (findPicture(this.store.state, id)) changePicture(this.store, id, { looks });
    else looks.thumbnail.close();
  }
}

type Watching = { signal: AbortSignal; onProgress: (progress: UpscaleProgress) => void };

async function enlargeFile(
  network: WebNetwork,
  file: Blob,
  { tile, ensemble }: Settings,
  watching: Watching,
): Promise<Result> {
  const start = performance.now();
  const enlarged = await network.upscale(file, { tile, ensemble, ...watching });
  return { file: enlarged, seconds: (performance.now() - start) / 1000 };
}

/** Tells how much is done, and how long the rest takes at the pace so far. */
function progressTeller(tell: (status: Status) => void): (progress: UpscaleProgress) => void {
  let start: number | undefined;
  return ({ done, total }) => {
    const now = performance.now();
    start ??= now;
    const secondsLeft = done > 0 ? ((now - start) / 1000 / done) * (total - done) : undefined;
    tell({ kind: 'running', share: done / total, secondsLeft });
  };
}
