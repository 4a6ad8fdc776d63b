import type { RunEvent } from './metrics.ts';

/** What an evaluation gave. */
export interface Score {
  readonly step: number;
  readonly epoch: number | undefined;
  /** In dB. */
  readonly psnr: number;
  /** What bicubic interpolation reaches on the same pictures, in dB, if that is known. */
  readonly bicubic: number | undefined;
}

/** How a run went, gathered from its events: what the plots show. */
export class Curves {
  /** The mean loss before each of `steps`; both rise together. */
  readonly losses: number[] = [];
  readonly steps: number[] = [];
  /** The scores of each set at each scale, by a name such as "Set5 ×2". */
  readonly scores = new Map<string, Score[]>();

  constructor(events: Iterable<RunEvent> = []) {
    for (const event of events) this.add(event);
  }

  /** Takes an event in. A training that went back to an earlier step replaces what it repeats. */
  add(event: RunEvent): void {
    const { step, epoch, loss, psnr, bicubic } = event;
    if (event.event === 'step' && loss !== undefined) {
      while (this.steps.length > 0 && this.steps.at(-1)! >= step) {
        this.steps.pop();
        this.losses.pop();
      }
      this.steps.push(step);
      this.losses.push(loss);
    }
    if (event.event === 'eval' && psnr !== undefined) {
      const scores = this.#scoresOf(event);
      while (scores.length > 0 && scores.at(-1)!.step >= step) scores.pop();
      scores.push({ step, epoch, psnr, bicubic });
    }
  }

  #scoresOf({ set = 'validation', scale }: RunEvent): Score[] {
    const name = scale === undefined ? set : `${set} ×${scale}`;
    const scores = this.scores.get(name) ?? [];
    this.scores.set(name, scores);
    return scores;
  }
}
