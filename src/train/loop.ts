/**
 * The training loop. Everything that it decides follows from the options, the state and the data, so a run that was
 * stopped anywhere and goes on from its last state takes the same steps as one that was not. Except where a training
 * diverges: the state that it goes back to is the last one saved, and states are saved by the clock, too.
 */
import { InputError, NotANumberError } from '../errors.ts';
import type { StateDict } from '../tensor.ts';
import type { TrainingBatch } from './engine/batch.ts';
import type { StepResult, Trainer, TrainerState } from './engine/trainer.ts';
import { EVALUATION_LINE, epochLine, progressLine, scoreLine, totalTimeLine } from './log.ts';
import type { RunEvent } from './metrics.ts';
import type { TrainingOptions } from './options.ts';
import {
  countStep,
  endEpoch,
  meanTerms,
  newProgress,
  type Progress,
  readProgress,
  takeWindow,
} from './progress.ts';
import type { ModelName, RunDirectory, TrainingState } from './run.ts';
import { learningRate } from './schedule.ts';

/** Where batches come from: any one by its number, the same every time. */
export interface Batches {
  batch(index: number): Promise<TrainingBatch>;
  /** Seconds spent waiting in `batch` so far. */
  readonly waited: number;
}

/** What a validation found. */
export interface Validation {
  /** Name of the set of pictures. */
  readonly set: string;
  /** Means over all pictures, in dB. */
  readonly psnr: number;
  readonly bicubic: number;
}

/** What happened, for whoever shows it. */
export interface Watcher {
  /** After every step. */
  step(status: Status): void;
  /** Something that a person should know. */
  note(text: string): void;
}

export interface Status {
  readonly progress: Progress;
  readonly result: StepResult;
  readonly learningRate: number;
  /** Of this start of the run. */
  readonly picturesPerSecond: number;
  /** Share of the time of this start in which steps waited for data. */
  readonly waiting: number;
  /** Of steps, and of validations as long as the last one. */
  readonly secondsLeft: number;
}

export interface Training {
  readonly options: TrainingOptions;
  readonly trainer: Pick<Trainer, 'step' | 'state' | 'averagedStateDict' | 'load'>;
  readonly batches: Batches;
  readonly run: RunDirectory;
  /** What to go on from; left out: the training begins. */
  readonly state?: TrainingState;
  /** Evaluates weights; throws the signal's reason when aborted. Left out: nothing is validated. */
  readonly validate?: (weights: StateDict, epoch: number) => Promise<Validation>;
  readonly watcher: Watcher;
  /** Bytes that the process takes. */
  readonly memory: () => number;
  /** Stops after the step under way, with its state saved. */
  readonly signal?: AbortSignal;
}

/** Seconds after which the state is saved within an epoch. */
const SAVE_SECONDS = 600;
/** Number of steps skipped in a row after which training goes back to a good state with half the learning rate. */
const DIVERGED = 10;
const MOST_RETURNS = 3;

/**
 * Trains until all epochs are done, or until the signal.
 *
 * @throws {InputError} where the training diverges again and again
 */
export async function train(training: Training): Promise<'done' | 'interrupted'> {
  const loop = await Loop.start(training);
  return loop.run();
}

class Loop {
  private readonly training: Training;
  private readonly progress: Progress;
  /** What to go back to. */
  private good: TrainerState;
  /** What was saved last: good once a step from there was not skipped. */
  private untested: TrainerState | undefined;
  /** Since this start. */
  private readonly began: { readonly step: number; readonly seconds: number; readonly waited: number };
  /** Since the last line of the log. */
  private line: { time: number; waited: number };
  /** Of the step before. */
  private lastRate = 0;
  private validationSeconds = 0;
  private saved = now();

  private constructor(training: Training, progress: Progress, good: TrainerState) {
    this.training = training;
    this.progress = progress;
    this.good = good;
    const { waited } = training.batches;
    this.began = { step: progress.step, seconds: progress.seconds, waited };
    this.line = { time: now(), waited };
  }

  static async start(training: Training): Promise<Loop> {
    const { options, trainer, run, state: stored } = training;
    if (!stored) return new Loop(training, newProgress(options.loss.length), await trainer.state());
    const progress = readProgress(stored.progress);
    const state = { tensors: stored.tensors, updates: progress.updates };
    await trainer.load(state);
    run.log(`Continue from epoch ${progress.epoch}...`);
    return new Loop(training, progress, state);
  }

  async run(): Promise<'done' | 'interrupted'> {
    const { options, signal, state } = this.training;
    this.event('start');
    // Weights that were read from elsewhere may be gone when the run goes on.
    if (!state) await this.save();
    while (this.progress.epoch < options.epochs) {
      await this.epoch();
      if (signal?.aborted) return this.end('interrupted');
      try {
        await this.evaluate();
      } catch (error) {
        if (!signal?.aborted || error !== signal.reason) throw error;
        return this.end('interrupted');
      }
    }
    return this.end('done');
  }

  /** The steps of the epoch that are not done yet. */
  private async epoch(): Promise<void> {
    const { progress } = this;
    const { options, run, signal } = this.training;
    const begin = progress.epoch * options.stepsPerEpoch;
    const end = begin + options.stepsPerEpoch;
    if (progress.step < end) run.log(epochLine(progress.epoch + 1, this.rate()));
    while (progress.step < end && !signal?.aborted) {
      await this.step();
      const divergence = this.divergence(end);
      if (divergence) await this.goBack(divergence);
      if ((progress.step - begin) % options.printEvery === 0 || progress.step === end) this.report();
      if (now() - this.saved > SAVE_SECONDS) await this.save();
    }
  }

  private async step(): Promise<void> {
    const { progress } = this;
    const { options, trainer, batches, run, watcher } = this.training;
    const started = now();
    const rate = this.rate();
    const batch = await batches.batch(progress.step);
    const skipFrom = options.skipThreshold * progress.lastLoss;
    const result = await trainer.step(batch, { learningRate: rate, skipFrom });
    this.lastRate = rate;
    countStep(progress, result, now() - started);
    if (!result.skipped && this.untested) {
      this.good = this.untested;
      this.untested = undefined;
    }
    if (result.skipped) {
      const inEpoch = progress.step - progress.epoch * options.stepsPerEpoch;
      run.log(`Skip this batch ${inEpoch}! (Loss: ${result.loss})`);
    }
    watcher.step({ progress, result, learningRate: rate, ...this.pace() });
  }

  /** The schedule's, halved each time the training diverged. */
  private rate(): number {
    const { schedule, stepsPerEpoch } = this.training.options;
    return learningRate(schedule, this.progress.step, stepsPerEpoch) / 2 ** this.progress.returns;
  }

  /** Why the weights cannot be trusted after the step just done; undefined while they can. */
  private divergence(endOfEpoch: number): string | undefined {
    const { skippedInRow, step, counted, epoch } = this.progress;
    if (skippedInRow >= DIVERGED) return `${DIVERGED} steps in a row were skipped`;
    const mostSkipped = 2 * counted < this.training.options.stepsPerEpoch;
    return step === endOfEpoch && mostSkipped ? `most steps of epoch ${epoch + 1} were skipped` : undefined;
  }

  private async goBack(reason: string): Promise<void> {
    const { progress } = this;
    const { trainer, run, watcher } = this.training;
    if (progress.returns === MOST_RETURNS) {
      throw new InputError(
        `training diverges: ${reason}, after it went back ${MOST_RETURNS} times; expected a lower learning rate or --clip`,
      );
    }
    progress.returns++;
    progress.skippedInRow = 0;
    progress.updates = this.good.updates;
    this.untested = undefined;
    await trainer.load(this.good);
    const note = `${reason}: back to the last good state, with half the learning rate`;
    run.log(note);
    watcher.note(note);
  }

  /** The line of the log, and the event. */
  private report(): void {
    const { progress } = this;
    const { options, run, batches, memory } = this.training;
    const [time, waited] = [now(), batches.waited];
    const dataSeconds = waited - this.line.waited;
    const means = meanTerms(progress);
    const losses = options.loss.map(({ type }, i) => [type, means[i] ?? Number.NaN] as const);
    const total = means.reduce((sum, mean) => sum + mean, 0);
    run.log(
      progressLine({
        seen: (progress.step - progress.epoch * options.stepsPerEpoch) * options.batch,
        total: options.stepsPerEpoch * options.batch,
        losses: losses.length > 1 ? [...losses, ['Total', total]] : losses,
        modelSeconds: time - this.line.time - dataSeconds,
        dataSeconds,
      }),
    );
    this.line = { time, waited };
    const { picturesPerSecond, waiting } = this.pace();
    const loss = takeWindow(progress);
    this.event('step', { loss, lr: this.lastRate, picturesPerSecond, waiting, memory: memory() });
  }

  /** Validates, and keeps the models and the state. */
  private async evaluate(): Promise<void> {
    const { progress } = this;
    const { options, trainer, run, validate } = this.training;
    const epoch = progress.epoch + 1;
    const models: ModelName[] = ['latest', ...(options.saveModels ? [epoch] : [])];
    if (validate && (await this.validated(validate, epoch))) models.push('best');
    const weights = await trainer.averagedStateDict();
    for (const model of models)
      await run.saveModel(model, weights, { architecture: options.architecture, options: options.network });
    endEpoch(progress);
    await this.save();
    await run.drawPlots();
  }

  /** @returns whether these weights are the best so far */
  private async validated(validate: NonNullable<Training['validate']>, epoch: number): Promise<boolean> {
    const { progress } = this;
    const { options, run } = this.training;
    run.log(EVALUATION_LINE);
    const started = now();
    const { set, psnr, bicubic } = await this.firstScore(validate, epoch);
    const seconds = now() - started;
    this.validationSeconds = seconds;
    const isBest = psnr > (progress.best?.psnr ?? Number.NEGATIVE_INFINITY);
    if (isBest) progress.best = { psnr, epoch };
    const { scale } = options.network;
    run.log(scoreLine({ set, scale, psnr, best: progress.best ?? { psnr, epoch } }));
    run.log(totalTimeLine(seconds));
    this.event('eval', { set, scale, psnr, bicubic, seconds });
    this.line = { time: now(), waited: this.training.batches.waited };
    return isBest;
  }

  /** Of weights that give numbers: the last update before a validation may have spoilt them unnoticed. */
  private async firstScore(validate: NonNullable<Training['validate']>, epoch: number): Promise<Validation> {
    while (true) {
      try {
        return await validate(await this.training.trainer.averagedStateDict(), epoch);
      } catch (error) {
        if (!(error instanceof NotANumberError)) throw error;
        await this.goBack(`the validation of epoch ${epoch} gave NaN`);
      }
    }
  }

  /** Not while steps are skipped: the weights may be spoilt, and what is on disk stays the state to go on from. */
  private async save(): Promise<void> {
    const { progress } = this;
    const { trainer, run } = this.training;
    if (progress.skippedInRow > 0) return;
    const state = await trainer.state();
    await run.saveState({ tensors: state.tensors, progress: { ...progress } });
    this.untested = state;
    this.saved = now();
    this.event('checkpoint');
  }

  private async end(reason: 'done' | 'interrupted'): Promise<'done' | 'interrupted'> {
    if (reason === 'interrupted') await this.save();
    this.event('end', { reason });
    return reason;
  }

  /** An event after the steps that are done. */
  private event(event: RunEvent['event'], fields: Omit<RunEvent, 'event' | 'step'> = {}): void {
    const { step, epoch } = this.progress;
    const { run, options } = this.training;
    const current = Math.min(epoch + 1, options.epochs);
    run.event({ event, step, epoch: current, ...fields });
  }

  private pace(): Pick<Status, 'picturesPerSecond' | 'waiting' | 'secondsLeft'> {
    const { options, batches } = this.training;
    const steps = this.progress.step - this.began.step;
    const seconds = this.progress.seconds - this.began.seconds;
    const left = options.epochs * options.stepsPerEpoch - this.progress.step;
    const validations = (options.epochs - this.progress.epoch) * this.validationSeconds;
    return {
      picturesPerSecond: (steps * options.batch) / seconds,
      waiting: (batches.waited - this.began.waited) / seconds,
      secondsLeft: (left * seconds) / steps + validations,
    };
  }
}

function now(): number {
  return performance.now() / 1000;
}
