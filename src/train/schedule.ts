/** The learning rate as a pure function of the step, so that nothing of it has to be saved or resumed. */
import { InputError } from '../errors.ts';

/** The rate is multiplied with `gamma` after every `everyEpochs` epochs. */
export interface StepSchedule {
  readonly kind: 'step';
  readonly learningRate: number;
  readonly everyEpochs: number;
  readonly gamma: number;
}

/** The rate is multiplied with `gamma` after each of these numbers of epochs. */
export interface MultiStepSchedule {
  readonly kind: 'multi-step';
  readonly learningRate: number;
  readonly milestones: readonly number[];
  readonly gamma: number;
}

/**
 * The rate rises linearly over the first steps and then falls along half a cosine to `minimum`, which the step after
 * the last one would have (Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983, without restarts).
 */
export interface CosineSchedule {
  readonly kind: 'cosine';
  readonly learningRate: number;
  readonly minimum: number;
  readonly warmupSteps: number;
  /** Those of the warm-up included. */
  readonly totalSteps: number;
}

export type Schedule = StepSchedule | MultiStepSchedule | CosineSchedule;

/**
 * The learning rate of one step.
 *
 * By epochs it is what PyTorch up to 1.0 gives, where the original steps its scheduler at the start of an epoch: in
 * epoch e (from 1) the rate has been lowered ⌊(e − 1) / everyEpochs⌋ times.
 *
 * @param step of the whole training, from 0
 * @param stepsPerEpoch at least 1
 */
export function learningRate(schedule: Schedule, step: number, stepsPerEpoch: number): number {
  if (schedule.kind === 'cosine') return cosineRate(schedule, step);
  const epochsDone = Math.floor(step / stepsPerEpoch);
  return schedule.learningRate * schedule.gamma ** timesLowered(schedule, epochsDone);
}

function timesLowered(schedule: StepSchedule | MultiStepSchedule, epochsDone: number): number {
  if (schedule.kind === 'step') return Math.floor(epochsDone / schedule.everyEpochs);
  return schedule.milestones.filter((milestone) => milestone <= epochsDone).length;
}

function cosineRate(schedule: CosineSchedule, step: number): number {
  const { learningRate: peak, minimum, warmupSteps, totalSteps } = schedule;
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / (totalSteps - warmupSteps));
  return minimum + ((peak - minimum) * (1 + Math.cos(Math.PI * progress))) / 2;
}

/** What a decay by epochs rests on. */
export interface DecaySettings {
  readonly learningRate: number;
  /** Used by `step` alone. */
  readonly everyEpochs: number;
  readonly gamma: number;
}

/**
 * The original's `--decay_type`: `step`, or `step_200_400` with the milestones.
 *
 * @throws {InputError} for anything else
 */
export function parseDecayType(text: string, settings: DecaySettings): StepSchedule | MultiStepSchedule {
  const { learningRate, everyEpochs, gamma } = settings;
  if (text === 'step') return { kind: 'step', learningRate, everyEpochs, gamma };
  const milestones = /^step(?:_\d+)+$/.test(text) ? text.split('_').slice(1).map(Number) : [];
  if (milestones.length === 0 || milestones.some((epoch, i) => epoch <= (milestones[i - 1] ?? 0))) {
    throw new InputError(`decay type ${text}: expected step, step_200_400 with rising epochs, or cosine`);
  }
  return { kind: 'multi-step', learningRate, milestones, gamma };
}
