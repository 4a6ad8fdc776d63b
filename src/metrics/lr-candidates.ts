import { kernelTaps, makeAxis } from '../image/axis.ts';
import { degradeBD, degradeBI } from '../image/degrade.ts';
import { type Image, samplesLike } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';
import { cubic } from '../image/kernels.ts';
import { pillowBicubic } from '../image/pillow.ts';
import { resample } from '../image/resample.ts';

/** A way to make LR pictures that `identifyLR` knows. */
export interface LRMethod {
  readonly name: string;
  /** Completes "LR was made by …". */
  readonly description: string;
  /** LR of a modcropped HR picture, or undefined where the method does not apply to its sample type. */
  readonly make: (hr: Image, scale: number) => Image | undefined;
}

/** In the order in which they are tried. */
export const LR_METHODS: readonly LRMethod[] = [
  {
    name: 'BI replicate',
    description: "MATLAB's bicubic (BI) with a replicate border",
    make: (hr, scale) => degradeBI(hr, scale, 'replicate'),
  },
  {
    name: 'BI symmetric',
    description: "MATLAB's bicubic (BI) with a symmetric border",
    make: (hr, scale) => degradeBI(hr, scale, 'symmetric'),
  },
  {
    name: 'BI unrounded',
    description: "MATLAB's bicubic without rounding between the passes, as most Python copies do",
    make: (hr, scale) => imresize(hr, 1 / scale, { border: 'symmetric', roundBetweenPasses: false }),
  },
  { name: 'Pillow', description: "Pillow's bicubic", make: pillow },
  { name: 'BD', description: 'blur and downsampling (BD)', make: degradeBD },
  {
    name: 'OpenCV',
    description: "a bicubic without antialiasing, such as OpenCV's INTER_CUBIC or PyTorch's interpolate",
    make: withoutAntialiasing,
  },
  ...shiftedMethods(),
];

function pillow(hr: Image, scale: number): Image | undefined {
  const { data } = hr;
  if (!(data instanceof Uint8Array)) return undefined;
  return pillowBicubic({ ...hr, data }, { width: hr.width / scale, height: hr.height / scale });
}

function withoutAntialiasing(hr: Image, scale: number): Image {
  const axis = (size: number) =>
    makeAxis(size, kernelTaps(size / scale, 1 / scale, cubic(-0.75), false), 'replicate');
  return resample(hr, {
    height: axis(hr.height),
    width: axis(hr.width),
    first: 'height',
    roundBetweenPasses: false,
  });
}

/** BI of HR moved by one HR pixel or one LR pixel into each of the eight directions. */
function shiftedMethods(): LRMethod[] {
  const directions = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => ({ dx, dy })));
  const moves = directions.filter(({ dx, dy }) => dx !== 0 || dy !== 0);
  return (['HR', 'LR'] as const).flatMap((unit) =>
    moves.map(({ dx, dy }) => ({
      name: `shifted ${dx},${dy} ${unit}`,
      description: `MATLAB's bicubic, shifted by (${dx}, ${dy}) ${unit} pixels to the right and down`,
      make: (hr: Image, scale: number) => {
        const step = unit === 'HR' ? 1 : scale;
        return degradeBI(shift(hr, dx * step, dy * step), scale);
      },
    })),
  );
}

/** Moves the content to the right and down, repeating the edge. */
function shift(image: Image, dx: number, dy: number): Image {
  const { width, height, channels } = image;
  const data = samplesLike(image.data, image.data.length);
  const clamp = (value: number, size: number) => Math.min(Math.max(value, 0), size - 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (clamp(y - dy, height) * width + clamp(x - dx, width)) * channels;
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = image.data[from + c]!;
    }
  }
  return { ...image, data };
}
