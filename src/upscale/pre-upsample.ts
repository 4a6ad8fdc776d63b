import { imresize } from '../image/imresize.ts';
import type { Tensor } from '../tensor.ts';
import type { Forward } from './forward.ts';

/**
 * A forward for a network that works on the picture already enlarged (SRCNN): bicubic interpolation, neither
 * rounded nor clamped, then the network. Tiles stay exact, as their context is wider than the kernel's reach.
 */
export function afterBicubic(scale: number, forward: Forward): Forward {
  return (input) => forward(enlarge(input, scale));
}

/** [1, C, H, W] → [1, C, H * scale, W * scale]. */
function enlarge({ data, dims }: Tensor, scale: number): Tensor {
  const [, channels = 0, height = 0, width = 0] = dims;
  const plane = width * height;
  const enlarged = new Float32Array(data.length * scale * scale);
  for (let c = 0; c < channels; c++) {
    const image = { width, height, channels: 1, data: data.subarray(c * plane, (c + 1) * plane) } as const;
    enlarged.set(imresize(image, scale).data, c * plane * scale * scale);
  }
  return { data: enlarged, dims: [1, channels, height * scale, width * scale] };
}
