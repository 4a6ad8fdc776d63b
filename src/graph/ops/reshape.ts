import { integers } from '../emitter.ts';
import { type Dim, formatShape, type Shape, ShapeError, sameDim } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

interface Target {
  readonly to: Shape;
  /** ONNX's form of `to`: 0 takes over the dimension at the same position, -1 is what is left. */
  readonly code: readonly number[];
}

const operator: Operator<Target> = {
  name: 'reshape',
  shape([x = []], { to, code }) {
    const inferred = code.filter((size) => size === -1).length;
    if (inferred > 1 || !sameSize(x, to)) {
      throw new ShapeError(this.name, `as many elements as ${formatShape(to)}, one size inferred at most`, x);
    }
    return to;
  },
  onnx: (emit, [x = ''], { code }) => emit.node('Reshape', [x, integers(emit, ...code)]),
  gradient: ({ operands: [x] }, upstream) => [reshape(upstream, x!.shape)],
};

/** The same elements in the same order under another shape. */
export function reshape(x: Value, to: Shape): Value {
  const code = to.map((dim, i) => {
    if (typeof dim === 'number') return dim;
    const [same] = x.shape.slice(i, i + 1);
    return same !== undefined && sameDim(same, dim) ? 0 : -1;
  });
  return apply(operator, [x], { to, code });
}

/** What `reshape` was given, where it made the value. */
export function unreshape(value: Value): Value | undefined {
  return value.kind === 'computed' && value.operator === operator ? value.operands[0] : undefined;
}

function sameSize(a: Shape, b: Shape): boolean {
  const [first, second] = [factors(a), factors(b)];
  return first.number === second.number && first.rest.join() === second.rest.join();
}

/** A product of dimensions in normal form. */
function factors(shape: Shape): { number: number; rest: string[] } {
  let number = 1;
  const rest: string[] = [];
  for (const dim of shape) {
    const plain = withoutFactor(dim);
    number *= plain.factor;
    if (plain.name !== '') rest.push(plain.name);
  }
  return { number, rest: rest.sort() };
}

function withoutFactor(dim: Dim): { factor: number; name: string } {
  if (typeof dim === 'number') return { factor: dim, name: '' };
  if (dim.plus === 0) return { factor: dim.times, name: dim.symbol };
  return { factor: 1, name: `${dim.times}*${dim.symbol}+${dim.plus}` };
}
