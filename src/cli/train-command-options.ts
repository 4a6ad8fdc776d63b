/** What `sisr train` takes: the original's options and sisr's own. What they come to is in train-options.ts. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { TRAINING_DEGRADATIONS } from '../data/photo.ts';
import type { SomeOptions } from '../models/architecture.ts';
import { TRAINING_DEFAULTS, type TrainingOptions } from '../train/options.ts';
import { RECIPES } from '../train/recipes.ts';
import { type DeviceOptions, deviceOptions } from './device-options.ts';
import { addOriginalOptions } from './original-command.ts';
import { originalOption } from './original-options.ts';
import { byteSize, finiteNumber, fraction, integer, naturalNumber, oneOf, positiveNumber } from './values.ts';

/**
 * What commander gives for sisr's own options; those of the original are in the same object (`givenOriginals`). It
 * is plain JSON: a run may keep it and read it again.
 */
export interface TrainCommandOptions extends DeviceOptions {
  hr?: string;
  lr?: RateOrFolder;
  valHr?: string;
  valLr?: string;
  skipCorrupt?: boolean;
  name?: string;
  runs?: string;
  recipe?: string;
  warmup?: number;
  minLr?: number;
  ema?: number;
  clip?: number;
  freezeMeanShift?: boolean;
  networkOption?: SomeOptions;
  checkpointing?: TrainingOptions['checkpointing'];
  /** Bytes. */
  memory?: number;
  json?: boolean;
  watch?: boolean;
}

/** `name=value`, collected. */
function networkOption(text: string, before: SomeOptions = {}): SomeOptions {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const parsed = value === 'true' || value === 'false' ? value === 'true' : Number(value);
  if (name === undefined || Number.isNaN(parsed))
    throw new InvalidArgumentError('Expected a name and a number, true or false, such as middleKernel=3.');
  return { ...before, [name]: parsed };
}

/** `--lr` is the original's learning rate and the folder of LR pictures; both may be given, one after the other. */
export interface RateOrFolder {
  readonly rate?: number;
  readonly folder?: string;
}

/** A number is a rate, anything else a folder. */
function rateOrFolder(text: string, before: RateOrFolder = {}): RateOrFolder {
  const rate = Number(text);
  if (text.trim() === '' || Number.isNaN(rate)) return { ...before, folder: text };
  if (!(rate > 0 && Number.isFinite(rate)))
    throw new InvalidArgumentError('Expected a positive learning rate, or the folder of the LR pictures.');
  return { ...before, rate };
}

/** Declares every option of `sisr train`. */
export function addTrainOptions(command: Command): Command {
  const groups: readonly (readonly [title: string, options: readonly Option[]])[] = [
    ['Pictures:', pictureOptions()],
    ['Run:', runOptions()],
    ['Training:', trainingOptions()],
    ['Machine:', machineOptions()],
  ];
  for (const [title, options] of groups) {
    for (const option of options) command.addOption(option.helpGroup(title));
  }
  addOriginalOptions(command, 'train', ['debug', 'lr', 'resume', 'degradation']);
  return command;
}

function pictureOptions(): Option[] {
  return [
    new Option('--hr <folder>', 'pictures to train on, of any size and name'),
    new Option(
      '--lr <folder|rate>',
      `the same pictures small, paired by name (default: made from --hr); a number is the learning rate (default: ${originalOption('lr').train})`,
    ).argParser(rateOrFolder),
    new Option('--val-hr <folder>', 'pictures to validate with (default: --data_test, or none with --hr)'),
    new Option('--val-lr <folder>', 'the same small (default: made from --val-hr)'),
    new Option(
      '--degradation <model>',
      `how LR is made: ${TRAINING_DEGRADATIONS.join(', ')} (default: ${TRAINING_DEGRADATIONS[0]}); photo: blurred, noisy and saved as JPEG, anew for every patch`,
    ).argParser(oneOf(TRAINING_DEGRADATIONS)),
    new Option('--skip-corrupt', 'leave out training pictures that cannot be read, naming them'),
  ];
}

function runOptions(): Option[] {
  return [
    new Option('--name <name>', 'of the run: the same as --save'),
    new Option('--runs <folder>', `the folder that holds the runs (default: ${TRAINING_DEFAULTS.runs})`),
    new Option('--resume [epoch]', originalOption('resume').meaning).argParser(epochOfRun).preset('-1'),
    new Option('--watch', 'show the run in a page while it trains, at an address that is printed'),
    new Option('--json', 'one JSON document for each event on stdout'),
  ];
}

function epochOfRun(text: string): number {
  if (Number.isNaN(Number(text)))
    throw new InvalidArgumentError(
      `Expected an epoch. To go on with the run ${text}: --name ${text} --resume`,
    );
  return integer(text);
}

function trainingOptions(): Option[] {
  const recipes = RECIPES.map(({ name, summary }) => `${name} (${summary})`).join('; ');
  return [
    new Option('--recipe <name>', `options under one name, which others override: ${recipes}`).argParser(
      oneOf(RECIPES.map(({ name }) => name)),
    ),
    new Option('--warmup <steps>', 'of --decay_type cosine: steps in which the rate rises').argParser(
      naturalNumber,
    ),
    new Option('--min-lr <rate>', 'of --decay_type cosine: the rate at the end').argParser(finiteNumber),
    new Option(
      '--ema <decay>',
      'validate and save the moving average of the weights, such as 0.999',
    ).argParser(fraction),
    new Option('--clip <norm>', 'limit the norm of the gradients').argParser(positiveNumber),
    new Option(
      '--network-option <name=value>',
      'an option of the network that has no name of its own here, such as middleKernel=3 of SRCNN; can be repeated',
    ).argParser(networkOption),
    new Option('--freeze-mean-shift', 'keep the mean colour fixed, which the original trains by accident'),
    new Option(
      '--checkpointing <when>',
      `compute activations twice to save memory: ${CHECKPOINTING.join(', ')} (default: auto)`,
    ).argParser(oneOf(CHECKPOINTING)),
  ];
}

const CHECKPOINTING = ['auto', 'on', 'off'] as const;

function machineOptions(): Option[] {
  return [
    ...deviceOptions(),
    new Option(
      '--memory <size>',
      'what training stays under, such as 6G; validation comes on top (default: 80 % of what there is, 10G at most)',
    ).argParser(byteSize),
  ];
}
