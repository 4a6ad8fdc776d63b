import { evaluateDim } from './shape.ts';
import { inOrder, type Value } from './value.ts';

/** The multiply-adds of convolutions and matrix products in one run. @param sizes of the symbolic dimensions */
export function multiplyAdds(outputs: readonly Value[], sizes: Readonly<Record<string, number>>): number {
  const dims = ({ shape }: Value) => shape.map((dim) => evaluateDim(dim, sizes));
  let total = 0;
  for (const value of inOrder(outputs)) {
    if (value.kind !== 'computed') continue;
    const { operator, operands, attributes } = value;
    total += operator.multiplyAdds?.(operands.map(dims), dims(value), attributes) ?? 0;
  }
  return total;
}
