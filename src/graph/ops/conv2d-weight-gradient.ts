import { elementCount } from '../../tensor.ts';
import { integers, type OnnxEmitter } from '../emitter.ts';
import { knownSize, knownSizes, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

interface Options {
  /** Zeros that the convolution added on every side, in pixels. */
  readonly padding: number;
  /** Side of the square kernel. */
  readonly kernel: number;
}

/** The sizes of what the convolution took and gave. */
interface Sizes extends Options {
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly width: number;
  /** Of the gradient. */
  readonly rows: number;
  readonly columns: number;
}

const operator: Operator<Sizes> = {
  name: 'conv2dWeightGradient',
  shape([x = [], upstream = []], { inputs, outputs, kernel, padding }) {
    const grows = 2 * padding + 1 - kernel;
    const fits =
      x.length === 4 &&
      upstream[0] === x[0] &&
      [2, 3].every((axis) => upstream[axis] === knownSize(x[axis]) + grows);
    if (!fits) throw new ShapeError(this.name, 'a picture and the gradient of its convolution', x, upstream);
    return [outputs, inputs, kernel, kernel];
  },
  multiplyAdds: ([, upstream = []], result) => (elementCount(upstream) / result[0]!) * elementCount(result),
  onnx(emit, [x = '', upstream = ''], sizes) {
    const { kernel, padding, inputs, outputs } = sizes;
    if (kernel === 1 && padding === 0) return ofPointwise(emit, x, upstream, sizes);
    return (outputs < inputs ? ofShiftedGradient : ofShiftedPicture)(emit, x, upstream, sizes);
  },
};

/** Of a 1×1 convolution: the product of all pixels' channels. */
function ofPointwise(emit: OnnxEmitter, x: string, upstream: string, sizes: Sizes): string {
  const { batch, inputs, outputs } = sizes;
  const product = pixelProduct(
    emit,
    emit.node('Reshape', [upstream, integers(emit, batch, outputs, -1)]),
    emit.node('Reshape', [x, integers(emit, batch, inputs, -1)]),
  );
  return emit.node('Reshape', [product, integers(emit, outputs, inputs, 1, 1)]);
}

/**
 * Each weight is the product of the gradient with the picture shifted by its place in the kernel. Once the rows of
 * the padded picture are one vector and the gradient has rows of the same length (filled up with zeros), a shift is
 * a contiguous slice. Three times as fast as ONNX's Conv with the gradient for a kernel.
 */
function ofShiftedPicture(emit: OnnxEmitter, x: string, upstream: string, sizes: Sizes): string {
  const { batch, inputs, outputs, kernel, padding: p, width, rows, columns } = sizes;
  const row = width + 2 * p;
  const length = rows * row;
  // One row more below than the convolution has, for the last slice to end in.
  const padded = emit.node('Pad', [x, integers(emit, 0, 0, p, p, 0, 0, p + 1, p)]);
  const picture = emit.node('Reshape', [padded, integers(emit, batch, inputs, -1)]);
  const filled = emit.node('Pad', [upstream, integers(emit, 0, 0, 0, 0, 0, 0, 0, row - columns)]);
  const gradient = emit.node('Reshape', [filled, integers(emit, batch, outputs, -1)]);
  const products = Array.from({ length: kernel * kernel }, (_, place) => {
    const start = Math.floor(place / kernel) * row + (place % kernel);
    const range = [start, start + length, 2].map((value) => integers(emit, value));
    const product = pixelProduct(emit, gradient, emit.node('Slice', [picture, ...range]));
    return emit.node('Unsqueeze', [product, integers(emit, 2)]);
  });
  const stacked = emit.node('Concat', products, { axis: { int: 2 } });
  return emit.node('Reshape', [stacked, integers(emit, outputs, inputs, kernel, kernel)]);
}

/**
 * The same with the gradient shifted instead, which is less to copy where it has fewer channels than the picture. All
 * shifts at once are one product, so that the picture is read once.
 */
function ofShiftedGradient(emit: OnnxEmitter, x: string, upstream: string, sizes: Sizes): string {
  const { batch, inputs, outputs, kernel, padding: p, width, rows, columns } = sizes;
  const row = width + 2 * p;
  const length = (rows + kernel - 1) * row;
  const padded = emit.node('Pad', [x, integers(emit, 0, 0, p, p, 0, 0, p, p)]);
  const picture = emit.node('Reshape', [padded, integers(emit, batch, inputs, -1)]);
  const filled = emit.node('Pad', [upstream, integers(emit, 0, 0, 0, 0, 0, 0, 0, row - columns)]);
  const gradient = emit.node('Reshape', [filled, integers(emit, batch, outputs, -1)]);
  const furthest = (kernel - 1) * (row + 1);
  const surrounded = emit.node('Pad', [gradient, integers(emit, 0, 0, furthest, 0, 0, (kernel - 1) * row)]);
  const shifted = Array.from({ length: kernel * kernel }, (_, place) => {
    const start = furthest - Math.floor(place / kernel) * row - (place % kernel);
    return emit.node('Slice', [
      surrounded,
      ...[start, start + length, 2].map((value) => integers(emit, value)),
    ]);
  });
  const product = pixelProduct(emit, emit.node('Concat', shifted, { axis: { int: 1 } }), picture);
  const places = emit.node('Reshape', [product, integers(emit, kernel, kernel, outputs, inputs)]);
  return emit.node('Transpose', [places], { perm: { ints: [2, 3, 0, 1] } });
}

/** [N, O, P] and [N, I, P] → [O, I], summed over pictures and pixels. */
function pixelProduct(emit: OnnxEmitter, a: string, b: string): string {
  const products = emit.node('com.microsoft.FusedMatMul', [a, b], { transB: { int: 1 } });
  return emit.node('ReduceSum', [products, integers(emit, 0)], { keepdims: { int: 0 } });
}

/**
 * The gradient of a convolution's kernel: `x` [N, I, H, W] and the gradient of the result [N, O, h, w], of known
 * sizes, → [O, I, kernel, kernel].
 */
export function conv2dWeightGradient(x: Value, upstream: Value, options: Options): Value {
  const [batch, inputs, , width] = knownSizes(x.shape);
  const [, outputs, rows, columns] = knownSizes(upstream.shape);
  return apply(operator, [x, upstream], { ...options, batch, inputs, outputs, width, rows, columns });
}
