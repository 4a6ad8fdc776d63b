/** Reverse-mode differentiation: the gradients of a program are more of the same program. */
import { formatShape, sameDim } from './shape.ts';
import { sumGradients } from './sum-gradients.ts';
import { type Computed, inOrder, type Value } from './value.ts';

/** A value and the gradient of the loss with respect to it. */
export interface Upstream {
  readonly value: Value;
  readonly gradient: Value;
}

/**
 * The gradients of a loss with respect to `wanted`, given those with respect to some results; undefined for a value
 * that none of the results depends on.
 *
 * @throws {Error} for an operator without a gradient on the way
 */
export function differentiate(results: readonly Upstream[], wanted: readonly Value[]): (Value | undefined)[] {
  const order = inOrder(results.map(({ value }) => value));
  const needed = dependents(order, new Set(wanted));
  const uses = new Map<Value, Value[]>();
  const collect = (value: Value, gradient: Value) => {
    const found = uses.get(value);
    if (found) found.push(gradient);
    else uses.set(value, [gradient]);
  };
  for (const { value, gradient } of results) collect(value, gradient);
  const gradients = new Map<Value, Value>();
  for (const value of order.toReversed()) {
    const found = uses.get(value);
    if (!found || !needed.has(value)) continue;
    const upstream = sumGradients(found);
    gradients.set(value, upstream);
    if (value.kind !== 'computed') continue;
    for (const [i, gradient] of operandGradients(value, upstream, needed).entries())
      if (gradient) collect(value.operands[i]!, gradient);
  }
  return wanted.map((value) => gradients.get(value));
}

function operandGradients(
  result: Computed,
  upstream: Value,
  needed: ReadonlySet<Value>,
): (Value | undefined)[] {
  const { operator, operands, attributes } = result;
  const wanted = operands.map((operand) => needed.has(operand));
  if (!wanted.includes(true)) return [];
  if (!operator.gradient) throw new Error(`the operator ${operator.name} has no gradient`);
  const gradients = operator.gradient({ operands, result, attributes, wanted }, upstream);
  return operands.map((operand, i) => {
    const gradient = wanted[i] ? gradients[i] : undefined;
    if (gradient && !sameShape(gradient, operand))
      throw new Error(
        `the gradient of ${operator.name} for operand ${i} has the shape ${formatShape(gradient.shape)} instead of ${formatShape(operand.shape)}`,
      );
    return gradient;
  });
}

function sameShape({ shape: a }: Value, { shape: b }: Value): boolean {
  return a.length === b.length && a.every((dim, axis) => sameDim(dim, b[axis]!));
}

/** The sources and all values that depend on one of them. */
function dependents(order: readonly Value[], sources: ReadonlySet<Value>): Set<Value> {
  const found = new Set(sources);
  for (const value of order)
    if (value.kind === 'computed' && value.operands.some((operand) => found.has(operand))) found.add(value);
  return found;
}
