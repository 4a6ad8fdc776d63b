/** How far a training has come: everything beside the tensors that it goes on from. */
import type { StepResult } from './engine/trainer.ts';
import type { TrainingProgress } from './run.ts';

export interface Progress {
  /** Steps done, skipped ones included; the number of the next batch. */
  step: number;
  /** Epochs done. */
  epoch: number;
  /** Steps that changed the weights. */
  updates: number;
  /** The best validation so far; its epoch from 1. */
  best?: { psnr: number; epoch: number };
  /** Mean loss of the epoch before; what a batch is compared with. */
  lastLoss: number;
  /** Of the epoch under way: the sums of the loss terms over the steps that were not skipped, and their number. */
  sums: number[];
  counted: number;
  /** The same since the last event of the log for programs. */
  window: { loss: number; counted: number };
  /** Steps skipped one after the other. */
  skippedInRow: number;
  /** How often training went back to a good state, after which the learning rate is halved. */
  returns: number;
  /** Spent training, over all starts. */
  seconds: number;
}

/** The original's first loss to compare with. */
const NO_LOSS_YET = 1e8;

export function newProgress(terms: number): Progress {
  return {
    step: 0,
    epoch: 0,
    updates: 0,
    lastLoss: NO_LOSS_YET,
    sums: new Array<number>(terms).fill(0),
    counted: 0,
    window: { loss: 0, counted: 0 },
    skippedInRow: 0,
    returns: 0,
    seconds: 0,
  };
}

/** What `saveState` was given; it was written by this program, and is checked as a whole by its reader. */
export function readProgress(stored: TrainingProgress): Progress {
  return { ...newProgress(0), ...(stored as Partial<Progress>) };
}

export function countStep(progress: Progress, { loss, terms, skipped }: StepResult, seconds: number): void {
  progress.step++;
  progress.seconds += seconds;
  progress.skippedInRow = skipped ? progress.skippedInRow + 1 : 0;
  if (skipped) return;
  progress.updates++;
  progress.counted++;
  progress.window.counted++;
  progress.window.loss += loss;
  for (const [i, term] of terms.entries()) progress.sums[i] = (progress.sums[i] ?? 0) + term;
}

/** Means of the loss terms over the epoch so far; NaN where every step was skipped. */
export function meanTerms({ sums, counted }: Progress): number[] {
  return sums.map((sum) => sum / counted);
}

/** The mean loss since the last time this was asked; NaN where every step was skipped. */
export function takeWindow(progress: Progress): number {
  const { loss, counted } = progress.window;
  progress.window = { loss: 0, counted: 0 };
  return loss / counted;
}

/** Begins the next epoch. */
export function endEpoch(progress: Progress): void {
  if (progress.counted > 0) progress.lastLoss = meanTerms(progress).reduce((sum, term) => sum + term, 0);
  progress.epoch++;
  progress.sums.fill(0);
  progress.counted = 0;
}
