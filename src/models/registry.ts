/**
 * The networks that sisr knows, in the order in which a state dict is tried: a network whose keys another one's
 * include (RCAN's are among HAN's) comes after it.
 */
import { InputError } from '../errors.ts';
import type { Block } from '../nn/block.ts';
import type { StateDict } from '../tensor.ts';
import type { Architecture, NetworkOptions } from './architecture.ts';
import { completeState } from './complete-state.ts';
import { rcan } from './rcan.ts';

/** A network's own options type is known to its own file only; everyone else sees the common ones. */
type AnyArchitecture = Architecture<NetworkOptions>;

export const ARCHITECTURES: readonly AnyArchitecture[] = [rcan];

/** A network that is told apart from all others: what it is, its blocks and all its weights. */
export interface IdentifiedNetwork {
  architecture: AnyArchitecture;
  options: NetworkOptions;
  network: Block;
  /** Every parameter, under the official names, in the official order. */
  state: StateDict;
}

/** @throws {InputError} listing the known names */
export function architectureById(id: string): AnyArchitecture {
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
 * @param wanted the architecture to take for granted and options that override what the weights imply
 * @throws {InputError} where none fits (saying what was looked for and what was found), and where keys are
 *   missing, unexpected or wrongly shaped (listing them)
 */
export function identify(
  state: StateDict,
  wanted: { architecture?: string; options?: Partial<NetworkOptions> } = {},
): IdentifiedNetwork {
  const architecture =
    wanted.architecture === undefined ? detect(state) : architectureById(wanted.architecture);
  const official = architecture.officialKeys(state);
  const options = { ...optionsFrom(architecture, official), ...wanted.options };
  const network = architecture.build(options);
  return { architecture, options, network, state: completeState(architecture.title, network, official) };
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
