/** Every operator and its gradient against numbers that PyTorch gave (scripts/record_operators.py). */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../src/graph/differentiate.ts';
import { add } from '../../src/graph/ops/add.ts';
import { attention } from '../../src/graph/ops/attention.ts';
import { centreCrop } from '../../src/graph/ops/centre-crop.ts';
import { channelGram } from '../../src/graph/ops/channel-gram.ts';
import { concat } from '../../src/graph/ops/concat.ts';
import { conv2d } from '../../src/graph/ops/conv2d.ts';
import { globalAveragePool } from '../../src/graph/ops/global-average-pool.ts';
import { half } from '../../src/graph/ops/half.ts';
import { matmul } from '../../src/graph/ops/matmul.ts';
import { maxPool } from '../../src/graph/ops/max-pool.ts';
import { mixChannels } from '../../src/graph/ops/mix-channels.ts';
import { pixelShuffle } from '../../src/graph/ops/pixel-shuffle.ts';
import { reduceSum } from '../../src/graph/ops/reduce-sum.ts';
import { reshape } from '../../src/graph/ops/reshape.ts';
import { slice } from '../../src/graph/ops/slice.ts';
import { volumeConv } from '../../src/graph/ops/volume-conv.ts';
import { evaluateDim, pictureShape, ShapeError, symbol } from '../../src/graph/shape.ts';
import { input, parameter, type Value } from '../../src/graph/value.ts';
import type { NamedTensors } from '../../src/runtime/runtime.ts';
import { relativeDifference, type Tensor } from '../../src/tensor.ts';
import { runValues } from '../run-value.ts';
import { build, CASES, runsHere } from './cases.ts';

const PROGRAMS = CASES.filter(runsHere).map((recorded, index) => {
  const operands = recorded.operands.map(({ dims }, i) => input(`${index}.operand.${i}`, dims));
  const result = build(recorded, operands);
  const gradient = input(`${index}.upstream`, recorded.result.dims);
  const gradients = recorded.backward ? differentiate([{ value: result, gradient }], operands) : [];
  return { recorded, index, name: recorded.operator, result, gradients };
});

/** Everything that the tests look at, in one run: starting a session takes longer than computing. */
function computeAll(): Promise<NamedTensors> {
  const outputs: Record<string, Value> = {};
  const inputs: Record<string, Tensor> = {};
  for (const { recorded, index, result, gradients } of PROGRAMS) {
    outputs[`${index}.result`] = result;
    for (const [i, gradient] of gradients.entries())
      if (gradient) outputs[`${index}.gradient.${i}`] = gradient;
    for (const [i, operand] of recorded.operands.entries()) inputs[`${index}.operand.${i}`] = operand;
    if (gradients.some(Boolean)) inputs[`${index}.upstream`] = recorded.backward!.upstream;
  }
  return runValues(outputs, inputs);
}

const computed = await computeAll();

function expectClose(found: Tensor | undefined, expected: Tensor): void {
  expect(found?.dims).toEqual(expected.dims);
  expect(relativeDifference(found!.data, expected.data)).toBeLessThan(1e-6);
}

it('has numbers for every operator', () => {
  const files = readdirSync('src/graph/ops').map((file) =>
    file.replace('.ts', '').replaceAll(/-(\w)/g, (_, c: string) => c.toUpperCase()),
  );
  expect([...new Set(CASES.map(({ operator }) => operator))].sort()).toEqual(files.sort());
});

describe.each(PROGRAMS)('$index: $name $recorded.attributes', ({ recorded, index, result, gradients }) => {
  it('gives the result of PyTorch', () => expectClose(computed[`${index}.result`], recorded.result));

  it('knows the shape beforehand', () => expect(result.shape).toEqual(recorded.result.dims));

  it('has a gradient if one was recorded', () => {
    const has = result.kind === 'computed' && result.operator.gradient !== undefined;
    expect(has).toBe(recorded.backward !== undefined);
  });

  it.each([...(recorded.backward?.gradients.entries() ?? [])])(
    'gives the gradient of operand %i',
    (i, expected) => {
      if (gradients[i]) expectClose(computed[`${index}.gradient.${i}`], expected);
      else expect(expected.data.every((value) => value === 0)).toBe(true);
    },
  );
});

describe('shape rules', () => {
  const picture = input('x', pictureShape(3));
  const height = { symbol: 'height', times: 1, plus: 0 };

  it('follow symbolic sizes', () => {
    const weight = parameter('weight', [12, 3, 3, 3]);
    const bias = parameter('bias', [12]);
    const wide = pixelShuffle(conv2d(picture, weight, bias, { padding: 0 }), 2);
    expect(wide.shape[1]).toBe(3);
    expect(wide.shape[2]).toEqual({ ...height, times: 2, plus: -4 });
  });

  it('knows what halves and crops of symbolic sizes come to', () => {
    const sizes = { batch: 1, height: 7, width: 1200 };
    const dims = (value: Value) => value.shape.map((dim) => evaluateDim(dim, sizes));
    const top = half(picture, 2, 0);
    const bottom = half(picture, 2, 1);
    expect([dims(top)[2], dims(bottom)[2], dims(maxPool(bottom))[2]]).toEqual([3, 4, 2]);
    expect(dims(centreCrop(picture, 1000))).toEqual([1, 3, 7, 1000]);
    expect(concat([top, bottom], 2).shape).toEqual(picture.shape);
    expect(() => concat([top, top, bottom], 2)).toThrow(/no simple form/);
  });

  it.each([
    [
      'conv2d',
      () => conv2d(picture, parameter('w', [8, 4, 3, 3]), parameter('b', [8]), { padding: 1 }),
      /\[batch, 3, height, width\] and \[8, 4, 3, 3\]/,
    ],
    [
      'pixelShuffle',
      () => pixelShuffle(picture, 2),
      /pixelShuffle: expected \[N, C \* 4, H, W\], found \[batch, 3, height, width\]/,
    ],
    [
      'add',
      () => add(picture, input('y', pictureShape(2))),
      /add: .*\[batch, 3, height, width\] and \[batch, 2, height, width\]/,
    ],
    [
      'globalAveragePool',
      () => globalAveragePool(input('v', [3])),
      /globalAveragePool: expected \[N, C, H, W\], found \[3\]/,
    ],
    ['matmul', () => matmul(input('a', [2, 3, 4]), input('b', [2, 3, 4])), /matmul: .*\[2, 3, 4\] and/],
    ['concat', () => concat([picture, input('y', [1, 3, 4, 4])], 1), /alike but for axis 1, found \[batch/],
    ['slice', () => slice(picture, 1, 2, 4), /the positions 2 to 4 on axis 1, found \[batch, 3/],
    ['slice', () => slice(picture, 2, 0, 1), /the positions 0 to 1 on axis 2, found \[batch, 3, height/],
    ['half', () => half(input('v', [3]), 2, 0), /half: expected a tensor with an axis 2, found \[3\]/],
    ['centreCrop', () => centreCrop(input('v', [3]), 5), /centreCrop: .*found \[3\]/],
    ['maxPool', () => maxPool(input('x', [1, 1, 1, 4])), /of 2×2 or more, found \[1, 1, 1, 4\]/],
    ['reduceSum', () => reduceSum(picture, [4]), /reduceSum: expected a tensor with the axes 4, found/],
    [
      'reshape',
      () => reshape(picture, [symbol('batch'), 4, symbol('height'), symbol('width')]),
      /\[batch, 4/,
    ],
    ['reshape', () => reshape(input('x', [4, 6]), [5, 5]), /as many elements as \[5, 5\].*found \[4, 6\]/],
    [
      'channelGram',
      () => channelGram(picture, input('y', [1, 3, 4, 4]), { over: 'sum' }),
      /\[N, A, H, W\] and/,
    ],
    ['mixChannels', () => mixChannels(input('w', [1, 2, 2]), picture), /\[1, 2, 2\] and \[batch, 3/],
    [
      'volumeConv',
      () => volumeConv(picture, parameter('w', [2, 1, 3, 3, 3]), parameter('b', [2])),
      /volumeConv: .*\[2, 1, 3, 3, 3\] and \[2\]/,
    ],
    [
      'attention',
      () => attention(picture, half(picture, 2, 0), picture),
      /attention: .*found \[batch, 3, height, width\] and \[batch, 3, floor\(height \/ 2\), width\]/,
    ],
  ] as const)('%s names the shapes that do not fit', (_, build, message) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(message);
  });
});
