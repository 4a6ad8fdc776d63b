import type { Tensor } from '../../tensor.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<Tensor> = {
  name: 'constant',
  shape: (_, { dims }) => dims,
  onnx: (emit, _, tensor) => emit.node('Constant', [], { value: { tensor } }),
};

/** A tensor that is part of the program. */
export function constant(tensor: Tensor): Value {
  return apply(operator, [], tensor);
}

/** One number, of shape []. */
export function scalar(value: number): Value {
  return constant({ data: Float32Array.of(value), dims: [] });
}

/** A square matrix with `value` on its diagonal and zeros elsewhere. */
export function diagonal(size: number, value: number): Value {
  const data = new Float32Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = value;
  return constant({ data, dims: [size, size] });
}
