import { formatLoss } from './loss-spec.ts';
import {
  ENDLESS_EPOCHS,
  type OptimizerOptions,
  type PictureSource,
  type TrainingData,
  type TrainingOptions,
  type TrainingStart,
  type ValidationOptions,
} from './options.ts';
import type { Schedule } from './schedule.ts';

/** A line of the settings: what it is about, and what holds. */
export type OptionRow = readonly [title: string, text: string];

/** Every setting of a training in words, in reading order: what is printed before the start. */
export function describeOptions(options: TrainingOptions): OptionRow[] {
  const { epochs, stepsPerEpoch, batch, patch, network, validation } = options;
  const lrPatch = patch / network.scale;
  return [
    ['run', `${options.name} in ${options.runs}${options.reset ? ', an older one is set aside' : ''}`],
    ['start', describeStart(options.start)],
    ['network', describeNetwork(options)],
    ['data', describeData(options.data)],
    ['validation', validation ? describeValidation(validation, options.data) : 'none'],
    ['length', `${epochs === ENDLESS_EPOCHS ? 'endless' : epochs} epochs of ${stepsPerEpoch} steps`],
    ['batch', `${batch} patches of ${lrPatch}×${lrPatch} (LR) and ${patch}×${patch} (HR)`],
    [
      'loss',
      `${formatLoss(options.loss)}; batches above ${options.skipThreshold} times that of the last epoch are left out`,
    ],
    ['optimiser', describeOptimizer(options.optimizer)],
    ['rate', describeSchedule(options.schedule)],
    ['gradients', describeGradients(options)],
    ['average', options.ema === undefined ? 'none' : `of the weights (EMA), decay ${options.ema}`],
    ['machine', describeMachine(options)],
    ['saved', describeSaving(options)],
    ['seed', String(options.seed)],
  ];
}

function describeStart(start: TrainingStart): string {
  if (start.kind === 'random') return 'random weights';
  if (start.kind === 'weights') return `the weights of ${start.model}`;
  const epoch = start.epoch === 'latest' ? 'its latest checkpoint' : `its epoch ${start.epoch}`;
  return `goes on with the run ${start.run} from ${epoch}`;
}

function describeNetwork({ architecture, network, trainMeanShift }: TrainingOptions): string {
  const options = Object.entries(network).map(([name, value]) => `${name} ${value}`);
  return [architecture, ...options, ...(trainMeanShift ? [] : ['mean shift kept fixed'])].join(', ');
}

/** Where pictures are, such as `pictures/HR (LR made by BI)`. */
function describeSource(source: PictureSource, degradation: string): string {
  if (source.kind === 'div2k') return `DIV2K in ${source.root}, pictures ${source.first} to ${source.last}`;
  if (source.kind === 'benchmark') return `the benchmark ${source.set} in ${source.root}`;
  return `${source.hr} (${source.lr === undefined ? `LR made by ${degradation}` : `LR from ${source.lr}`})`;
}

const CACHES = { on: 'cached', off: 'not cached', rebuild: 'cached anew' } as const;

function describeData({ source, degradation, noise, cache, skipCorrupt, workers }: TrainingData): string {
  const parts = [
    describeSource(source, degradation),
    ...(noise ? [`${noise.kind} noise ${noise.level} on LR`] : []),
    CACHES[cache],
    ...(skipCorrupt ? ['unreadable pictures left out'] : []),
    `${workers} loading ${workers === 1 ? 'thread' : 'threads'}`,
  ];
  return parts.join(', ');
}

function describeValidation(
  { source, tile, ensemble }: ValidationOptions,
  { degradation }: TrainingData,
): string {
  const parts = [
    describeSource(source, degradation),
    ...(tile === 'chop' ? ['chopped'] : []),
    ...(ensemble ? ['self-ensemble'] : []),
  ];
  return parts.join(', ');
}

function describeOptimizer(optimizer: OptimizerOptions): string {
  const decay = `weight decay ${optimizer.weightDecay}`;
  switch (optimizer.name) {
    case 'adam':
    case 'adamw': {
      const title = optimizer.name === 'adam' ? 'Adam' : 'AdamW';
      return `${title}, betas ${optimizer.betas.join(' and ')}, epsilon ${optimizer.eps}, ${decay}`;
    }
    case 'sgd':
      return `SGD, momentum ${optimizer.momentum}, ${decay}`;
    case 'rmsprop':
      return `RMSprop, epsilon ${optimizer.eps}, ${decay}`;
  }
}

function describeSchedule(schedule: Schedule): string {
  const { learningRate } = schedule;
  switch (schedule.kind) {
    case 'step':
      return `${learningRate}, times ${schedule.gamma} every ${schedule.everyEpochs} epochs`;
    case 'multi-step':
      return `${learningRate}, times ${schedule.gamma} after epochs ${schedule.milestones.join(', ')}`;
    case 'cosine':
      return (
        `${learningRate}, reached in ${schedule.warmupSteps} steps, then along a cosine to ${schedule.minimum} at ` +
        `step ${schedule.totalSteps}`
      );
  }
}

function describeGradients({ clip, checkpointing }: TrainingOptions): string {
  const clipped = clip === undefined ? 'not clipped' : `clipped to norm ${clip}`;
  return `${clipped}, checkpointing ${checkpointing}`;
}

function describeMachine({ device, threads, memory }: TrainingOptions): string {
  const parts = [
    `device ${device}`,
    threads === undefined ? 'one thread per core' : `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    ...(memory === undefined ? [] : [`under ${(memory / 1024 ** 3).toPrecision(3)} GiB`]),
  ];
  return parts.join(', ');
}

function describeSaving({ saveModels, saveResults, printEvery }: TrainingOptions): string {
  const parts = [
    saveModels ? 'every epoch, the latest and the best' : 'the latest and the best',
    ...(saveResults ? ['validation pictures'] : []),
    `a line of the log every ${printEvery} steps`,
  ];
  return parts.join(', ');
}
