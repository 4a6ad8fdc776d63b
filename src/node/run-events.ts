/** `metrics.jsonl`: the events of a run, one line of JSON each. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Curves } from '../train/curves.ts';
import { cutEvents, formatEvent, parseEvents, type RunEvent } from '../train/metrics.ts';
import { type GrowingFile, openGrowing } from './growing-file.ts';
import { writeWhole } from './write-file.ts';

export const EVENTS_FILE = 'metrics.jsonl';
const CUT_FILE = 'metrics.discarded.jsonl';

/** The events of a run that is being written. */
export class EventFile {
  readonly #folder: string;
  #file: GrowingFile;
  /** What was written so far, for the plots. */
  curves: Curves;

  private constructor(folder: string, curves: Curves) {
    this.#folder = folder;
    this.#file = openGrowing(join(folder, EVENTS_FILE));
    this.curves = curves;
  }

  /** @throws {InputError} where the file cannot be written */
  static async open(folder: string): Promise<EventFile> {
    return new EventFile(folder, new Curves((await readEvents(folder)).events));
  }

  append(event: RunEvent): void {
    const timed = { ...event, time: new Date().toISOString() };
    this.#file.append(formatEvent(timed));
    this.curves.add(timed);
  }

  /** Puts aside what was written after a step, as a run that was killed goes on from there. */
  async cut(step: number): Promise<void> {
    const path = join(this.#folder, EVENTS_FILE);
    const { kept, cut } = cutEvents(await readFile(path, 'utf8'), step);
    if (cut === '') return;
    const aside = openGrowing(join(this.#folder, CUT_FILE));
    try {
      aside.append(cut);
      aside.flush();
    } finally {
      aside.close();
    }
    this.#file.close();
    try {
      await writeWhole(path, new TextEncoder().encode(kept), { overwrite: true, durable: true });
    } finally {
      this.#file = openGrowing(path);
    }
    this.curves = new Curves(parseEvents(kept));
  }

  flush(): void {
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }
}

export interface EventsRead {
  readonly events: RunEvent[];
  /** Where to read on, in bytes. It is less than before where a run was taken up again and lines were cut off. */
  readonly end: number;
}

/**
 * The events of a run, as far as their lines are whole; none where nothing was written.
 *
 * @param from where to begin, in bytes: the `end` of the reading before, to get only what is new
 */
export async function readEvents(folder: string, from = 0): Promise<EventsRead> {
  const file = await open(join(folder, EVENTS_FILE)).catch(() => undefined);
  if (!file) return { events: [], end: 0 };
  try {
    const { size } = await file.stat();
    const start = from <= size ? from : 0;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const whole = buffer.subarray(0, buffer.lastIndexOf('\n', bytesRead - 1) + 1);
    return { events: parseEvents(whole.toString('utf8')), end: start + whole.length };
  } finally {
    await file.close();
  }
}
