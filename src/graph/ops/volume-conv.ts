import { elementCount, type Tensor } from '../../tensor.ts';
import { integers } from '../emitter.ts';
import { formatShape, knownSize, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { constant } from './constant.ts';
import { conv2dWeightGradient } from './conv2d-weight-gradient.ts';
import { matmul } from './matmul.ts';
import { reduceSum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';
import { reverse } from './reverse.ts';

const KERNEL = [1, 1, 3, 3, 3];

const operator: Operator<undefined> = {
  name: 'volumeConv',
  shape([x = [], weight = [], bias = [1]]) {
    if (x.length !== 4 || weight.join() !== KERNEL.join() || bias.join() !== '1') {
      const expected = `[N, C, H, W], a kernel ${formatShape(KERNEL)} and a bias [1]`;
      throw new ShapeError(this.name, expected, x, weight, bias);
    }
    return x;
  },
  multiplyAdds: (_, result) => elementCount(result) * 3 ** 3,
  onnx(emit, [x = '', ...weights]) {
    const axis = integers(emit, 1);
    const volume = emit.node('Unsqueeze', [x, axis]);
    const result = emit.node('Conv', [volume, ...weights], { pads: { ints: [1, 1, 1, 1, 1, 1] } });
    return emit.node('Squeeze', [result, axis]);
  },
  gradient({ operands: [x, weight], wanted }, upstream) {
    return [
      wanted[0] ? volumeConv(upstream, turned(weight!), undefined) : undefined,
      wanted[1] ? weightGradient(x!, upstream) : undefined,
      wanted[2] ? reshape(reduceSum(upstream, [0, 1, 2, 3]), [1]) : undefined,
    ];
  },
};

/** The kernel mirrored in all three directions. */
function turned(weight: Value): Value {
  return reshape(reverse(reshape(weight, [elementCount(KERNEL)]), 0), KERNEL);
}

/**
 * A convolution in the plane between all pairs of channels has this one's weights where the channels are neighbours.
 * Its gradient is a matrix product for each of 9 shifts, which takes less time than 27 shifted copies of the picture.
 */
function weightGradient(x: Value, upstream: Value): Value {
  const channels = knownSize(x.shape[1]);
  const pairs = conv2dWeightGradient(x, upstream, { padding: 1, kernel: 3 });
  return reshape(matmul(constant(neighbours(channels)), reshape(pairs, [1, channels * channels, 9])), KERNEL);
}

/** [1, 3, C * C]: for each depth of the kernel 1 at the pairs (output, input) of channels that it joins. */
function neighbours(channels: number): Tensor {
  const dims = [1, 3, channels * channels];
  const data = new Float32Array(elementCount(dims));
  for (let depth = 0; depth < 3; depth++)
    for (let output = 0; output < channels; output++) {
      const input = output + depth - 1;
      if (input >= 0 && input < channels) data[(depth * channels + output) * channels + input] = 1;
    }
  return { data, dims };
}

/**
 * A 3×3×3 convolution over channels, rows and columns (PyTorch's Conv3d from 1 to 1 channels, padding 1), for
 * which a picture is a volume: `x` [N, C, H, W], `weight` [1, 1, 3, 3, 3], `bias` [1] or none → [N, C, H, W].
 */
export function volumeConv(x: Value, weight: Value, bias: Value | undefined): Value {
  return apply(operator, bias ? [x, weight, bias] : [x, weight], undefined);
}
