/**
 * A canvas is what tiling reads from and writes to: pieces of the small picture as tensors [1, C, h, w], pieces
 * of the enlarged one back. Tiling knows nothing of sample formats, and no whole picture exists as floats.
 */
import { LUMA_FORMULAS } from '../image/colour.ts';
import type { Rectangle } from '../image/crop.ts';
import { type Image, roundHalfEven, type Samples, sampleMax } from '../image/image.ts';
import type { Tensor } from '../tensor.ts';

export interface Canvas {
  /** Size of the small picture. */
  readonly width: number;
  readonly height: number;
  /** @param rect part of the small picture */
  read(rect: Rectangle): Tensor;
  /** @param from part of `piece` that goes to (x, y) of the enlarged picture */
  write(piece: Tensor, from: Rectangle, x: number, y: number): void;
}

/** Weights of R, G, B in grey. */
const [RED, GREEN, BLUE] = LUMA_FORMULAS.full.weights;

/** A canvas over pictures. Grey pictures are shown to the network as RGB; alpha is neither read nor written. */
export function imageCanvas(source: Image, target: Image, valueRange: number): Canvas {
  const colours = source.channels < 3 ? 1 : 3;
  const unit = valueRange / sampleMax(source.data);
  return {
    width: source.width,
    height: source.height,
    read(rect) {
      const plane = rect.width * rect.height;
      const data = new Float32Array(3 * plane);
      for (let c = 0; c < 3; c++) {
        const channel = colours === 1 ? 0 : c;
        for (let y = 0, to = c * plane; y < rect.height; y++) {
          let from = ((rect.top + y) * source.width + rect.left) * source.channels + channel;
          for (let x = 0; x < rect.width; x++, from += source.channels)
            data[to++] = source.data[from]! * unit;
        }
      }
      return { data, dims: [1, 3, rect.height, rect.width] };
    },
    write(piece, from, x, y) {
      const store = sampleWriter(target.data);
      const [, , height = 0, width = 0] = piece.dims;
      const plane = width * height;
      const { data } = piece;
      for (let row = 0; row < from.height; row++) {
        let to = ((y + row) * target.width + x) * target.channels;
        let at = (from.top + row) * width + from.left;
        for (let column = 0; column < from.width; column++, at++, to += target.channels) {
          if (colours === 1) {
            store(to, (RED * data[at]! + GREEN * data[at + plane]! + BLUE * data[at + 2 * plane]!) / unit);
          } else {
            for (let c = 0; c < 3; c++) store(to + c, data[at + c * plane]! / unit);
          }
        }
      }
    },
  };
}

/** A canvas over tensors [1, C, H, W] and [1, C, H * scale, W * scale]. */
export function tensorCanvas(source: Tensor, target: Tensor): Canvas {
  const [, channels = 0, height = 0, width = 0] = source.dims;
  return {
    width,
    height,
    read: (rect) => {
      const piece = {
        data: new Float32Array(channels * rect.height * rect.width),
        dims: [1, channels, rect.height, rect.width],
      };
      copyRect(source, rect, piece, 0, 0);
      return piece;
    },
    write: (piece, from, x, y) => copyRect(piece, from, target, x, y),
  };
}

/** Copies a rectangle between tensors [1, C, H, W] of equal channels. */
export function copyRect(source: Tensor, from: Rectangle, target: Tensor, x: number, y: number): void {
  const [, channels = 0, sourceHeight = 0, sourceWidth = 0] = source.dims;
  const [, , targetHeight = 0, targetWidth = 0] = target.dims;
  for (let c = 0; c < channels; c++) {
    for (let row = 0; row < from.height; row++) {
      const start = (c * sourceHeight + from.top + row) * sourceWidth + from.left;
      target.data.set(
        source.data.subarray(start, start + from.width),
        (c * targetHeight + y + row) * targetWidth + x,
      );
    }
  }
}

/** Stores a value in the picture's format; integers are clamped and rounded half to even, as PyTorch rounds. */
export function sampleWriter(data: Samples): (index: number, value: number) => void {
  if (data instanceof Uint8Array) {
    const clamped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    return (index, value) => {
      clamped[index] = value;
    };
  }
  if (data instanceof Uint16Array) {
    return (index, value) => {
      data[index] = Math.min(65535, Math.max(0, roundHalfEven(value)));
    };
  }
  return (index, value) => {
    data[index] = value;
  };
}
