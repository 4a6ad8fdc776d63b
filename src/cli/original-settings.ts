/** What the options of the original come to: defaults, template and what was given; and what has to be said of it. */
import { closest } from 'fastest-levenshtein';
import type { NetworkOptions } from '../models/architecture.ts';
import { ARCHITECTURES } from '../models/registry.ts';
import { fileName } from '../node/run-name.ts';
import type { DeviceChoice } from '../runtime/runtime.ts';
import { timestamp } from '../train/log.ts';
import { UsageError } from './failure.ts';
import {
  NONE,
  ORIGINAL_NAMES,
  type OriginalName,
  type OriginalValues,
  originalDefaults,
  originalOption,
  type Program,
} from './original-options.ts';
import { templateOptions } from './original-templates.ts';

export interface OriginalSettings {
  /** A value for every option. */
  readonly values: OriginalValues;
  /** Those that are not defaults: given, or set by a template or recipe. */
  readonly chosen: Partial<OriginalValues>;
  /** One line each. */
  readonly warnings: string[];
}

/**
 * What is given wins over the template and the recipe, and these over the defaults.
 *
 * @throws {UsageError} for what cannot be had
 */
export function settleOriginals(
  program: Program,
  given: Partial<OriginalValues>,
  recipe: Partial<OriginalValues> = {},
): OriginalSettings {
  refuse(program, given);
  const template = given.template === undefined ? {} : templateOptions(given.template);
  const chosen = { ...recipe, ...template, ...given };
  const values = { ...originalDefaults(program), ...chosen };
  const warnings = [
    ...withoutEffect(program, given),
    ...keptFromTemplate(given, template),
    ...shownPrecision(values),
  ];
  return { values, chosen, warnings };
}

function refuse(program: Program, given: Partial<OriginalValues>): void {
  for (const name of ORIGINAL_NAMES) {
    const { refused, kind, [program]: initial } = originalOption(name);
    const why = refused?.[program];
    const value = given[name];
    if (why === undefined || value === undefined || value === initial) continue;
    throw new UsageError(`--${name}${kind === 'flag' ? '' : ` ${value}`}: ${why}`);
  }
}

function withoutEffect(program: Program, given: Partial<OriginalValues>): string[] {
  return ORIGINAL_NAMES.filter((name) => name in given).flatMap((name) => {
    const why = originalOption(name).noEffect?.[program];
    return why === undefined ? [] : [`--${name} has no effect: ${why}`];
  });
}

function keptFromTemplate(given: Partial<OriginalValues>, template: Partial<OriginalValues>): string[] {
  const contradicted = (Object.keys(template) as OriginalName[]).filter(
    (name) => given[name] !== undefined && given[name] !== template[name],
  );
  return contradicted.map(
    (name) =>
      `--${name} ${given[name]} is kept; the original would take ${template[name]} from --template ${given.template}`,
  );
}

function shownPrecision({ precision }: OriginalValues): string[] {
  if (precision !== 'half') return [];
  return [
    '--precision half: single precision is used, as values of these networks overflow in half precision',
  ];
}

/** @throws {UsageError} for several factors, which only MDSR takes */
export function oneScale(text: string): number {
  const scales = text.split('+').map(Number);
  if (scales.some((scale) => !Number.isInteger(scale) || scale < 1))
    throw new UsageError(`--scale ${text}: expected a positive whole number`);
  const [scale = 1, ...more] = scales;
  if (more.length > 0) {
    throw new UsageError(
      `--scale ${text}: expected one factor; a network enlarges by one only (in the original, all but MDSR, which ` +
        'is not in sisr)',
    );
  }
  return scale;
}

/** Networks that the original's repository has beside RCAN and EDSR. */
const UNSUPPORTED: readonly string[] = ['mdsr', 'ddbpn'];

/** The id of a network that the original or sisr has. @throws {UsageError} for one that sisr does not have */
export function architectureId(model: string): string {
  const ids = ARCHITECTURES.map(({ id }) => id);
  const id = model.toLowerCase();
  if (ids.includes(id)) return id;
  const titles = ARCHITECTURES.map(({ title }) => title);
  if (UNSUPPORTED.includes(id))
    throw new UsageError(`--model ${model}: this network is not in sisr: expected ${titles.join(', ')}`);
  throw new UsageError(
    `--model ${model}: expected ${titles.join(', ')}. Did you mean ${closest(model.toUpperCase(), titles)}?`,
  );
}

/**
 * The device that `--device`, `--cpu` and `--n_GPUs` name together.
 *
 * @throws {UsageError} where they contradict each other
 */
export function chosenDevice(
  device: DeviceChoice | undefined,
  { cpu, n_GPUs: cards }: OriginalValues,
): { device: DeviceChoice; warnings: string[] } {
  const warnings =
    cards > 1 ? [`--n_GPUs ${cards}: sisr runs on one device, which changes the time and nothing else`] : [];
  if (!cpu && cards > 0) return { device: device ?? 'auto', warnings };
  if (device !== undefined && device !== 'auto' && device !== 'cpu')
    throw new UsageError(`${cpu ? '--cpu' : '--n_GPUs 0'} and --device ${device} contradict each other`);
  return { device: 'cpu', warnings };
}

/** How the options of a network are called in the original. */
export const NETWORK_OPTION_NAMES = {
  rgb_range: 'valueRange',
  n_colors: 'colors',
  n_resgroups: 'residualGroups',
  n_resblocks: 'residualBlocks',
  n_feats: 'features',
  reduction: 'reduction',
  res_scale: 'resScale',
} as const satisfies { readonly [N in OriginalName]?: string };

export type NetworkOptionName = keyof typeof NETWORK_OPTION_NAMES;

/** A network in the original's options, as its config.txt has them. */
export function describedNetwork(title: string, options: NetworkOptions): Record<string, unknown> {
  const found = new Map<string, unknown>(Object.entries(options));
  const own = Object.entries(NETWORK_OPTION_NAMES).filter(([, option]) => found.has(option));
  return {
    model: title,
    scale: [options.scale],
    ...Object.fromEntries(own.map(([name, option]) => [name, found.get(option)])),
  };
}

/** The name of a run or of results, as every system takes it for a folder: `.` is the time. */
export function resultName(save: string, now: Date = new Date()): string {
  return fileName(save === NONE ? timestamp(now) : save);
}
