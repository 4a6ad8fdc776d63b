/** What the options of `sisr train` come to. Nothing is read or written here, beyond looking for folders. */
import { existsSync } from 'node:fs';
import { checkPatchOptions } from '../data/training-set.ts';
import { architectureById } from '../models/registry.ts';
import { LATEST } from '../node/run-name.ts';
import { parseLoss } from '../train/loss-spec.ts';
import {
  ENDLESS_EPOCHS,
  TRAINING_DEFAULTS,
  type TrainingOptions,
  type TrainingStart,
} from '../train/options.ts';
import { RECIPES, type Recipe } from '../train/recipes.ts';
import { UsageError } from './failure.ts';
import { givenOriginals } from './original-command.ts';
import { NONE, type OriginalValues, originalDefaults } from './original-options.ts';
import {
  chosenDevice,
  describedNetwork,
  oneScale,
  resultName,
  settleOriginals,
} from './original-settings.ts';
import type { TrainCommandOptions } from './train-command-options.ts';
import type { TrainContext } from './train-context.ts';
import { networkSection, rateSection } from './train-method.ts';
import { pictureSection } from './train-pictures.ts';

export interface ResolvedTraining {
  readonly options: TrainingOptions;
  /** What has to be said of the options, one line each. */
  readonly warnings: readonly string[];
  /** Every option of the original, as its config.txt has them. */
  readonly original: Readonly<Record<string, unknown>>;
  readonly recipe: Recipe | undefined;
}

/** What options cannot tell by themselves. */
export interface Surroundings {
  readonly exists?: (path: string) => boolean;
  readonly now?: Date;
}

/**
 * The complete settings of a training. What is given wins over the template or the recipe, and these over the
 * original's defaults.
 *
 * @throws {InputError} for options that make no sense or contradict each other
 */
export function resolveTrainOptions(
  parsed: TrainCommandOptions,
  surroundings: Surroundings = {},
): ResolvedTraining {
  const context = createContext(parsed, surroundings);
  const options = {
    ...runSection(context),
    ...networkSection(context),
    ...pictureSection(context),
    ...lengthSection(context),
    ...rateSection(context),
    ...machineSection(context),
    ...loggingSection(context),
  };
  const { warnings, recipe } = context;
  return { options, warnings, original: originalConfig(context.values, options), recipe };
}

/**
 * What a training begins with: needed before everything else, as a run that goes on keeps its own options. Where no
 * run is named, that is the `latest`.
 */
export function trainingStart(parsed: TrainCommandOptions): TrainingStart {
  const given = givenToTrain(parsed);
  const { load, resume, pre_train: model } = { ...originalDefaults('train'), ...given };
  if (resume < -1) throw new UsageError(`--resume ${resume}: expected an epoch, or -1 for the latest`);
  if (load === NONE && resume === 0) return model === NONE ? { kind: 'random' } : { kind: 'weights', model };
  const run = load === NONE ? (given.save ?? LATEST) : load;
  return { kind: 'resume', run: resultName(run), epoch: resume > 0 ? resume : 'latest' };
}

/** Whether a run goes on in its own folder; what goes on from an earlier epoch is another run. */
export function goesOn(start: TrainingStart): boolean {
  return start.kind === 'resume' && start.epoch === 'latest';
}

/**
 * The options of a run that goes on: those it was started with, except for what belonged to its start, and those
 * that are given now. The folder of the runs is not kept: it may have another name by now.
 */
export function resumedOptions(started: TrainCommandOptions, now: TrainCommandOptions): TrainCommandOptions {
  const { name, save, reset, load, resume, preTrain, runs, watch, json, ...kept } = started as Record<
    string,
    unknown
  > &
    TrainCommandOptions;
  return { ...kept, ...now, ...((kept.lr || now.lr) && { lr: { ...kept.lr, ...now.lr } }) };
}

function originalConfig(
  values: OriginalValues,
  { architecture, network, epochs, data }: TrainingOptions,
): Readonly<Record<string, unknown>> {
  const { title } = architectureById(architecture);
  const { source } = data;
  const root = source.kind === 'folders' ? {} : { dir_data: source.root };
  return { ...values, ...describedNetwork(title, network), epochs, ...root };
}

function createContext(
  parsed: TrainCommandOptions,
  { exists = existsSync, now = new Date() }: Surroundings,
): TrainContext {
  const given = givenToTrain(parsed);
  const recipe = RECIPES.find(({ name }) => name === parsed.recipe);
  if (recipe && given.template !== undefined && given.template !== NONE)
    throw new UsageError('--recipe and --template contradict each other');
  const scale = oneScale(given.scale ?? originalDefaults('train').scale);
  const settings = settleOriginals('train', given, recipe ? recipeValues(recipe, given, scale) : {});
  return { ...settings, parsed, given, recipe, scale, exists, now };
}

/** The original's options, with those that sisr has under a second name. */
function givenToTrain(parsed: TrainCommandOptions): Partial<OriginalValues> {
  const { lr: _, ...given } = givenOriginals(parsed);
  const { lr, name } = parsed;
  if (name !== undefined && given.load === undefined && !sameName(name, given.save))
    throw new UsageError(`--name ${name} and --save ${given.save} contradict each other`);
  return {
    ...given,
    ...(lr?.rate !== undefined && { lr: lr.rate }),
    ...(name !== undefined && { save: name }),
  };
}

/** Whether an option, where it is given, names the same run. */
function sameName(name: string, save: string | undefined): boolean {
  return save === undefined || resultName(save) === resultName(name);
}

/** Its network only where no other one is given. */
function recipeValues(
  { options, lrPatch }: Recipe,
  { model }: Partial<OriginalValues>,
  scale: number,
): Partial<OriginalValues> {
  const { warmup, min_lr, ema, ...values } = options;
  const { n_resgroups, n_resblocks, n_feats, reduction, ...method } = values;
  const other = model !== undefined && model.toLowerCase() !== options.model.toLowerCase();
  return { ...(other ? method : values), patch_size: lrPatch * scale };
}

function runSection(context: TrainContext): Pick<TrainingOptions, 'name' | 'runs' | 'start' | 'reset'> {
  const { parsed, values, warnings, now } = context;
  const start = trainingStart(parsed);
  const { reset } = values;
  if (start.kind === 'resume') checkResume(context, start.run);
  if (reset)
    warnings.push(
      '--reset sets an older run of this name aside under a new name; the original would delete it',
    );
  const own = values.save === NONE ? resultName(NONE, now) : values.save;
  const name = start.kind === 'resume' ? start.run : own;
  return { name, runs: parsed.runs ?? TRAINING_DEFAULTS.runs, start, reset };
}

function checkResume({ parsed, values, given, warnings }: TrainContext, run: string): void {
  if (values.reset)
    throw new UsageError('--reset sets aside the run that --load or --resume goes on with: leave one out');
  if (given.resume === undefined)
    warnings.push(
      `--load ${values.load} also takes the run's latest weights; the original would start with random ones`,
    );
  if (given.pre_train !== undefined)
    warnings.push('--pre_train has no effect: the run goes on with its own weights');
  if (given.load !== undefined && !sameName(run, givenOriginals(parsed).save))
    warnings.push('--save has no effect: the run of --load goes on under its own name');
}

function lengthSection({
  values,
  scale,
}: TrainContext): Pick<TrainingOptions, 'patch' | 'batch' | 'epochs' | 'stepsPerEpoch' | 'seed'> {
  const { patch_size: patch, batch_size: batch, epochs, test_every: stepsPerEpoch, seed } = values;
  checkPatchOptions({ scale, patchSize: patch, batchSize: batch });
  return { patch, batch, epochs: epochs === 0 ? ENDLESS_EPOCHS : epochs, stepsPerEpoch, seed };
}

function machineSection(
  context: TrainContext,
): Pick<TrainingOptions, 'checkpointing' | 'memory' | 'device' | 'threads'> {
  const { parsed, values, warnings } = context;
  const { device, warnings: found } = chosenDevice(parsed.device, values);
  warnings.push(...found);
  const { checkpointing = TRAINING_DEFAULTS.checkpointing, memory, threads } = parsed;
  return {
    checkpointing,
    device,
    ...(memory !== undefined && { memory }),
    ...(threads !== undefined && { threads }),
  };
}

function loggingSection({
  values,
}: TrainContext): Pick<TrainingOptions, 'loss' | 'printEvery' | 'saveModels' | 'saveResults' | 'printModel'> {
  return {
    loss: parseLoss(values.loss),
    printEvery: values.print_every,
    saveModels: values.save_models,
    saveResults: values.save_results,
    printModel: values.print_model,
  };
}
