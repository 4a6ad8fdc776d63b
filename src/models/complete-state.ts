import { InputError } from '../errors.ts';
import { type Block, constantOf, type ParameterSpec, parameterSpecs } from '../nn/block.ts';
import { formatDims, type StateDict, sameDims, type Tensor } from '../tensor.ts';

/** How many keys of each kind a message names. The lists on the error are longer. */
const SHOWN = 20;

/** A state dict that is not exactly the one of a network. */
export class KeyMismatchError extends InputError {
  override name = 'KeyMismatchError';
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly wronglyShaped: readonly string[];

  constructor(title: string, missing: string[], unexpected: string[], wronglyShaped: string[]) {
    const parts = [
      describe('missing', missing),
      describe('unexpected', unexpected),
      describe('wrongly shaped', wronglyShaped),
    ].filter((part) => part !== '');
    super(`the tensors are not those of ${title}: ${parts.join('; ')}`);
    this.missing = missing;
    this.unexpected = unexpected;
    this.wronglyShaped = wronglyShaped;
  }
}

/**
 * The state dict with exactly the network's parameters, in the network's order. Optional parameters
 * (the mean shift, which BasicSR does not store) may be absent and then have their initial values.
 *
 * @throws {KeyMismatchError} with complete lists; of a state dict that lacks more keys than it has, only with what was
 *   missing and wrongly shaped up to there
 */
export function completeState(title: string, network: Block, state: StateDict): StateDict {
  const complete: StateDict = new Map();
  const missing: string[] = [];
  const wronglyShaped: string[] = [];
  for (const [key, spec] of parameterSpecs(network)) {
    const tensor = state.get(key) ?? nominal(spec);
    if (tensor) complete.set(key, tensor);
    else missing.push(key);
    if (tensor && !sameDims(tensor.dims, spec.shape)) wronglyShaped.push(shapeMismatch(key, spec, tensor));
    // A forged file can imply far more blocks than it holds; there is no use in listing all of them.
    if (missing.length > state.size + SHOWN) throw new KeyMismatchError(title, missing, [], wronglyShaped);
  }
  const unexpected = [...state.keys()].filter((key) => !complete.has(key));
  if (missing.length + unexpected.length + wronglyShaped.length > 0) {
    throw new KeyMismatchError(title, missing, unexpected, wronglyShaped);
  }
  return complete;
}

/** A key as `KeyMismatchError` lists it where its tensor has another shape. */
export function shapeMismatch(key: string, { shape }: ParameterSpec, { dims }: Tensor): string {
  return `${key} (expected ${formatDims(shape)}, found ${formatDims(dims)})`;
}

function nominal({ shape, initial, optional }: ParameterSpec): Tensor | undefined {
  return optional && 'constant' in initial
    ? { data: constantOf(shape, initial.constant), dims: shape }
    : undefined;
}

function describe(kind: string, keys: readonly string[]): string {
  if (keys.length === 0) return '';
  const more = keys.length > SHOWN ? `, … (${keys.length - SHOWN} more)` : '';
  return `${keys.length} ${kind}: ${keys.slice(0, SHOWN).join(', ')}${more}`;
}
