/**
 * Pictures for networks that know only brightness: the network enlarges Y, bicubic interpolation Cb and Cr.
 *
 * YCbCr is a linear map of RGB in which Y adds equally to R, G and B. So the merged colour is the bicubic one plus
 * (the network's Y − the bicubic Y) / (Y of white − Y of black) in every channel. Nothing is rounded in between,
 * and grey stays grey.
 */
import { LUMA_FORMULAS } from '../image/colour.ts';
import type { Rectangle } from '../image/crop.ts';
import { type Image, sampleMax } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';
import { BICUBIC_REACH } from '../image/kernels.ts';
import type { LumaRange } from '../models/architecture.ts';
import { type Canvas, sampleWriter } from './canvas.ts';
import { intersect } from './rect.ts';

/** A canvas over pictures, grey or colour, that shows the network Y [1, 1, h, w]. Alpha is left alone. */
export function lumaCanvas(source: Image, target: Image, valueRange: number, range: LumaRange): Canvas {
  const { weights, offset } = LUMA_FORMULAS[range];
  const contrast = weights[0] + weights[1] + weights[2];
  const white = sampleMax(target.data);
  const scale = target.width / source.width;
  const lumaAt = ({ channels, data }: Image, i: number) => {
    const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
    return offset + weights[0] * data[i]! + weights[1] * data[i + green]! + weights[2] * data[i + blue]!;
  };
  return {
    width: source.width,
    height: source.height,
    read(rect) {
      const colours = colourPiece(source, rect);
      const data = new Float32Array(rect.width * rect.height);
      for (let i = 0; i < data.length; i++) data[i] = valueRange * lumaAt(colours, i * colours.channels);
      return { data, dims: [1, 1, rect.height, rect.width] };
    },
    write(piece, from, x, y) {
      const { image: bicubic, left, top } = bicubicPiece(source, { ...from, left: x, top: y }, scale);
      const store = sampleWriter(target.data);
      const [, , , width = 0] = piece.dims;
      for (let row = 0; row < from.height; row++) {
        let to = ((y + row) * target.width + x) * target.channels;
        let at = (from.top + row) * width + from.left;
        let i = ((top + row) * bicubic.width + left) * bicubic.channels;
        for (let column = 0; column < from.width; column++, at++) {
          const change = (piece.data[at]! / valueRange - lumaAt(bicubic, i)) / contrast;
          for (let c = 0; c < bicubic.channels; c++) store(to + c, white * (bicubic.data[i + c]! + change));
          to += target.channels;
          i += bicubic.channels;
        }
      }
    },
  };
}

/** Part of a picture without alpha, as shares of full white. */
function colourPiece(source: Image, rect: Rectangle): Image<Float32Array> {
  const white = sampleMax(source.data);
  const channels = source.channels < 3 ? 1 : 3;
  const data = new Float32Array(rect.width * rect.height * channels);
  for (let y = 0, to = 0; y < rect.height; y++) {
    let from = ((rect.top + y) * source.width + rect.left) * source.channels;
    for (let x = 0; x < rect.width; x++, from += source.channels)
      for (let c = 0; c < channels; c++) data[to++] = source.data[from + c]! / white;
  }
  return { width: rect.width, height: rect.height, channels, data };
}

/**
 * The bicubic enlargement around a part of the enlarged picture, which begins at (left, top) of it. What lies
 * beyond the kernel's reach is never looked at, so parts fit together without seams.
 *
 * @param area in the enlarged picture; begins and ends at whole pixels of the small one
 */
function bicubicPiece(source: Image, area: Rectangle, scale: number) {
  const around = {
    left: area.left / scale - BICUBIC_REACH,
    top: area.top / scale - BICUBIC_REACH,
    width: area.width / scale + 2 * BICUBIC_REACH,
    height: area.height / scale + 2 * BICUBIC_REACH,
  };
  const rect = intersect(around, { left: 0, top: 0, width: source.width, height: source.height });
  const image = imresize(colourPiece(source, rect), scale);
  return { image, left: area.left - rect.left * scale, top: area.top - rect.top * scale };
}
