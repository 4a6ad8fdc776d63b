import { evaluateDim } from '../graph/shape.ts';
import { inOrder, type Value } from '../graph/value.ts';
import type { Architecture, NetworkOptions } from './architecture.ts';
import { networkProgram } from './program.ts';

/** What a network costs to run, whatever the machine. One TMAC is 10^12 multiply-adds. */
export interface NetworkCost {
  /** Multiply-adds per pixel of the small picture, in one of 1000×1000 pixels, rounded. */
  multiplyAddsPerInputPixel: number;
  /** TMAC for each million pixels of the small picture. */
  tmacPerInputMegapixel: number;
  /** TMAC for each million pixels of the enlarged picture. */
  tmacPerOutputMegapixel: number;
}

/** Side of the picture that costs are stated for; it matters only to attention between pixels. */
const SIDE = 1000;
const TERA = 1e12;
const MEGA = 1e6;

/** The multiply-adds of convolutions and matrix products in one run. @param sizes of the symbolic dimensions */
function multiplyAdds(output: Value, sizes: Readonly<Record<string, number>>): number {
  const dims = ({ shape }: Value) => shape.map((dim) => evaluateDim(dim, sizes));
  let total = 0;
  for (const value of inOrder([output])) {
    if (value.kind !== 'computed') continue;
    const { operator, operands, attributes } = value;
    total += operator.multiplyAdds?.(operands.map(dims), dims(value), attributes) ?? 0;
  }
  return total;
}

/** The cost of a network, from its graph. */
export function networkCost(architecture: Architecture, options: NetworkOptions): NetworkCost {
  const program = networkProgram(architecture.build(options), options);
  const side = SIDE * (architecture.enlargedInput ? options.scale : 1);
  const total = multiplyAdds(program, { batch: 1, height: side, width: side });
  const perPixel = Math.round(total / SIDE ** 2);
  const tmac = (perPixel * MEGA) / TERA;
  return {
    multiplyAddsPerInputPixel: perPixel,
    tmacPerInputMegapixel: tmac,
    tmacPerOutputMegapixel: tmac / options.scale ** 2,
  };
}
