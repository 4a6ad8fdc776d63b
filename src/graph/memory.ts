import { elementCount } from '../tensor.ts';
import { evaluateDim } from './shape.ts';
import { inOrder, type Value } from './value.ts';

const BYTES_PER_ELEMENT = 4;

/**
 * The most bytes that a program's values take at once when run in order, each freed after its last use.
 * Scratch space counts where an operator states it. Parameters are left out. A runtime that computes in place
 * needs less.
 *
 * @param sizes values of the symbolic dimensions
 */
export function peakBytes(outputs: readonly Value[], sizes: Readonly<Record<string, number>>): number {
  const order = inOrder(outputs);
  const uses = new Map<Value, number>(outputs.map((output) => [output, 1]));
  for (const value of order)
    for (const operand of operandsOf(value)) uses.set(operand, (uses.get(operand) ?? 0) + 1);
  const dims = (value: Value) => value.shape.map((dim) => evaluateDim(dim, sizes));
  const bytes = (value: Value) =>
    value.kind === 'parameter' ? 0 : BYTES_PER_ELEMENT * elementCount(dims(value));
  const scratch = (value: Value) =>
    value.kind === 'computed' && value.operator.scratch
      ? BYTES_PER_ELEMENT * value.operator.scratch(value.operands.map(dims), value.attributes)
      : 0;
  let live = 0;
  let peak = 0;
  for (const value of order) {
    live += bytes(value);
    peak = Math.max(peak, live + scratch(value));
    for (const operand of operandsOf(value)) {
      const left = uses.get(operand)! - 1;
      uses.set(operand, left);
      if (left === 0) live -= bytes(operand);
    }
  }
  return peak;
}

function operandsOf(value: Value): readonly Value[] {
  return value.kind === 'computed' ? value.operands : [];
}
