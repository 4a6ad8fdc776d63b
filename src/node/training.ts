/** A training with everything that it needs. */
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setName } from '../data/layout.ts';
import { naming } from '../errors.ts';
import { openCheckpoint } from '../formats/checkpoint.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { identifyStored } from '../models/stored-network.ts';
import { DEFAULT_TRAINING_MEMORY } from '../train/create-trainer.ts';
import { Trainer } from '../train/engine/trainer.ts';
import { type Training, train } from '../train/loop.ts';
import type { PictureSource, TrainingOptions } from '../train/options.ts';
import type { TrainingState } from '../train/run.ts';
import { readBytes } from './picture.ts';
import { MODEL_FOLDER } from './run-writer.ts';
import { listTrainingPairs } from './training-data/list-pairs.ts';
import { openTrainingData, type TrainingData, type TrainingDataOptions } from './training-data/open.ts';
import { openValidation, type ValidationSet, validateWeights } from './validation.ts';
import { openWorkspace } from './workspace.ts';

/** How much of the machine's memory a training takes at most where nothing is said. */
const MEMORY_SHARE = 0.8;

/** The pictures of a training, opened and checked: what can be wrong with them shows before a run begins. */
export interface TrainingPictures {
  readonly training: TrainingData;
  /** Undefined where nothing is validated. */
  readonly validation: ValidationSet | undefined;
}

/** While pictures are decoded and LR is made. */
export type Preparing = Pick<TrainingDataOptions, 'onProgress' | 'signal'>;

/** What else a training needs. */
export type TrainingSetting = Pick<Training, 'run' | 'watcher' | 'signal'>;

/**
 * @param network the one to be trained
 * @throws {InputError} for pictures that cannot be trained or validated with; the signal's reason when aborted
 */
export async function openPictures(
  options: TrainingOptions,
  { architecture, options: networkOptions }: IdentifiedNetwork,
  { onProgress, signal }: Preparing = {},
): Promise<TrainingPictures> {
  const { data, patch, batch, seed, validation } = options;
  const { scale, colors, valueRange } = networkOptions;
  const { degradation, cache, workers, skipCorrupt, noise } = data;
  const listed = { scale, degradation };
  const checked = validation && {
    name: validationName(validation.source),
    pairs: await listTrainingPairs(validation.source, listed),
    degradation,
    options: validation,
  };
  const training = await openTrainingData({
    pairs: await listTrainingPairs(data.source, listed),
    scale,
    colors,
    valueRange,
    luma: architecture.lumaRange?.(networkOptions) ?? 'studio',
    enlargedInput: architecture.enlargedInput ?? false,
    patchSize: patch,
    batchSize: batch,
    seed,
    degradation,
    cache,
    workers,
    skipCorrupt,
    ...(noise && { noise }),
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  return { training, validation: checked && (await openValidation(checked, scale)) };
}

/** What the log calls a set of pictures. */
function validationName(source: PictureSource): string {
  if (source.kind === 'div2k') return 'DIV2K';
  return source.kind === 'benchmark' ? source.set : (setName(source.hr) ?? 'validation');
}

/**
 * Trains until it is done or the signal stops it, and closes the pictures; the run's directory stays open.
 *
 * @param network what a run begins with that has no state yet
 * @throws {InputError} for a stored state that cannot be gone on from
 */
export async function runTraining(
  options: TrainingOptions,
  network: IdentifiedNetwork,
  { training: batches, validation }: TrainingPictures,
  setting: TrainingSetting,
): Promise<'done' | 'interrupted'> {
  const { run } = setting;
  let trainer: Trainer | undefined;
  try {
    const state = await storedState(options, setting);
    trainer = await openTrainer(options, network);
    const results = options.saveResults ? run : undefined;
    return await train({
      ...setting,
      options,
      trainer,
      batches,
      memory: () => process.memoryUsage.rss(),
      ...(state && { state }),
      ...(validation && {
        validate: (weights) =>
          validateWeights({ ...network, state: weights }, validation, { results, threads: options.threads }),
      }),
    });
  } finally {
    await batches.close();
    await trainer?.dispose();
  }
}

/** The run's latest state, or what the weights of one of its epochs begin. */
async function storedState(
  { start, stepsPerEpoch }: TrainingOptions,
  { run, watcher }: TrainingSetting,
): Promise<TrainingState | undefined> {
  const latest = await run.loadState();
  if (start.kind !== 'resume' || start.epoch === 'latest') return latest;
  const { epoch } = start;
  const path = join(run.folder, MODEL_FOLDER, `model_${epoch}.pt`);
  const bytes = await readBytes(path);
  const { state } = naming(path, () => identifyStored(openCheckpoint(bytes)));
  watcher.note(`goes on from the weights of epoch ${epoch}; the optimiser starts anew`);
  const tensors = new Map([...state].map(([key, tensor]) => [`weights.${key}`, tensor]));
  return { tensors, progress: { step: epoch * stepsPerEpoch, epoch } };
}

async function openTrainer(options: TrainingOptions, network: IdentifiedNetwork): Promise<Trainer> {
  const { loss, optimizer, schedule, trainMeanShift, checkpointing, ema, clip, device, threads } = options;
  const { memory = Math.min(DEFAULT_TRAINING_MEMORY, MEMORY_SHARE * totalmem()) } = options;
  const { learningRate } = schedule;
  const settings = { loss, optimizer, learningRate, trainMeanShift, checkpointing, memory };
  // Training on a graphics card has to be asked for: the CPU is the one that was measured.
  const workspace = await openWorkspace({ device: device === 'auto' ? 'cpu' : device, threads });
  return Trainer.create(
    network,
    { ...settings, ...(ema !== undefined && { ema }), ...(clip !== undefined && { clip }) },
    workspace,
  );
}
