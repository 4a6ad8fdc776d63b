import { messageOf } from '../shared/message-of.ts';

/** A bitmap that is loaded when it is wanted, and closed when another one is. */
export class Slot {
  bitmap: ImageBitmap | undefined;
  private readonly changed: () => void;
  private readonly failed: (message: string) => void;
  private key: unknown;
  private hasFailed = false;

  constructor(changed: () => void, failed: (message: string) => void) {
    this.changed = changed;
    this.failed = failed;
  }

  /** @param key of what is wanted; undefined: nothing */
  want(key: unknown, load: () => Promise<ImageBitmap>): void {
    if (key === this.key) return;
    this.key = key;
    this.bitmap?.close();
    this.bitmap = undefined;
    this.hasFailed = false;
    if (key !== undefined) this.load(key, load);
  }

  /** Lets what could not be loaded be tried once more, when it is wanted again. */
  forgive(): void {
    if (this.hasFailed) this.key = undefined;
  }

  private async load(key: unknown, load: () => Promise<ImageBitmap>): Promise<void> {
    try {
      const bitmap = await load();
      if (key !== this.key) return bitmap.close();
      this.bitmap = bitmap;
      this.changed();
    } catch (error) {
      if (key !== this.key) return;
      this.hasFailed = true;
      this.failed(messageOf(error));
    }
  }
}
