/** A network as one tensor program from a picture to a picture. */
import { pictureShape } from '../graph/shape.ts';
import { input, type Value } from '../graph/value.ts';
import { type Block, trace } from '../nn/block.ts';
import type { NetworkOptions } from './architecture.ts';

/** The names of the picture that goes in and of the one that comes out, in ONNX models too. */
export const INPUT = 'input';
export const OUTPUT = 'output';

/** The program that a network runs: [batch, colors, height, width] of any batch, height and width. */
export function networkProgram(network: Block, { colors }: NetworkOptions): Value {
  return trace(network, input(INPUT, pictureShape(colors)));
}
