import { inOrder, type Value } from './value.ts';

/** The same programs with every value as `rule` makes it from the value and its new operands. */
export function rewrite(
  outputs: readonly Value[],
  rule: (value: Value, operands: readonly Value[]) => Value,
): Value[] {
  const rewritten = new Map<Value, Value>();
  for (const value of inOrder(outputs)) {
    const operands = value.kind === 'computed' ? value.operands : [];
    rewritten.set(
      value,
      rule(
        value,
        operands.map((operand) => rewritten.get(operand)!),
      ),
    );
  }
  return outputs.map((value) => rewritten.get(value)!);
}

/**
 * The same programs with other values in place of some: `replacement` is asked for every value, and undefined
 * keeps it. What only replaced values depended on is no longer part of the programs.
 */
export function substitute(
  outputs: readonly Value[],
  replacement: (value: Value) => Value | undefined,
): Value[] {
  return rewrite(outputs, (value, operands) => replacement(value) ?? withOperands(value, operands));
}

/** The same operator on other operands of the same shapes. */
export function withOperands(value: Value, operands: readonly Value[]): Value {
  if (value.kind !== 'computed') return value;
  const same = operands.every((operand, i) => operand === value.operands[i]);
  return same ? value : { ...value, operands };
}
