import { messageOf } from '../shared/message-of.ts';

export interface Wanted {
  /** Another one where another picture is wanted. */
  readonly key: unknown;
  /** Another one where the same picture has changed: it is seen as it was until the new one is there. */
  readonly version?: unknown;
  /** @param isWanted whether it still is: what waits in a queue may become needless */
  load(isWanted: () => boolean): Promise<ImageBitmap>;
}

/** A bitmap that is loaded when it is wanted, and closed when another one is. */
export class Slot {
  bitmap: ImageBitmap | undefined;
  private readonly changed: () => void;
  private readonly failed: (message: string) => void;
  private wanted: Wanted | undefined;
  private hasFailed = false;
  private isForgiven = false;

  constructor(changed: () => void, failed: (message: string) => void) {
    this.changed = changed;
    this.failed = failed;
  }

  /** @param wanted undefined: nothing */
  want(wanted: Wanted | undefined): void {
    const isSame = wanted?.key === this.wanted?.key;
    if (isSame && wanted?.version === this.wanted?.version && !this.isForgiven) return;
    if (!isSame) this.put(undefined);
    this.wanted = wanted;
    this.hasFailed = this.isForgiven = false;
    if (wanted) this.load(wanted);
  }

  /** Lets what could not be loaded be tried once more, when it is wanted again. */
  forgive(): void {
    this.isForgiven = this.hasFailed;
  }

  private async load(wanted: Wanted): Promise<void> {
    try {
      const bitmap = await wanted.load(() => wanted === this.wanted);
      if (wanted !== this.wanted) return bitmap.close();
      this.put(bitmap);
      this.changed();
    } catch (error) {
      if (wanted !== this.wanted) return;
      this.hasFailed = true;
      this.put(undefined);
      this.changed();
      this.failed(messageOf(error));
    }
  }

  private put(bitmap: ImageBitmap | undefined): void {
    this.bitmap?.close();
    this.bitmap = bitmap;
  }
}
