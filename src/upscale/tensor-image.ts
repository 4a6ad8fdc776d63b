/** Pictures as networks on RGB see them, and back. */
import { InputError } from '../errors.ts';
import { checkImage, type Image } from '../image/image.ts';
import { elementCount, formatDims, type Tensor } from '../tensor.ts';
import { imageCanvas } from './canvas.ts';

/** The network's own: `network.options` has it. */
interface TensorFormat {
  /** The value of white. */
  readonly valueRange: number;
}

/** A picture as a tensor [1, 3, H, W] with values 0..valueRange: grey is repeated, alpha left out. */
export function toTensor(image: Image, { valueRange }: TensorFormat): Tensor {
  checkImage(image);
  const { width, height } = image;
  return imageCanvas(image, image, valueRange).read({ left: 0, top: 0, width, height });
}

/**
 * A tensor [1, 3, H, W] with values 0..valueRange as a picture of 8 bits, clamped and rounded as `upscale` does.
 *
 * @throws {InputError} for a tensor of another shape
 */
export function toImage(tensor: Tensor, { valueRange }: TensorFormat): Image<Uint8Array> {
  const { data, dims } = tensor;
  const [count, channels, height = 0, width = 0] = dims;
  if (dims.length !== 4 || count !== 1 || channels !== 3 || data.length !== elementCount(dims))
    throw new InputError(
      `expected a tensor [1, 3, H, W] with as many elements, found ${formatDims(dims)} with ${data.length}`,
    );
  const image: Image<Uint8Array> = { width, height, channels: 3, data: new Uint8Array(data.length) };
  imageCanvas(image, image, valueRange).write(tensor, { left: 0, top: 0, width, height }, 0, 0);
  return image;
}
