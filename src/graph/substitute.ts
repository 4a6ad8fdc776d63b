import { inOrder, type Value } from './value.ts';

/**
 * The same programs with other values in place of some: `replacement` is asked for every value, and undefined
 * keeps it. What only replaced values depended on is no longer part of the programs.
 */
export function substitute(
  outputs: readonly Value[],
  replacement: (value: Value) => Value | undefined,
): Value[] {
  const replaced = new Map<Value, Value>();
  for (const value of inOrder(outputs)) replaced.set(value, replacement(value) ?? rebuilt(value, replaced));
  return outputs.map((value) => replaced.get(value)!);
}

function rebuilt(value: Value, replaced: ReadonlyMap<Value, Value>): Value {
  if (value.kind !== 'computed') return value;
  const operands = value.operands.map((operand) => replaced.get(operand)!);
  const same = operands.every((operand, i) => operand === value.operands[i]);
  return same ? value : { ...value, operands };
}
