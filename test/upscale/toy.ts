import type { Forward, Upscaler } from '../../src/upscale/forward.ts';

/** Nearest neighbour by 2: no network, but one whose result in each place is known. */
export const repeatTwice: Forward = async ({ data, dims }) => {
  const [, channels = 0, height = 0, width = 0] = dims;
  const output = new Float32Array(4 * data.length);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < 2 * height; y++) {
      for (let x = 0; x < 2 * width; x++) {
        output[(c * 2 * height + y) * 2 * width + x] = data[(c * height + (y >> 1)) * width + (x >> 1)]!;
      }
    }
  }
  return { data: output, dims: [1, channels, 2 * height, 2 * width] };
};

export function toyUpscaler(forward: Forward = repeatTwice): Upscaler {
  return {
    scale: 2,
    valueRange: 255,
    weightBytes: 0,
    forward,
    activationBytes: (width, height) => 1000 * width * height,
  };
}

/** A picture in which every pixel differs from its neighbours. */
export function texture(width: number, height: number, channels: 1 | 2 | 3 | 4 = 3) {
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => (i * 89 + (i >> 5) * 7) % 256,
  );
  if (channels % 2 === 0) for (let i = channels - 1; i < data.length; i += channels) data[i] = 255;
  return { width, height, channels, data };
}
