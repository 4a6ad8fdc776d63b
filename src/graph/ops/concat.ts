import { type Dim, knownSize, type Shape, ShapeError, sameDim, sumDims } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { slice } from './slice.ts';

const operator: Operator<{ axis: number }> = {
  name: 'concat',
  shape(parts, { axis }) {
    const [first = []] = parts;
    const alike = (part: Shape) =>
      part.length === first.length && part.every((dim, i) => i === axis || sameDim(dim, first[i]!));
    if (axis >= first.length || !parts.every(alike)) {
      throw new ShapeError(this.name, `shapes that are alike but for axis ${axis}`, ...parts);
    }
    const total = parts.map((part) => part[axis]!).reduce((sum: Dim, dim) => sumDims(sum, dim));
    return first.map((dim, i) => (i === axis ? total : dim));
  },
  onnx: (emit, operands, { axis }) => emit.node('Concat', operands, { axis: { int: axis } }),
  gradient({ operands, attributes: { axis } }, upstream) {
    let end = 0;
    return operands.map(({ shape }) => {
      const start = end;
      end += knownSize(shape[axis]);
      return slice(upstream, axis, start, end);
    });
  },
};

/** Tensors one after the other along an axis. */
export function concat(parts: readonly Value[], axis: number): Value {
  return apply(operator, parts, { axis });
}
