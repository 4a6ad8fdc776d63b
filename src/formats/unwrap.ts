import { InputError } from '../errors.ts';
import { MAX_TENSORS } from './limits.ts';
import { describe, isKind, type PickleDict, type PickleValue, type TensorRef } from './pickle-values.ts';
import { quote, quoteList } from './quote.ts';

/** Keys under which training programs keep a state dict, the preferred first. */
const WRAPPERS = ['model_state_dict', 'state_dict', 'params_ema', 'params-ema', 'params', 'model', 'net'];
/** Prefixes that DataParallel and GAN trainers put before every key. */
const PREFIXES = ['module.', 'netG.'];
const MAX_NESTING = 8;

export interface Unwrapped {
  readonly tensors: Map<string, TensorRef>;
  /** Keys and prefixes taken off, outermost first; prefixes end in a dot. */
  readonly wrapper: string[];
  readonly warnings: string[];
}

/** Some trainers leave a comma behind the state dict and so save a tuple of one. */
function withoutTuple(value: PickleValue | undefined): PickleValue | undefined {
  return isKind(value, 'tuple') && value.items.length === 1 ? value.items[0] : value;
}

function asDict(value: PickleValue | undefined): PickleDict | undefined {
  const inner = withoutTuple(value);
  return inner instanceof Map ? inner : undefined;
}

function holdsTensor(dict: PickleDict): boolean {
  for (const value of dict.values()) if (isKind(value, 'tensor')) return true;
  return false;
}

function wrapperIn(dict: PickleDict): string | undefined {
  return WRAPPERS.find((key) => {
    const inner = asDict(dict.get(key));
    return inner && (holdsTensor(inner) || WRAPPERS.some((deeper) => asDict(inner.get(deeper))));
  });
}

function keyNames(dict: PickleDict): string[] {
  return [...dict.keys()].map((key) => (typeof key === 'object' ? describe(key) : `${key}`));
}

function notAStateDict(dict: PickleDict): InputError {
  const keys = dict.size ? `the keys ${quoteList(keyNames(dict))}` : 'an empty dictionary';
  const optimizer = dict.has('param_groups') ? ' (an optimizer state)' : '';
  return new InputError(
    `expected a state dict of named tensors, or one under ${WRAPPERS.join(', ')}; found ${keys}${optimizer}`,
  );
}

/** Keeps the tensors. A nested dict of tensors would be lost, so that is an error; anything else a warning. */
function selectTensors(dict: PickleDict, warnings: string[]): Map<string, TensorRef> {
  const tensors = new Map<string, TensorRef>();
  const skipped: string[] = [];
  for (const [key, value] of dict) {
    const inner = asDict(value);
    if (inner && holdsTensor(inner)) throw notAStateDict(dict);
    if (typeof key === 'string' && isKind(value, 'tensor')) tensors.set(key, value);
    else skipped.push(typeof key === 'object' ? describe(key) : `${key}`);
  }
  if (tensors.size === 0) throw notAStateDict(dict);
  if (tensors.size > MAX_TENSORS) {
    throw new InputError(`expected at most ${MAX_TENSORS} tensors, found ${tensors.size}`);
  }
  if (skipped.length > 0) warnings.push(`skipped what is not a named tensor: ${quoteList(skipped)}`);
  return tensors;
}

/** Takes off the prefixes that every key has, and lists them in `wrapper`. */
export function stripPrefixes<T>(dict: Map<string, T>, wrapper: string[]): Map<string, T> {
  let names = [...dict.keys()];
  for (;;) {
    const prefix = PREFIXES.find((start) => names.every((name) => name.startsWith(start)));
    if (prefix === undefined || names.length === 0) break;
    names = names.map((name) => name.slice(prefix.length));
    wrapper.push(prefix);
  }
  return new Map([...dict.values()].map((value, index) => [names[index]!, value]));
}

/**
 * Finds the state dict in what a file holds: at the top, or under the keys that training programs use.
 *
 * @throws {InputError} where there is none, listing the keys found.
 */
export function unwrapStateDict(root: PickleValue): Unwrapped {
  const wrapper: string[] = [];
  const warnings: string[] = [];
  let dict = asDict(root);
  for (let depth = 0; dict && depth < MAX_NESTING; depth++) {
    const key = wrapperIn(dict);
    if (key === undefined) {
      return { tensors: stripPrefixes(selectTensors(dict, warnings), wrapper), wrapper, warnings };
    }
    wrapper.push(key);
    dict = asDict(dict.get(key));
  }
  const found = dict ? `dictionaries nested under ${wrapper.map(quote).join(', ')}` : describe(root);
  throw new InputError(`expected a state dict of named tensors, found ${found}`);
}
