/** The events of runs that go on: who asks again gets what is new. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../../train/metrics.ts';
import { EVENTS_FILE, readEvents } from '../run-events.ts';
import { HttpError } from './http-error.ts';

/** Answer of `GET /api/runs/:name/metrics`. */
export interface RunMetrics {
  readonly events: readonly RunEvent[];
  /** To be given back as `after`, for what comes later. */
  readonly next: string;
  /** Whether the events begin with the first: on the first call, and when the run went back to an earlier step. */
  readonly reset: boolean;
}

/**
 * The events of a run after a place that was reached before.
 *
 * @param after `next` of the answer before
 * @throws {HttpError} where `after` is no such place
 */
export async function eventsAfter(folder: string, after?: string): Promise<RunMetrics> {
  const place = /^(\w+)-(\d{1,15})$/.exec(after ?? '0-0');
  if (!place) throw new HttpError('bad_request', 'after: expected "next" of the answer before');
  // A run that is taken up again puts a file in the place of the old one, without what it will repeat.
  const file = await stat(join(folder, EVENTS_FILE)).catch(() => undefined);
  const identity = (file?.ino ?? 0).toString(36);
  const from = identity === place[1] ? Number(place[2]) : 0;
  const { events, end } = await readEvents(folder, from);
  return { events, next: `${identity}-${end}`, reset: from === 0 || end < from };
}

/** How far a run has come. */
export interface RunProgress {
  readonly step: number;
  readonly epoch: number | undefined;
  /** The latest loss and learning rate. */
  readonly loss: number | undefined;
  readonly lr: number | undefined;
  /** The latest evaluation, in dB, and what bicubic interpolation reaches on the same pictures. */
  readonly psnr: number | undefined;
  readonly bicubic: number | undefined;
  readonly best:
    | { readonly psnr: number; readonly step: number; readonly epoch: number | undefined }
    | undefined;
  /** Whether it came to its end, and was not interrupted. */
  readonly finished: boolean;
}

/** Keeps up with a run. */
export class FollowedRun {
  private readonly folder: string;
  private next: string | undefined;
  /** The latest value of every field that an event had. */
  private latest: Partial<RunEvent> = {};
  private best: RunProgress['best'];

  constructor(folder: string) {
    this.folder = folder;
  }

  async progress(): Promise<RunProgress> {
    const { events, next, reset } = await eventsAfter(this.folder, this.next);
    if (reset) {
      this.latest = {};
      this.best = undefined;
    }
    this.next = next;
    for (const event of events) this.add(event);
    const { step = 0, epoch, loss, lr, psnr, bicubic, event, reason } = this.latest;
    return {
      step,
      epoch,
      loss,
      lr,
      psnr,
      bicubic,
      best: this.best,
      finished: event === 'end' && reason === 'done',
    };
  }

  private add(event: RunEvent): void {
    this.latest = { ...this.latest, ...event };
    const { psnr, step, epoch } = event;
    if (psnr !== undefined && psnr > (this.best?.psnr ?? Number.NEGATIVE_INFINITY))
      this.best = { psnr, step, epoch };
  }
}
