/** Gradients against differences of results, in a random direction of each operand. */
import { expect, it } from 'vitest';
import { differentiate } from '../../src/graph/differentiate.ts';
import { knownSize } from '../../src/graph/shape.ts';
import { substitute } from '../../src/graph/substitute.ts';
import { input, type Value } from '../../src/graph/value.ts';
import { rcab } from '../../src/models/rcan.ts';
import { initialState, trace } from '../../src/nn/block.ts';
import { seededRandom } from '../../src/random.ts';
import { elementCount, type Tensor } from '../../src/tensor.ts';
import { runValues } from '../run-value.ts';
import { build, CASES } from './cases.ts';

interface Subject {
  readonly name: string;
  readonly apply: (operands: readonly Value[]) => Value;
  readonly operands: readonly Tensor[];
}

/** The gradient of one operand, to be compared with the slope along `direction`. */
interface Check {
  readonly label: string;
  readonly upstream: Tensor;
  readonly direction: Tensor;
}

/** So small that no operand of the recorded cases passes a kink. */
const STEP = 0.004;
const random = seededRandom(1);

/** The recorded cases whose gradient is not zero everywhere. */
function operators(): Subject[] {
  return CASES.flatMap((recorded, index) => {
    const { operator, operands, backward } = recorded;
    if (!backward || backward.kink || operator === 'sign') return [];
    return { name: `${index}: ${operator}`, apply: (values) => build(recorded, values), operands };
  });
}

/** A residual channel attention block as a program of its input and its parameters. */
function wholeBlock(): Subject {
  const root = rcab(4, 2);
  const state = initialState(root, random.uniform);
  // Keeps what the ReLU is given away from 0.
  state.set('body.0.bias', { dims: [4], data: Float32Array.of(3, -3, 3, -3) });
  const names = [...state.keys()];
  return {
    name: 'residual channel attention block',
    apply: ([x, ...parameters]) => {
      const replacement = (value: Value) =>
        value.kind === 'parameter' ? parameters[names.indexOf(value.name)] : undefined;
      return substitute([trace(root, x!)], replacement)[0]!;
    },
    operands: [randomTensor([2, 4, 5, 6], random.normal), ...state.values()],
  };
}

const outputs: Record<string, Value> = {};
const inputs: Record<string, Tensor> = {};

function feed(name: string, tensor: Tensor): Value {
  inputs[name] = tensor;
  return input(name, tensor.dims);
}

/** Adds a subject's gradients, and its results around the operands, to the program. */
function prepare({ name, apply, operands }: Subject): Check[] {
  const values = operands.map((operand, i) => feed(`${name}.${i}`, operand));
  const result = apply(values);
  const upstream = randomTensor(result.shape.map(knownSize), random.normal);
  const gradients = differentiate([{ value: result, gradient: feed(`${name}.upstream`, upstream) }], values);
  return operands.map((operand, i) => {
    const label = `${name}, operand ${i}`;
    const direction = randomTensor(operand.dims, () => Math.sign(random.uniform() - 0.5));
    outputs[`${label}, gradient`] = gradients[i]!;
    for (const sign of [1, -1]) {
      const moved = feed(`${name}.${i}.${sign}`, moveAlong(operand, direction, sign * STEP));
      outputs[`${label}, ${sign}`] = apply(values.with(i, moved));
    }
    return { label, upstream, direction };
  });
}

function randomTensor(dims: readonly number[], value: () => number): Tensor {
  return { dims, data: Float32Array.from({ length: elementCount(dims) }, value) };
}

function moveAlong({ data, dims }: Tensor, direction: Tensor, distance: number): Tensor {
  return { dims, data: data.map((value, i) => value + distance * direction.data[i]!) };
}

function dot(a: Tensor, b: Tensor): number {
  return a.data.reduce((sum, value, i) => sum + value * b.data[i]!, 0);
}

const CHECKS = [...operators(), wholeBlock()].flatMap(prepare);

// Starting a session takes longer than computing: one for all.
const computed = await runValues(outputs, inputs);

it.each(CHECKS)('$label', ({ label, upstream, direction }) => {
  const gradient = computed[`${label}, gradient`]!;
  const [after, before] = [1, -1].map((sign) => dot(computed[`${label}, ${sign}`]!, upstream));
  const slope = (after! - before!) / (2 * STEP);
  const length = Math.sqrt(dot(gradient, gradient));
  expect(Math.abs(slope - dot(gradient, direction)) / length).toBeLessThan(5e-3);
});
