/**
 * The ×8 self-ensemble of EDSR and RCAN: the network sees the picture flipped and transposed in all eight ways;
 * the outputs are turned back and averaged.
 */
import type { Tensor } from '../tensor.ts';
import type { Forward } from './forward.ts';

/** Orientations of a picture. Bit 0 of their index flips the width, bit 1 the height, bit 2 transposes. */
export const ORIENTATIONS = 8;

/** `forward`, averaged over the eight orientations of its input [1, C, H, W]. */
export function ensembled(forward: Forward): Forward {
  return async (input) => {
    const sum = await forward(input);
    for (let index = 1; index < ORIENTATIONS; index++) {
      const { data } = undo(await forward(turn(input, index)), index);
      for (let i = 0; i < data.length; i++) sum.data[i]! += data[i]!;
    }
    for (let i = 0; i < sum.data.length; i++) sum.data[i]! /= ORIENTATIONS;
    return sum;
  };
}

/** Flips, then transposes, as the original does. */
function turn(x: Tensor, index: number): Tensor {
  const flipped = flip(x, (index & 1) !== 0, (index & 2) !== 0);
  return index & 4 ? transpose(flipped) : flipped;
}

function undo(x: Tensor, index: number): Tensor {
  return flip(index & 4 ? transpose(x) : x, (index & 1) !== 0, (index & 2) !== 0);
}

/** Copy of a tensor [1, C, H, W], mirrored along its width and its height where asked. */
function flip(x: Tensor, alongWidth: boolean, alongHeight: boolean): Tensor {
  const [, , height = 0, width = 0] = x.dims;
  const data = new Float32Array(x.data.length);
  const rows = x.data.length / width;
  for (let row = 0; row < rows; row++) {
    const y = row % height;
    const from = (alongHeight ? row - y + (height - 1 - y) : row) * width;
    data.set(x.data.subarray(from, from + width), row * width);
    if (alongWidth) data.subarray(row * width, (row + 1) * width).reverse();
  }
  return { data, dims: x.dims };
}

/** [1, C, H, W] → [1, C, W, H]. */
function transpose(x: Tensor): Tensor {
  const [, channels = 0, height = 0, width = 0] = x.dims;
  const data = new Float32Array(x.data.length);
  for (let c = 0, to = 0; c < channels; c++) {
    for (let column = 0; column < width; column++) {
      const from = c * height * width + column;
      for (let row = 0; row < height; row++) data[to++] = x.data[from + row * width]!;
    }
  }
  return { data, dims: [1, channels, width, height] };
}
