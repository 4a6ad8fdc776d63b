/** The network that `sisr train` trains, and how: optimiser, learning rate, clipping, averaging. */
import type { NetworkOptions, SomeOptions } from '../models/architecture.ts';
import { architectureById, chosenOptions } from '../models/registry.ts';
import { optimizerOptions } from '../train/optimizer-options.ts';
import type { OptimizerOptions, TrainingOptions } from '../train/options.ts';
import { parseDecayType, type Schedule } from '../train/schedule.ts';
import { UsageError } from './failure.ts';
import type { OriginalName } from './original-options.ts';
import { architectureId, NETWORK_OPTION_NAMES, type NetworkOptionName } from './original-settings.ts';
import { type TrainContext, warnUnused } from './train-context.ts';

/** The networks of the original, for which its defaults hold. The others have their papers'. */
const ORIGINAL_NETWORKS: readonly string[] = ['rcan', 'edsr'];

export function networkSection(
  context: TrainContext,
): Pick<TrainingOptions, 'architecture' | 'network' | 'trainMeanShift'> {
  const { values, chosen, scale, parsed } = context;
  const architecture = architectureById(architectureId(values.model));
  const source = ORIGINAL_NETWORKS.includes(architecture.id) ? values : chosen;
  const network: NetworkOptions & Record<string, unknown> = { ...architecture.defaults, scale };
  for (const [name, option] of Object.entries(NETWORK_OPTION_NAMES)) {
    const value = source[name as NetworkOptionName];
    if (!(option in architecture.defaults))
      warnUnused(context, [name as NetworkOptionName], `${architecture.title} has no such option`);
    else if (value !== undefined) network[option] = value;
  }
  Object.assign(network, chosenOptions(architecture, ownOptions(parsed.networkOption)));
  // Building it checks the options.
  architecture.build(network);
  return { architecture: architecture.id, network, trainMeanShift: !parsed.freezeMeanShift };
}

/** @throws {UsageError} for one that has an option of its own, which would contradict it */
function ownOptions(given: SomeOptions = {}): SomeOptions {
  const named = { ...NETWORK_OPTION_NAMES, scale: 'scale' };
  for (const [name, option] of Object.entries(named)) {
    if (option in given) throw new UsageError(`--network-option ${option}: use --${name}`);
  }
  return given;
}

export function rateSection(
  context: TrainContext,
): Pick<TrainingOptions, 'optimizer' | 'schedule' | 'clip' | 'ema' | 'skipThreshold'> {
  const { parsed, recipe, values } = context;
  const { clip, ema = recipe?.options.ema } = parsed;
  return {
    optimizer: chosenOptimizer(context),
    schedule: scheduleOptions(context),
    ...(clip !== undefined && { clip }),
    ...(ema !== undefined && { ema }),
    skipThreshold: values.skip_threshold,
  };
}

/** The options that only some optimisers have. */
const OPTIMIZER_OPTIONS = ['momentum', 'beta1', 'beta2', 'epsilon'] as const satisfies OriginalName[];

const OWN_OPTIONS: Readonly<Record<OptimizerOptions['name'], readonly OriginalName[]>> = {
  adam: ['beta1', 'beta2', 'epsilon'],
  adamw: ['beta1', 'beta2', 'epsilon'],
  sgd: ['momentum'],
  rmsprop: ['epsilon'],
};

function chosenOptimizer(context: TrainContext): OptimizerOptions {
  const { values, chosen } = context;
  const name = values.optimizer.toLowerCase() as OptimizerOptions['name'];
  const foreign = OPTIMIZER_OPTIONS.filter((option) => !OWN_OPTIONS[name].includes(option));
  warnUnused(context, foreign, `it is not of the optimiser ${values.optimizer}`);
  const { momentum, beta1, beta2, epsilon: eps } = values;
  const { weight_decay: weightDecay } = chosen;
  return optimizerOptions({
    name,
    momentum,
    betas: [beta1, beta2],
    eps,
    ...(weightDecay !== undefined && { weightDecay }),
  });
}

function scheduleOptions(context: TrainContext): Schedule {
  const { values, parsed, warnings } = context;
  if (values.decay_type === 'cosine') return cosineOptions(context);
  if (values.decay_type !== 'step') warnUnused(context, ['lr_decay'], 'the epochs are in --decay_type');
  for (const [name, value] of Object.entries({ warmup: parsed.warmup, 'min-lr': parsed.minLr })) {
    if (value !== undefined) warnings.push(`--${name} has no effect: it belongs to --decay_type cosine`);
  }
  const { lr, lr_decay: everyEpochs, gamma } = values;
  return parseDecayType(values.decay_type, { learningRate: lr, everyEpochs, gamma });
}

function cosineOptions(context: TrainContext): Schedule {
  const { values, parsed, recipe } = context;
  warnUnused(context, ['lr_decay', 'gamma'], 'the rate falls along a cosine');
  const { lr: learningRate, epochs, test_every: stepsPerEpoch } = values;
  const warmupSteps = parsed.warmup ?? recipe?.options.warmup ?? 0;
  const minimum = parsed.minLr ?? recipe?.options.min_lr ?? 0;
  const totalSteps = epochs * stepsPerEpoch;
  if (epochs === 0)
    throw new UsageError('--decay_type cosine: expected a number of --epochs, found 0 (endless)');
  if (warmupSteps >= totalSteps)
    throw new UsageError(
      `--warmup ${warmupSteps}: expected less than the ${totalSteps} steps of the training`,
    );
  if (minimum > learningRate)
    throw new UsageError(`--min-lr ${minimum}: expected at most the learning rate ${learningRate}`);
  return { kind: 'cosine', learningRate, minimum, warmupSteps, totalSteps };
}
