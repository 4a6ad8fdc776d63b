import { elementCount } from '../../tensor.ts';
import { integers } from '../emitter.ts';
import { ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'volumeConv',
  shape([x = [], weight = [], bias = []]) {
    const [outputs, inputs, ...kernel] = weight;
    const cube = kernel.length === 3 && kernel.every((size) => size === 3);
    if (x.length !== 4 || outputs !== 1 || inputs !== 1 || !cube || bias.length !== 1 || bias[0] !== 1) {
      throw new ShapeError(
        this.name,
        '[N, C, H, W], a kernel [1, 1, 3, 3, 3] and a bias [1]',
        x,
        weight,
        bias,
      );
    }
    return x;
  },
  multiplyAdds: (_, result) => elementCount(result) * 3 ** 3,
  onnx(emit, [x = '', weight = '', bias = '']) {
    const axis = integers(emit, 1);
    const volume = emit.node('Unsqueeze', [x, axis]);
    const result = emit.node('Conv', [volume, weight, bias], { pads: { ints: [1, 1, 1, 1, 1, 1] } });
    return emit.node('Squeeze', [result, axis]);
  },
};

/**
 * A 3×3×3 convolution over channels, rows and columns (PyTorch's Conv3d from 1 to 1 channels, padding 1), for
 * which a picture is a volume: `x` [N, C, H, W], `weight` [1, 1, 3, 3, 3], `bias` [1] → [N, C, H, W].
 */
export function volumeConv(x: Value, weight: Value, bias: Value): Value {
  return apply(operator, [x, weight, bias], undefined);
}
