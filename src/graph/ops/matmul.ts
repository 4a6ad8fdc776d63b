import { elementCount } from '../../tensor.ts';
import { ShapeError, sameDim } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { transposeMatrices } from './transpose.ts';

const operator: Operator<undefined> = {
  name: 'matmul',
  shape([a = [], b = []]) {
    const [batch, rows, inner] = a;
    const [otherBatch, otherInner, columns] = b;
    const fits =
      a.length === 3 && b.length === 3 && sameDim(batch!, otherBatch!) && sameDim(inner!, otherInner!);
    if (!fits) throw new ShapeError(this.name, '[N, A, B] and [N, B, C]', a, b);
    return [batch!, rows!, columns!];
  },
  multiplyAdds: ([, b = []], result) => elementCount(result) * b[1]!,
  onnx: (emit, operands) => emit.node('MatMul', operands),
  gradient({ operands: [a, b] }, upstream) {
    return [matmul(upstream, transposeMatrices(b!)), matmul(transposeMatrices(a!), upstream)];
  },
};

/** The product of two matrices, for each of a batch: [N, A, B] and [N, B, C] → [N, A, C]. */
export function matmul(a: Value, b: Value): Value {
  return apply(operator, [a, b], undefined);
}
