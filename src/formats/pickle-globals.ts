import { InputError } from '../errors.ts';
import type { GlobalRef, GlobalTag } from './pickle-values.ts';
import { quote } from './quote.ts';
import type { Dtype } from './storage.ts';

/** PyTorch's class names without their ending: torch.FloatStorage, torch.cuda.FloatTensor… */
const TYPE_NAMES: readonly (readonly [string, Dtype])[] = [
  ['Double', 'float64'],
  ['Float', 'float32'],
  ['Half', 'float16'],
  ['BFloat16', 'bfloat16'],
  ['Long', 'int64'],
  ['Int', 'int32'],
  ['Short', 'int16'],
  ['Char', 'int8'],
  ['Byte', 'uint8'],
  ['Bool', 'bool'],
  ['ComplexFloat', 'complex64'],
  ['ComplexDouble', 'complex128'],
];

const NAMED: readonly (readonly [string, GlobalTag])[] = [
  ['collections.OrderedDict', 'ordered-dict'],
  ['torch._utils._rebuild_tensor', 'rebuild-tensor'],
  ['torch._utils._rebuild_tensor_v2', 'rebuild-tensor'],
  ['torch._utils._rebuild_parameter', 'rebuild-parameter'],
  ['torch._utils._rebuild_parameter_with_state', 'rebuild-parameter'],
  ['torch.nn.parameter.Parameter', 'parameter'],
  ['torch.Size', 'size'],
  ['numpy.core.multiarray.scalar', 'numpy-scalar'],
  ['numpy._core.multiarray.scalar', 'numpy-scalar'],
  ['numpy.dtype', 'numpy-dtype'],
  ['_codecs.encode', 'encode'],
];

function buildTable(): ReadonlyMap<string, GlobalRef> {
  const table = new Map<string, GlobalRef>(NAMED.map(([name, tag]) => [name, { kind: 'global', tag }]));
  for (const [name, dtype] of TYPE_NAMES) {
    for (const module of ['torch', 'torch.cuda']) {
      table.set(`${module}.${name}Storage`, { kind: 'global', tag: 'storage-class', dtype });
      table.set(`${module}.${name}Tensor`, { kind: 'global', tag: 'tensor-class', dtype });
    }
  }
  for (const module of ['torch', 'torch.storage']) {
    table.set(`${module}.UntypedStorage`, { kind: 'global', tag: 'storage-class', dtype: 'uint8' });
  }
  return table;
}

/**
 * Everything that a pickle may name. A name is looked up here and becomes an inert tag; nothing is ever
 * imported, called or constructed because a file names it.
 */
const ALLOWED = buildTable();

/**
 * Looks up what a pickle names.
 *
 * @throws {InputError} quoting any name that is not in the fixed table.
 */
export function findGlobal(module: string, name: string): GlobalRef {
  const found = ALLOWED.get(`${module}.${name}`);
  // The dots must be the table's own: module "torch" with name "cuda.FloatStorage" is not in it.
  if (found && !name.includes('.')) return found;
  throw new InputError(
    `expected a state dict (tensors, numbers, strings, lists and dictionaries only), but the file's pickle ` +
      `refers to ${quote(`${module}.${name}`)}; save model.state_dict() rather than the whole model or program state`,
  );
}
