/** A training with everything that it needs opened, and closed again. */
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setName } from '../data/layout.ts';
import { naming } from '../errors.ts';
import { openCheckpoint } from '../formats/checkpoint.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { identifyStored } from '../models/stored-network.ts';
import { DEFAULT_TRAINING_MEMORY } from '../train/create-trainer.ts';
import { Trainer } from '../train/engine/trainer.ts';
import { type Training, train, type Watcher } from '../train/loop.ts';
import type { PictureSource, TrainingOptions } from '../train/options.ts';
import type { RunDirectory, TrainingState } from '../train/run.ts';
import { readBytes } from './picture.ts';
import { listTrainingPairs } from './training-data/list-pairs.ts';
import { openTrainingData } from './training-data/open.ts';
import { createValidation } from './validation.ts';
import { openWorkspace } from './workspace.ts';

/** How much of the machine's memory a training takes at most where nothing is said. */
const MEMORY_SHARE = 0.8;

export interface TrainingSettings {
  readonly options: TrainingOptions;
  /** What a run begins with that has no state yet. */
  readonly network: IdentifiedNetwork;
  readonly run: RunDirectory;
  readonly watcher: Watcher;
  readonly signal?: AbortSignal;
  /** While the pictures are prepared. */
  readonly onPreparing?: (done: number, total: number) => void;
}

/**
 * Runs a training until it is done or the signal stops it; the run's directory stays open.
 *
 * @throws {InputError} for pictures, options or a stored state that cannot be trained with
 */
export async function runTraining(settings: TrainingSettings): Promise<'done' | 'interrupted'> {
  const { options, network, run, watcher, signal } = settings;
  const state = await storedState(options, run, watcher);
  const batches = await openData(settings);
  for (const note of batches.notes) watcher.note(note);
  const validate = await openValidation(settings);
  const trainer = await openTrainer(options, network);
  try {
    const training: Training = {
      options,
      trainer,
      batches,
      run,
      watcher,
      memory: () => process.memoryUsage.rss(),
      ...(state && { state }),
      ...(validate && { validate }),
      ...(signal && { signal }),
    };
    return await train(training);
  } finally {
    await batches.close();
    await trainer.dispose();
  }
}

/** The run's latest state, or what the weights of one of its epochs begin. */
async function storedState(
  { start, stepsPerEpoch }: TrainingOptions,
  run: RunDirectory,
  watcher: Watcher,
): Promise<TrainingState | undefined> {
  const latest = await run.loadState();
  if (start.kind !== 'resume' || start.epoch === 'latest') return latest;
  const { epoch } = start;
  const path = join(run.folder, 'model', `model_${epoch}.pt`);
  const bytes = await readBytes(path);
  const { state } = naming(path, () => identifyStored(openCheckpoint(bytes)));
  watcher.note(`goes on from the weights of epoch ${epoch}; the optimiser starts anew`);
  const tensors = new Map([...state].map(([key, tensor]) => [`weights.${key}`, tensor]));
  return { tensors, progress: { step: epoch * stepsPerEpoch, epoch } };
}

async function openData({ options, network, onPreparing }: TrainingSettings) {
  const { data, patch, batch, seed } = options;
  const { scale, colors, valueRange } = network.options;
  const { architecture } = network;
  const pairs = await listTrainingPairs(data.source, { scale, degradation: data.degradation });
  return openTrainingData({
    pairs,
    scale,
    colors,
    valueRange,
    luma: architecture.lumaRange?.(network.options) ?? 'studio',
    enlargedInput: architecture.enlargedInput ?? false,
    patchSize: patch,
    batchSize: batch,
    seed,
    degradation: data.degradation,
    cache: data.cache,
    workers: data.workers,
    skipCorrupt: data.skipCorrupt,
    ...(data.noise && { noise: data.noise }),
    ...(onPreparing && { onProgress: onPreparing }),
  });
}

async function openValidation({ options, network, run }: TrainingSettings): Promise<Training['validate']> {
  const { validation, data, saveResults, threads } = options;
  if (!validation) return undefined;
  const { source } = validation;
  const pairs = await listTrainingPairs(source, {
    scale: network.options.scale,
    degradation: data.degradation,
  });
  return createValidation(network, {
    name: validationName(source),
    pairs,
    degradation: data.degradation,
    options: validation,
    ...(saveResults && { results: run }),
    ...(threads !== undefined && { threads }),
  });
}

/** What the log calls a set of pictures. */
function validationName(source: PictureSource): string {
  if (source.kind === 'div2k') return 'DIV2K';
  return source.kind === 'benchmark' ? source.set : (setName(source.hr) ?? 'validation');
}

async function openTrainer(options: TrainingOptions, network: IdentifiedNetwork): Promise<Trainer> {
  const { loss, optimizer, schedule, trainMeanShift, checkpointing, ema, clip, device, threads } = options;
  const workspace = await openWorkspace({ device: device === 'auto' ? 'cpu' : device, threads });
  const memory = options.memory ?? Math.min(DEFAULT_TRAINING_MEMORY, MEMORY_SHARE * totalmem());
  const { learningRate } = schedule;
  return Trainer.create(
    network,
    {
      loss,
      optimizer,
      learningRate,
      trainMeanShift,
      checkpointing,
      memory,
      ...(ema !== undefined && { ema }),
      ...(clip !== undefined && { clip }),
    },
    workspace,
  );
}
