/**
 * A tensor program is the set of values that its outputs depend on. A value is an input, a parameter, or the
 * result of one operator on other values; it knows its shape and never changes. There is no builder and no
 * global state: applying an operator makes a new value.
 */
import type { OnnxEmitter } from './emitter.ts';
import type { Shape } from './shape.ts';

export type Value = Input | Parameter | Computed;

/** A tensor that each run is given. */
export interface Input {
  readonly kind: 'input';
  readonly name: string;
  readonly shape: Shape;
}

/** A weight, under its key in the state dict. */
export interface Parameter {
  readonly kind: 'parameter';
  readonly name: string;
  readonly shape: readonly number[];
}

export interface Computed {
  readonly kind: 'computed';
  readonly operator: Operator<unknown>;
  readonly operands: readonly Value[];
  readonly attributes: unknown;
  readonly shape: Shape;
}

/** One use of an operator, as its gradient sees it. */
export interface Application<Attributes> {
  readonly operands: readonly Value[];
  readonly result: Value;
  readonly attributes: Attributes;
  /** Which operands' gradients are wanted; the others need not be computed. */
  readonly wanted: readonly boolean[];
}

/** What an operator's file states: the shape rule, how ONNX writes it, and its gradient. */
export interface Operator<Attributes> {
  readonly name: string;
  /** The result's shape. @throws {ShapeError} where the operands do not fit. */
  shape(operands: readonly Shape[], attributes: Attributes): Shape;
  /**
   * Multiplications with an addition in one run, for operators that are products (convolutions, matrix products):
   * what a network's cost is made of. Without it the operator counts as free.
   */
  multiplyAdds?(
    operands: readonly (readonly number[])[],
    result: readonly number[],
    attributes: Attributes,
  ): number;
  /** Elements that computing the result needs beside operands and result, given the operands' sizes. */
  scratch?(operands: readonly (readonly number[])[], attributes: Attributes): number;
  /** Writes the operator as ONNX nodes and returns the name of the result. */
  onnx(emit: OnnxEmitter, operands: readonly string[], attributes: Attributes): string;
  /**
   * The gradient of each operand, of the operand's shape, from the gradient of the result; undefined where it is
   * zero everywhere or not wanted. Operators that only gradients are made of have none themselves.
   */
  gradient?(of: Application<Attributes>, upstream: Value): readonly (Value | undefined)[];
}

export function input(name: string, shape: Shape): Input {
  return { kind: 'input', name, shape };
}

export function parameter(name: string, shape: readonly number[]): Parameter {
  return { kind: 'parameter', name, shape };
}

export function apply<A>(operator: Operator<A>, operands: readonly Value[], attributes: A): Value {
  const shape = operator.shape(
    operands.map((operand) => operand.shape),
    attributes,
  );
  // The attributes are only ever handed back to the operator that they came with.
  return { kind: 'computed', operator: operator as Operator<unknown>, operands, attributes, shape };
}

/** Every value that the outputs depend on, operands before results; iterative, as networks are deep. */
export function inOrder(outputs: readonly Value[]): Value[] {
  const ordered: Value[] = [];
  const entered = new Set<Value>();
  const stack: { value: Value; leaving: boolean }[] = outputs
    .map((value) => ({ value, leaving: false }))
    .reverse();
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { value, leaving } = top;
    if (leaving) ordered.push(value);
    if (leaving || entered.has(value)) continue;
    entered.add(value);
    stack.push({ value, leaving: true });
    if (value.kind !== 'computed') continue;
    for (const operand of value.operands.toReversed()) stack.push({ value: operand, leaving: false });
  }
  return ordered;
}
