/**
 * The networks that sisr knows, in the order in which a state dict is tried: a network whose keys another one's
 * include (RCAN's are among HAN's) comes after it.
 */
import { InputError } from '../errors.ts';
import type { Block } from '../nn/block.ts';
import type { StateDict } from '../tensor.ts';
import type { Architecture, NetworkOptions, SomeOptions } from './architecture.ts';
import { completeState } from './complete-state.ts';
import { edsr } from './edsr.ts';
import { espcn } from './espcn.ts';
import { han } from './han.ts';
import { rcan } from './rcan.ts';
import { san } from './san.ts';
import { srcnn } from './srcnn.ts';

/** A network's own options type is known to its own file only; everyone else sees the common ones. */
type AnyArchitecture = Architecture<NetworkOptions>;

export const ARCHITECTURES: readonly AnyArchitecture[] = [han, san, rcan, edsr, srcnn, espcn];

/** A network that is told apart from all others: what it is, its blocks and all its weights. */
export interface IdentifiedNetwork {
  architecture: AnyArchitecture;
  options: NetworkOptions;
  network: Block;
  /** Every parameter, under the official names, in the official order. */
  state: StateDict;
  /** What had to be guessed, as neither the weights nor the caller told it: a sentence for each option. */
  guessed: string[];
}

/** What is known of a network beside its weights. */
export interface WantedNetwork {
  /** The architecture to take for granted. */
  architecture?: string;
  /** Options that override what the weights imply. */
  options?: SomeOptions | Readonly<NetworkOptions>;
  /** The scale to take where the weights fit any (SRCNN). */
  defaultScale?: number;
}

/**
 * @param named by its id, or itself
 * @throws {InputError} listing the known names
 */
export function architectureById(named: string | { readonly id: string }): AnyArchitecture {
  const id = typeof named === 'string' ? named : named.id;
  const found = ARCHITECTURES.find((architecture) => architecture.id === id);
  if (!found) {
    const known = ARCHITECTURES.map((architecture) => architecture.id).join(', ');
    throw new InputError(`unknown architecture "${id}": expected one of ${known}`);
  }
  return found;
}

/**
 * Finds out which network a state dict belongs to and checks that it has exactly that network's parameters.
 *
 * @throws {InputError} where none fits (saying what was looked for and what was found), and where keys are
 *   missing, unexpected or wrongly shaped (listing them); for options that the network does not have
 */
export function identify(state: StateDict, wanted: WantedNetwork = {}): IdentifiedNetwork {
  const architecture =
    wanted.architecture === undefined ? detect(state) : architectureById(wanted.architecture);
  const chosen = chosenOptions(architecture, { ...wanted.options });
  const official = architecture.officialKeys(state, chosen);
  const implied = optionsFrom(architecture, official);
  const guesses = architecture.guesses?.(official) ?? {};
  const { defaultScale } = wanted;
  const told = { ...(guesses.scale && defaultScale && { scale: defaultScale }), ...chosen };
  const options = { ...implied, ...told };
  const network = architecture.build(options);
  return {
    architecture,
    options,
    network,
    state: completeState(architecture.title, network, official),
    guessed: describeGuesses(options, guesses, told),
  };
}

/**
 * The options that have a value.
 *
 * @throws {InputError} for one that the network does not have
 */
export function chosenOptions({ title, defaults }: AnyArchitecture, wanted: SomeOptions = {}): SomeOptions {
  const chosen = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const known = new Map(Object.entries(defaults));
  for (const [name, value] of chosen) {
    const expected = typeof known.get(name);
    if (expected === 'undefined')
      throw new InputError(`${title} has no option ${name}: expected ${[...known.keys()].join(', ')}`);
    if (typeof value !== expected)
      throw new InputError(`${title}: the option ${name} must be a ${expected}, found ${value}`);
  }
  return Object.fromEntries(chosen);
}

function describeGuesses(
  options: NetworkOptions,
  guesses: Readonly<Record<string, string>>,
  told: SomeOptions,
): string[] {
  return Object.entries(options)
    .filter(([name]) => name in guesses && !(name in told))
    .map(([name, value]) => `${name} ${value} is a guess: ${guesses[name]}`);
}

function optionsFrom(architecture: AnyArchitecture, official: StateDict): NetworkOptions {
  const missing = architecture.detect(official);
  if (missing.length > 0) throw new InputError(`not ${architecture.title}: ${missing.join(', ')} not found`);
  return architecture.optionsFrom(official);
}

function detect(state: StateDict): AnyArchitecture {
  const attempts: string[] = [];
  for (const architecture of ARCHITECTURES) {
    const missing = architecture.detect(architecture.officialKeys(state));
    if (missing.length === 0) return architecture;
    attempts.push(`${architecture.title} (no ${missing.join(', ')})`);
  }
  throw new InputError(
    `no known architecture fits: looked for ${attempts.join('; ')}; found ${describeKeys(state)}`,
  );
}

function describeKeys(state: StateDict): string {
  const keys = [...state.keys()];
  const shown = keys.slice(0, 4).join(', ');
  return `${keys.length} tensors${keys.length > 0 ? ` (${shown}${keys.length > 4 ? ', …' : ''})` : ''}`;
}
