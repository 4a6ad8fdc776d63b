/** A training with everything that it needs. */
import { totalmem } from 'node:os';
import { setName } from '../data/layout.ts';
import { naming } from '../errors.ts';
import { openCheckpoint } from '../formats/checkpoint.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { identifyStored } from '../models/stored-network.ts';
import { DEFAULT_TRAINING_MEMORY, openOn } from '../train/create-trainer.ts';
import { type Preparation, Trainer } from '../train/engine/trainer.ts';
import { type Training, train } from '../train/loop.ts';
import type { PictureSource, TrainingOptions } from '../train/options.ts';
import type { TrainingState } from '../train/run.ts';
import { readBytes } from './picture.ts';
import { modelFile } from './run-writer.ts';
import { listTrainingPairs } from './training-data/list-pairs.ts';
import { openTrainingData, type TrainingData, type TrainingDataOptions } from './training-data/open.ts';
import { openValidation, type ValidationSet, validateWeights } from './validation.ts';
import { openWorkspace } from './workspace.ts';

/** How much of the machine's memory a training takes at most where nothing is said. */
const MEMORY_SHARE = 0.8;

/** A training with everything opened, checked and compiled: what can be wrong shows before a run begins. */
export interface OpenTraining {
  readonly batches: TrainingData;
  /** Undefined where nothing is validated. */
  readonly validation: ValidationSet | undefined;
  readonly trainer: Trainer;
  /** What the steps will take. */
  readonly preparation: Preparation;
  /** What should be known of all that, one line each. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** While pictures are decoded and LR is made. */
export type Preparing = Pick<TrainingDataOptions, 'onProgress' | 'signal'>;

/**
 * @param network what the training begins with
 * @throws {InputError} for pictures that cannot be trained or validated with, and a device that does not work here;
 *   the signal's reason when aborted
 */
export async function openTraining(
  options: TrainingOptions,
  network: IdentifiedNetwork,
  preparing: Preparing = {},
): Promise<OpenTraining> {
  const validation = await openValidationSet(options, network.options.scale, preparing.signal);
  const batches = await openBatches(options, network, preparing);
  let trainer: Trainer | undefined;
  const close = async () => {
    try {
      await batches.close();
    } finally {
      await trainer?.dispose();
    }
  };
  try {
    trainer = await openTrainer(options, network);
    const preparation = await trainer.prepare((await batches.batch(0)).input.dims);
    const notes = [...batches.notes, ...memoryNotes(trainer, preparation)];
    return { batches, validation, trainer, preparation, notes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function memoryNotes({ settings }: Trainer, { leastMemory }: Preparation): string[] {
  if (leastMemory <= settings.memory) return [];
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MB`;
  return [
    `about ${megabytes(leastMemory)} are needed, more than the ${megabytes(settings.memory)} asked for: expected a smaller batch, patch or network`,
  ];
}

async function openValidationSet(
  { validation, data }: TrainingOptions,
  scale: number,
  signal: AbortSignal | undefined,
): Promise<ValidationSet | undefined> {
  if (!validation) return undefined;
  const { degradation } = data;
  const pairs = await listTrainingPairs(validation.source, { scale, degradation });
  const name = validationName(validation.source);
  return openValidation({ name, pairs, degradation, options: validation }, scale, signal);
}

async function openBatches(
  { data, patch, batch, seed }: TrainingOptions,
  { architecture, options }: IdentifiedNetwork,
  { onProgress, signal }: Preparing,
): Promise<TrainingData> {
  const { scale, colors, valueRange } = options;
  const { degradation, cache, workers, skipCorrupt, noise } = data;
  return openTrainingData({
    pairs: await listTrainingPairs(data.source, { scale, degradation }),
    scale,
    colors,
    valueRange,
    luma: architecture.lumaRange?.(options) ?? 'studio',
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
}

/** What the log calls a set of pictures. */
function validationName(source: PictureSource): string {
  if (source.kind === 'div2k') return 'DIV2K';
  return source.kind === 'benchmark' ? source.set : (setName(source.hr) ?? 'validation');
}

/** What else a training needs. */
export interface TrainingSetting extends Pick<Training, 'run' | 'watcher' | 'signal'> {
  /** What to go on from; left out: the training begins. */
  readonly state?: TrainingState;
}

/** Trains until it is done or the signal stops it. What was opened stays open. */
export function runTraining(
  options: TrainingOptions,
  { batches, validation, trainer }: OpenTraining,
  setting: TrainingSetting,
): Promise<'done' | 'interrupted'> {
  const results = options.saveResults ? setting.run : undefined;
  const { network } = trainer;
  const { threads } = options;
  const { signal } = setting;
  return train({
    ...setting,
    options,
    trainer,
    batches,
    memory: () => process.memoryUsage.rss(),
    ...(validation && {
      validate: (weights) =>
        validateWeights({ ...network, state: weights }, validation, { results, threads, signal }),
    }),
  });
}

/**
 * What the weights of one of a run's epochs begin: its place in the training, the optimiser anew.
 *
 * @param folder of the run
 * @throws {InputError} where that model was not kept
 */
export async function stateOfEpoch(
  folder: string,
  epoch: number,
  stepsPerEpoch: number,
): Promise<TrainingState> {
  const path = modelFile(folder, epoch);
  const bytes = await readBytes(path);
  const { state } = naming(path, () => identifyStored(openCheckpoint(bytes)));
  const tensors = new Map([...state].map(([key, tensor]) => [`weights.${key}`, tensor]));
  return { tensors, progress: { step: epoch * stepsPerEpoch, epoch } };
}

async function openTrainer(options: TrainingOptions, network: IdentifiedNetwork): Promise<Trainer> {
  const { loss, optimizer, schedule, trainMeanShift, checkpointing, ema, clip, device, threads } = options;
  const { memory = Math.min(DEFAULT_TRAINING_MEMORY, MEMORY_SHARE * totalmem()) } = options;
  const { learningRate } = schedule;
  const settings = { loss, optimizer, learningRate, trainMeanShift, checkpointing, memory };
  const workspace = await openOn(openWorkspace, device, threads);
  return Trainer.create(
    network,
    { ...settings, ...(ema !== undefined && { ema }), ...(clip !== undefined && { clip }) },
    workspace,
  );
}
