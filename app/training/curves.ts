/** How a run went, gathered from its events: what the charts show. */
import type { RunEvent } from './api.ts';

/** What stands below a curve: steps, or the time that was spent training. */
export type Axis = 'step' | 'time';

/** Values over steps, which rise. What is not finite is null, and a gap in the curve. */
export class Curve {
  readonly step: number[] = [];
  /** Seconds spent training. */
  readonly time: number[] = [];
  readonly values: (number | null)[] = [];

  /** A training that went back to an earlier step replaces what it repeats. */
  add(step: number, time: number, value: number): void {
    while ((this.step.at(-1) ?? -1) >= step)
      for (const part of [this.step, this.time, this.values]) part.pop();
    this.step.push(step);
    this.time.push(time);
    this.values.push(Number.isFinite(value) ? value : null);
  }

  /** Index of the point that is nearest to a place on an axis; 0 where there is none. */
  nearest(axis: Axis, place: number): number {
    const places = this[axis];
    let [low, high] = [0, places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle]! < place) low = middle + 1;
      else high = middle;
    }
    const isBefore = low > 0 && !(places[low]! - place < place - places[low - 1]!);
    return isBefore ? low - 1 : low;
  }
}

export class RunCurves {
  readonly loss = new Curve();
  readonly rate = new Curve();
  readonly psnr = new Curve();
  /** The latest value of every field that an event had. */
  latest: Partial<RunEvent> = {};
  /** Spent training, without the breaks between an end and the next start. */
  seconds = 0;
  private before: number | undefined;

  add(event: RunEvent): void {
    const { step, loss, lr, psnr } = event;
    this.latest = { ...this.latest, ...event };
    this.passTime(event);
    if (event.event === 'step' && loss !== undefined) this.loss.add(step, this.seconds, loss);
    if (event.event === 'step' && lr !== undefined) this.rate.add(step, this.seconds, lr);
    if (event.event === 'eval' && psnr !== undefined) this.psnr.add(step, this.seconds, psnr);
  }

  private passTime({ event, time }: RunEvent): void {
    const now = Date.parse(time ?? '') / 1000;
    if (!Number.isFinite(now)) return;
    if (event !== 'start') this.seconds += Math.max(0, now - (this.before ?? now));
    this.before = now;
  }
}

/**
 * Mean of what came before, weighted more the later it came: over an eighth of it, but at least ten values and at
 * most a fortieth of all. The run's own plots show the same.
 */
export function runningMean(values: readonly (number | null)[]): (number | null)[] {
  const most = Math.max(5, values.length / 40);
  let [sum, weight, count] = [0, 0, 0];
  return values.map((value) => {
    if (value === null) return null;
    const keep = 1 - 1 / Math.min(Math.max(count / 8, 10), most);
    count += 1;
    sum = keep * sum + value;
    weight = keep * weight + 1;
    return sum / weight;
  });
}
