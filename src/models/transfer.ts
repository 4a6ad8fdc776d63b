/**
 * Starting a network from the weights of another, as the original does with `--pre_train`: its upsampler is
 * exchanged across scales. The original fills what does not fit silently with random values and even loads half a
 * network of another depth; here only the tail may differ, and what was taken and what was not is told.
 */
import { InputError } from '../errors.ts';
import { type Block, initialState, type ParameterSpec, parameterSpecs } from '../nn/block.ts';
import { elementCount, formatDims, type StateDict, sameDims, type Tensor } from '../tensor.ts';
import { KeyMismatchError, shapeMismatch } from './complete-state.ts';
import type { IdentifiedNetwork } from './registry.ts';

/** What a transfer did. Every parameter of the target is in `taken`, `leftRandom` or `nominal`. */
export interface Transfer {
  /** The target's whole state dict, in its order; tensors are shared with the source and the initial state. */
  state: StateDict;
  /** Keys whose tensors are the source's. */
  taken: string[];
  /** Keys in the tail that the source does not have, or has in another shape: those of the initial state. */
  leftRandom: string[];
  /** Keys outside the tail that files may leave out (the mean shift) and that the source leaves out. */
  nominal: string[];
  /** Keys in the source's tail that the target does not have. */
  ignored: string[];
}

/**
 * The original's pre-training rule (RCAN's `load_state_dict`): a tensor with a `tail` in its key may be missing or
 * of another shape, everything else must fit.
 *
 * ×2 into ×4 or ×8 takes `tail.0.0` and `tail.1`; ×2 into ×3 only `tail.1`, as the upsamplers differ.
 *
 * @param source weights under the official key names, e.g. `identify(…).state`
 * @param initial what the target has before training, from `initialState`
 * @throws {KeyMismatchError} where anything outside the tail is missing, unexpected or wrongly shaped
 * @throws {InputError} where the initial state is not the target's
 */
export function transferWeights(source: StateDict, target: Block, initial: StateDict): Transfer {
  const transfer: Transfer = { state: new Map(), taken: [], leftRandom: [], nominal: [], ignored: [] };
  const missing: string[] = [];
  const wronglyShaped: string[] = [];
  for (const [key, spec] of parameterSpecs(target)) {
    const found = source.get(key);
    const fits = found !== undefined && sameDims(found.dims, spec.shape);
    transfer.state.set(key, fits ? found : initialTensor(initial, key, spec));
    if (fits) transfer.taken.push(key);
    else if (inTail(key)) transfer.leftRandom.push(key);
    else if (found) wronglyShaped.push(shapeMismatch(key, spec, found));
    else if (spec.optional) transfer.nominal.push(key);
    else missing.push(key);
  }
  const unknown = [...source.keys()].filter((key) => !transfer.state.has(key));
  transfer.ignored.push(...unknown.filter(inTail));
  const unexpected = unknown.filter((key) => !inTail(key));
  if (missing.length + unexpected.length + wronglyShaped.length > 0)
    throw new KeyMismatchError('the network to be trained', missing, unexpected, wronglyShaped);
  return transfer;
}

/**
 * The start of a training at another scale: the same network with the upsampler of `scale`.
 *
 * @param random gives numbers in [0, 1)
 * @throws {InputError} for a scale that the network does not have
 * @throws {KeyMismatchError} for a network whose other weights depend on the scale, too (ESPCN)
 */
export function startAtScale(
  { architecture, options, state }: IdentifiedNetwork,
  scale: number,
  random: () => number,
): { network: IdentifiedNetwork; transfer: Transfer } {
  const target = { ...options, scale };
  const network = architecture.build(target);
  const transfer = transferWeights(state, network, initialState(network, random));
  return {
    network: { architecture, options: target, network, state: transfer.state, guessed: [] },
    transfer,
  };
}

/** The original looks for the substring. */
function inTail(key: string): boolean {
  return key.includes('tail');
}

function initialTensor(initial: StateDict, key: string, { shape }: ParameterSpec): Tensor {
  const tensor = initial.get(key);
  if (!tensor || !sameDims(tensor.dims, shape) || tensor.data.length !== elementCount(shape)) {
    throw new InputError(
      `expected an initial state with ${key} of shape ${formatDims(shape)}, found ${tensor ? formatDims(tensor.dims) : 'none'}`,
    );
  }
  return tensor;
}
