/** What the options of `sisr test` come to: the original's test code, and a few options of sisr. */
import { join } from 'node:path';
import type { Command } from 'commander';
import type { ProtocolName } from '../metrics/protocols.ts';
import { modelFile } from '../node/run-writer.ts';
import { shippedModels } from '../node/shipped-models.ts';
import type { DeviceChoice } from '../runtime/runtime.ts';
import { TRAINING_DEFAULTS } from '../train/options.ts';
import { type DeviceOptions, deviceOptions, memoryOption } from './device-options.ts';
import { UsageError } from './failure.ts';
import { addOriginalOptions, givenOriginals } from './original-command.ts';
import { NONE, type OriginalName, type OriginalValues } from './original-options.ts';
import { chosenDevice, oneScale, resultName, settleOriginals } from './original-settings.ts';
import { protocolOption } from './scores.ts';

/** What commander gives for sisr's own options; those of the original stand beside them. */
export interface TestCommandOptions extends DeviceOptions {
  hr?: string;
  output?: string;
  overwrite?: boolean;
  protocol: ProtocolName;
  /** Bytes. */
  memory: number;
  json?: boolean;
}

export interface TestSettings {
  /** A checkpoint file, or the name of a model that ships. */
  readonly model: string;
  /** Where it comes from, for errors. */
  readonly modelOption: '--pre_train' | '--load' | '--resume';
  /** Left out: the model's. */
  readonly scale: number | undefined;
  /** Name of the results. */
  readonly save: string;
  /** The folder of this name's results. */
  readonly folder: string;
  readonly device: DeviceChoice;
  /** Every option of the original. */
  readonly values: OriginalValues;
  /** Those that are not defaults. */
  readonly chosen: Partial<OriginalValues>;
  /** Those that were given. */
  readonly given: Partial<OriginalValues>;
}

/** Where the original writes, seen from the folder of its code. */
const OUTPUT = '../SR';

/** Declares every option of `sisr test`. */
export function addTestOptions(command: Command): Command {
  command
    .option('--hr <folder>', 'the original pictures (default: looked for beside LR)')
    .option('-o, --output <folder>', `where results go: <folder>/<degradation>/<save> (default: ${OUTPUT})`)
    .option('--overwrite', 'replace existing pictures')
    .addOption(protocolOption());
  for (const option of deviceOptions()) command.addOption(option);
  command
    .addOption(memoryOption('what the process stays under without --chop, by tiles where needed'))
    .option('--json', 'one JSON document on stdout');
  addOriginalOptions(command, 'test', ['debug']);
  return command;
}

/** @throws {InputError} for options that make no sense or contradict each other */
export function resolveTestOptions(parsed: TestCommandOptions): {
  settings: TestSettings;
  warnings: string[];
} {
  const given = givenOriginals(parsed);
  const { values, chosen, warnings } = settleOriginals('test', given);
  const { device, warnings: ofDevice } = chosenDevice(parsed.device, values);
  warnings.push(...ofDevice, ...foreignPictures(given, values));
  const save = resultName(values.save);
  if (values.save !== NONE && save !== values.save)
    warnings.push(
      `--save ${values.save}: the results are named ${save}, as not every system can have that name`,
    );
  return {
    settings: {
      ...chosenModel(values),
      scale: given.scale === undefined ? undefined : oneScale(given.scale),
      save,
      folder: join(parsed.output ?? OUTPUT, resultName(values.degradation), save),
      device,
      values,
      chosen,
      given,
    },
    warnings,
  };
}

/** The weights of a run where one is named, else those of a file, as in the original. */
function chosenModel({
  pre_train: model,
  load,
  resume,
  save,
}: OriginalValues): Pick<TestSettings, 'model' | 'modelOption'> {
  if (resume < -1) throw new UsageError(`--resume ${resume}: expected an epoch, or -1 for the latest`);
  if (resume !== 0 || (load !== NONE && model === NONE)) {
    const run = resultName(load === NONE ? save : load);
    return {
      model: modelFile(join(TRAINING_DEFAULTS.runs, run), resume > 0 ? resume : 'latest'),
      modelOption: load === NONE ? '--resume' : '--load',
    };
  }
  if (model !== NONE) return { model, modelOption: '--pre_train' };
  const names = shippedModels().map(({ name }) => name);
  throw new UsageError(
    `--pre_train: name the weights to test, a file or one of ${names.join(', ')} (the original would test a ` +
      'network of random weights)',
  );
}

/** Which pictures each option belongs to. */
const PICTURE_OPTIONS: readonly (readonly [data: (name: string) => boolean, names: OriginalName[]])[] = [
  [(name) => name === 'MyImage', ['testpath', 'testset']],
  [(name) => name === 'Demo', ['dir_demo']],
  [(name) => name === 'DIV2K', ['n_train', 'n_val', 'offset_val']],
  [(name) => name !== 'MyImage' && name !== 'Demo', ['dir_data']],
];

function foreignPictures(given: Partial<OriginalValues>, { data_test: data }: OriginalValues): string[] {
  const unused = PICTURE_OPTIONS.filter(([belongs]) => !belongs(data)).flatMap(([, names]) => names);
  return unused
    .filter((name) => name in given)
    .map((name) => `--${name} has no effect with --data_test ${data}${hint(name)}`);
}

function hint(name: OriginalName): string {
  return name === 'testpath' || name === 'testset' ? '; it belongs to --data_test MyImage' : '';
}
