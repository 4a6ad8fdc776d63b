/**
 * The seam between training and the place where a run keeps what it makes. `node/run-directory.ts` fills it with a
 * folder.
 *
 * A checkpoint is one state, which holds everything that training goes on from; the models are made from it for
 * others to use. So write the models first and the state last: a run that is killed in between goes on from the
 * state before, comes to the same step again, and writes the models once more.
 */
import type { Image } from '../image/image.ts';
import type { NetworkOptions } from '../models/architecture.ts';
import type { StateDict } from '../tensor.ts';
import type { RunEvent } from './metrics.ts';

/** How far training has come. What else it needs to go on stands beside, as JSON; `NaN` and `Infinity` survive. */
export interface TrainingProgress {
  /** Steps done. */
  readonly step: number;
  /** Epochs done. */
  readonly epoch: number;
  readonly [name: string]: unknown;
}

/** Everything that training goes on from. */
export interface TrainingState {
  /** `weights.<key>`, the optimiser's `moment1.<key>` and `moment2.<key>`, and `ema.<key>`, as far as there are. */
  readonly tensors: StateDict;
  readonly progress: TrainingProgress;
}

/** Which model: that of the latest step, the best so far, or that of an epoch. */
export type ModelName = 'latest' | 'best' | number;

/** What the network is whose weights are stored. */
export interface NetworkDescription {
  readonly architecture: string;
  readonly options: NetworkOptions;
}

/** Which picture of a validation: the network's, what it was given, and what it should be. */
export type ResultKind = 'SR' | 'LR' | 'HR';

/** Where one run keeps what it makes. Every method throws `InputError` where that cannot be written. */
export interface RunDirectory {
  readonly folder: string;
  /** The folder's own name, which may differ from the one that was asked for. */
  readonly name: string;
  /** Adds a line to the log for people. */
  log(line: string): void;
  /** Adds an event to the log for programs. */
  event(event: RunEvent): void;
  /** Replaces the state, all of it or nothing; the one before is kept, too. */
  saveState(state: TrainingState): Promise<void>;
  /**
   * The state to go on from, or undefined where none was ever saved. Puts aside what was logged after it, so it is
   * to be called before anything is logged.
   */
  loadState(): Promise<TrainingState | undefined>;
  /** Stores weights under the official key names, for other programs to use. @returns the file's path */
  saveModel(model: ModelName, weights: StateDict, network: NetworkDescription): Promise<string>;
  /** @param picture its name, without folder and extension. @returns the file's path */
  saveResult(kind: ResultKind, picture: string, scale: number, image: Image): Promise<string>;
  /** Draws the curves of loss and PSNR anew from the events so far. */
  drawPlots(): Promise<void>;
  /** Lets others go on with the run. */
  close(): Promise<void>;
}
