import { halfDim, knownSizes, type Shape, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { firstLargest } from './first-largest.ts';
import { multiply } from './multiply.ts';
import { pad } from './pad.ts';
import { pixelShuffle, pixelUnshuffle } from './pixel-shuffle.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';

const operator: Operator<undefined> = {
  name: 'maxPool',
  shape([x = []]) {
    const [batch, channels, height, width] = x as Shape;
    const tooSmall = [height, width].some((size) => typeof size === 'number' && size < 2);
    if (x.length !== 4 || tooSmall) throw new ShapeError(this.name, '[N, C, H, W] of 2×2 or more', x);
    return [batch!, channels!, halfDim(height!, 'floor'), halfDim(width!, 'floor')];
  },
  onnx: (emit, operands) =>
    emit.node('MaxPool', operands, { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } }),
  gradient({ operands: [x] }, upstream) {
    const [, , height, width] = knownSizes(x!.shape);
    const [batch, channels, rows, columns] = knownSizes(upstream.shape);
    const pooled = slice(slice(x!, 2, 0, 2 * rows), 3, 0, 2 * columns);
    const windows = reshape(pixelUnshuffle(pooled, 2), [batch, channels, 4, rows, columns]);
    const ofWindows = reshape(upstream, [batch, channels, 1, rows, columns]);
    const gradients = multiply(firstLargest(windows, 2), ofWindows);
    const picture = pixelShuffle(reshape(gradients, [batch, 4 * channels, rows, columns]), 2);
    return [pad(pad(picture, 2, 0, height - 2 * rows), 3, 0, width - 2 * columns)];
  },
};

/** The largest of each 2×2 pixels; an odd last row or column is left out: [N, C, H, W] → [N, C, ⌊H/2⌋, ⌊W/2⌋]. */
export function maxPool(x: Value): Value {
  return apply(operator, [x], undefined);
}
