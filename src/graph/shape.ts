/** A dimension that is known only when a program runs: `times * symbol + plus`. */
export interface SymbolicDim {
  readonly symbol: string;
  readonly times: number;
  readonly plus: number;
  /** Where the symbol stands for a function of another dimension, which its name spells out. */
  readonly derived?: { readonly of: SymbolicDim; readonly evaluate: (of: number) => number };
}
export type Dim = number | SymbolicDim;
export type Shape = readonly Dim[];

/** The symbolic shape of a batch of pictures: [batch, channels, height, width]. */
export function pictureShape(channels: number): Shape {
  return [symbol('batch'), channels, symbol('height'), symbol('width')];
}

export function symbol(name: string): SymbolicDim {
  return { symbol: name, times: 1, plus: 0 };
}

export function timesDim(dim: Dim, factor: number): Dim {
  if (typeof dim === 'number') return dim * factor;
  return { ...dim, times: dim.times * factor, plus: dim.plus * factor };
}

export function plusDim(dim: Dim, amount: number): Dim {
  return typeof dim === 'number' ? dim + amount : { ...dim, plus: dim.plus + amount };
}

/** `dim / 2`, rounded down or up. */
export function halfDim(dim: Dim, rounded: 'floor' | 'ceil'): Dim {
  return derive(
    dim,
    (of) => `${rounded}(${of} / 2)`,
    (of) => Math[rounded](of / 2),
  );
}

/** `min(dim, limit)`. */
export function atMostDim(dim: Dim, limit: number): Dim {
  return derive(
    dim,
    (of) => `min(${of}, ${limit})`,
    (of) => Math.min(of, limit),
  );
}

function derive(dim: Dim, name: (of: string) => string, evaluate: (of: number) => number): Dim {
  if (typeof dim === 'number') return evaluate(dim);
  return { ...symbol(name(formatDim(dim))), derived: { of: dim, evaluate } };
}

/** The sum of two dimensions. */
export function sumDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number') return plusDim(b, a);
  if (typeof b === 'number') return plusDim(a, b);
  if (a.symbol === b.symbol) return { ...a, times: a.times + b.times, plus: a.plus + b.plus };
  // The two halves of a dimension are told by their names.
  const whole = a.derived?.of ?? a;
  const halves = [halfDim(whole, 'floor'), halfDim(whole, 'ceil')] as const;
  const fits = (first: Dim, second: Dim) => sameDim(halves[0], first) && sameDim(halves[1], second);
  if (fits(a, b) || fits(b, a)) return whole;
  throw new Error(`the sum of the dimensions ${formatDim(a)} and ${formatDim(b)} has no simple form`);
}

/** @throws {Error} for a symbolic size: gradients are taken of programs whose sizes are all known */
export function knownSize(dim: Dim | undefined): number {
  if (typeof dim === 'number') return dim;
  throw new Error(`expected a known size, found ${dim ? formatDim(dim) : 'none'}`);
}

/** The sizes of a batch of pictures or of a kernel. @throws {Error} for a symbolic size */
export function knownSizes(shape: Shape): [number, number, number, number] {
  return shape.map(knownSize) as [number, number, number, number];
}

export function sameDim(a: Dim, b: Dim): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.symbol === b.symbol && a.times === b.times && a.plus === b.plus;
}

export function formatDim(dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  const product = dim.times === 1 ? dim.symbol : `${dim.times}*${dim.symbol}`;
  return dim.plus === 0 ? product : `${product}${dim.plus > 0 ? '+' : ''}${dim.plus}`;
}

export function formatShape(shape: Shape): string {
  return `[${shape.map(formatDim).join(', ')}]`;
}

/** The size of a dimension once the symbols have values. */
export function evaluateDim(dim: Dim, values: Readonly<Record<string, number>>): number {
  if (typeof dim === 'number') return dim;
  const { derived } = dim;
  const value = derived ? derived.evaluate(evaluateDim(derived.of, values)) : values[dim.symbol];
  if (value === undefined) throw new Error(`no value given for the dimension "${dim.symbol}"`);
  return dim.times * value + dim.plus;
}

/** NumPy's broadcasting of two shapes. */
export function broadcastShapes(operator: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (sameDim(left, right) || right === 1) return left;
    if (left === 1) return right;
    throw new ShapeError(operator, 'shapes that broadcast', a, b);
  });
}

/** Operands whose shapes an operator cannot combine; names the operator and every shape. */
export class ShapeError extends Error {
  override name = 'ShapeError';
  constructor(operator: string, expected: string, ...found: Shape[]) {
    super(`${operator}: expected ${expected}, found ${found.map(formatShape).join(' and ')}`);
  }
}
