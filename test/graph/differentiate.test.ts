import { describe, expect, it } from 'vitest';
import { differentiate } from '../../src/graph/differentiate.ts';
import { add } from '../../src/graph/ops/add.ts';
import { conv2d } from '../../src/graph/ops/conv2d.ts';
import { multiply } from '../../src/graph/ops/multiply.ts';
import { multiplyConstant } from '../../src/graph/ops/multiply-constant.ts';
import { relu } from '../../src/graph/ops/relu.ts';
import { reverse } from '../../src/graph/ops/reverse.ts';
import { sign } from '../../src/graph/ops/sign.ts';
import { apply, inOrder, input, type Operator, parameter, type Value } from '../../src/graph/value.ts';
import { runValue } from '../run-value.ts';

const x = input('x', [3]);
const y = input('y', [3]);
const upstream = input('upstream', [3]);
const FEEDS = {
  x: { data: Float32Array.of(1, -2, 3), dims: [3] },
  y: { data: Float32Array.of(10, 20, 30), dims: [3] },
  upstream: { data: Float32Array.of(1, 10, 100), dims: [3] },
};

function gradientsOf(result: Value, ...wanted: Value[]): (Value | undefined)[] {
  return differentiate([{ value: result, gradient: upstream }], wanted);
}

/** The value of a program, which is given what it uses of `FEEDS`. */
async function numbers(value: Value | undefined): Promise<number[]> {
  const used = inOrder([value!]).flatMap((found) => (found.kind === 'input' ? [found.name] : []));
  const feeds = Object.fromEntries(Object.entries(FEEDS).filter(([name]) => used.includes(name)));
  return [...(await runValue(value!, feeds)).data];
}

function operatorsOf(...values: (Value | undefined)[]): string[] {
  return inOrder(values.map((value) => value!)).flatMap((value) =>
    value.kind === 'computed' ? [value.operator.name] : [],
  );
}

describe('what a gradient is summed over', () => {
  it('counts every use of a value', async () => {
    const [gradient] = gradientsOf(add(multiply(x, x), multiplyConstant(x, 5)), x);
    expect(await numbers(gradient)).toEqual([7, 10, 1100]);
  });

  it('counts every use of what is computed from it', async () => {
    const doubled = multiplyConstant(x, 2);
    const [gradient] = gradientsOf(multiply(doubled, relu(doubled)), x);
    expect(await numbers(gradient)).toEqual([8, 0, 2400]);
  });

  it('adds the gradients of several results, of which one may be made from another', async () => {
    const first = multiply(x, y);
    const second = multiplyConstant(first, 3);
    const results = [first, second, second].map((value) => ({ value, gradient: upstream }));
    const [gradient] = differentiate(results, [x]);
    expect(await numbers(gradient)).toEqual([70, 1400, 21_000]);
  });
});

describe('what is wanted', () => {
  it('is undefined where no result depends on it, or only by steps', () => {
    expect(gradientsOf(relu(x), y, relu(x))).toEqual([undefined, undefined]);
    expect(gradientsOf(multiply(sign(x), y), x)).toEqual([undefined]);
  });

  it('may be a result itself, and a value on the way', async () => {
    const middle = multiply(x, y);
    const result = multiplyConstant(middle, 3);
    const [ofResult, ofMiddle, ofX] = gradientsOf(result, result, middle, x);
    expect(ofResult).toBe(upstream);
    expect(await numbers(ofMiddle)).toEqual([3, 30, 300]);
    expect(await numbers(ofX)).toEqual([30, 600, 9000]);
  });

  it('is all that is computed', () => {
    const picture = input('picture', [1, 2, 4, 4]);
    const [first, second] = ['first', 'second'].map((name) => parameter(name, [2, 2, 3, 3]));
    const hidden = conv2d(picture, first!, undefined, { padding: 1 });
    const result = conv2d(hidden, second!, undefined, { padding: 1 });
    const gradient = input('gradient', [1, 2, 4, 4]);
    const ofWeights = differentiate([{ value: result, gradient }], [second!]);
    expect(operatorsOf(...ofWeights)).toEqual(['conv2d', 'conv2dWeightGradient']);
    const ofHidden = differentiate([{ value: result, gradient }], [hidden]);
    expect(operatorsOf(...ofHidden)).toEqual(['reshape', 'transpose', 'reverse', 'reshape', 'conv2d']);
  });

  it('is all that operators are asked for', () => {
    const asked: (readonly boolean[])[] = [];
    const operator: Operator<undefined> = {
      name: 'product',
      shape: ([a = []]) => a,
      onnx: (emit, operands) => emit.node('Mul', operands),
      gradient({ wanted }) {
        asked.push(wanted);
        return [undefined, undefined];
      },
    };
    gradientsOf(apply(operator, [relu(x), y], undefined), x);
    gradientsOf(apply(operator, [x, y], undefined), y, input('other', [3]));
    expect(asked).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});

describe('an operator without a gradient', () => {
  it('is named where it is on the way', () => {
    expect(() => gradientsOf(relu(reverse(relu(x), 0)), x)).toThrow('the operator reverse has no gradient');
  });

  it('may stand where no gradient goes', async () => {
    const other = reverse(y, 0);
    const [ofX, ofOther] = gradientsOf(multiply(x, other), x, other);
    expect(await numbers(ofX)).toEqual([30, 200, 1000]);
    expect(await numbers(ofOther)).toEqual([1, -20, 300]);
  });
});

it('reports a gradient of another shape than the operand', () => {
  const operator: Operator<undefined> = {
    name: 'wrong',
    shape: ([a = []]) => a,
    onnx: (emit, operands) => emit.node('Identity', operands),
    gradient: () => [input('g', [2])],
  };
  expect(() => gradientsOf(apply(operator, [x], undefined), x)).toThrow(
    'the gradient of wrong for operand 0 has the shape [2] instead of [3]',
  );
});
