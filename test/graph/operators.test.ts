/** Every operator against numbers that PyTorch gave (scripts/record_operators.py). */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { add } from '../../src/graph/ops/add.ts';
import { conv2d } from '../../src/graph/ops/conv2d.ts';
import { globalAveragePool } from '../../src/graph/ops/global-average-pool.ts';
import { multiply } from '../../src/graph/ops/multiply.ts';
import { multiplyConstant } from '../../src/graph/ops/multiply-constant.ts';
import { pixelShuffle } from '../../src/graph/ops/pixel-shuffle.ts';
import { relu } from '../../src/graph/ops/relu.ts';
import { sigmoid } from '../../src/graph/ops/sigmoid.ts';
import { tanh } from '../../src/graph/ops/tanh.ts';
import { pictureShape, ShapeError } from '../../src/graph/shape.ts';
import { input, parameter, type Value } from '../../src/graph/value.ts';
import type { Tensor } from '../../src/tensor.ts';
import { relativeDifference } from '../difference.ts';
import { runValue } from '../run-value.ts';

interface Recorded {
  dims: number[];
  data: number[];
}
interface Case {
  operator: keyof typeof OPERATORS;
  attributes: { padding?: number; factor?: number };
  operands: Recorded[];
  result: Recorded;
}

type Build = (operands: Value[], attributes: Case['attributes']) => Value;
const OPERATORS = {
  conv2d: ([x, weight, bias], { padding = 0 }) => conv2d(x!, weight!, bias!, { padding }),
  relu: ([x]) => relu(x!),
  sigmoid: ([x]) => sigmoid(x!),
  add: ([a, b]) => add(a!, b!),
  multiply: ([a, b]) => multiply(a!, b!),
  globalAveragePool: ([x]) => globalAveragePool(x!),
  pixelShuffle: ([x], { factor = 1 }) => pixelShuffle(x!, factor),
  tanh: ([x]) => tanh(x!),
  multiplyConstant: ([x], { factor = 1 }) => multiplyConstant(x!, factor),
} satisfies Record<string, Build>;

const CASES = JSON.parse(readFileSync('test/graph/fixtures/operators.json', 'utf8')) as Case[];

function toTensor({ dims, data }: Recorded): Tensor {
  return { dims, data: Float32Array.from(data) };
}

it('has numbers for every operator', () => {
  const files = readdirSync('src/graph/ops').map((file) =>
    file.replace('.ts', '').replaceAll(/-(\w)/g, (_, c: string) => c.toUpperCase()),
  );
  expect([...new Set(CASES.map(({ operator }) => operator))].sort()).toEqual(files.sort());
});

describe.each(CASES)('$operator $attributes', ({ operator, attributes, operands, result }) => {
  const inputs = operands.map((operand, i) => input(`x${i}`, operand.dims));
  const value = OPERATORS[operator](inputs, attributes);

  it('gives the result of PyTorch', async () => {
    const feeds = Object.fromEntries(operands.map((operand, i) => [`x${i}`, toTensor(operand)]));
    const found = await runValue(value, feeds);
    expect(found.dims).toEqual(result.dims);
    expect(relativeDifference(found.data, Float32Array.from(result.data))).toBeLessThan(1e-6);
  });

  it('knows the shape beforehand', () => expect(value.shape).toEqual(result.dims));
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
  ] as const)('%s names the shapes that do not fit', (_, build, message) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(message);
  });
});
