/** An interpolation kernel: its value at a distance in samples, zero beyond half its width. */
export interface Kernel {
  readonly weight: (distance: number) => number;
  /** Full width of the support, in samples. */
  readonly width: number;
}

/** The names that MATLAB's `imresize` takes as its method; `nearest` is `box` without antialiasing. */
export type KernelName = 'bicubic' | 'bilinear' | 'box' | 'nearest' | 'lanczos2' | 'lanczos3';

/**
 * Cubic convolution with the free parameter `a`: −0.5 in MATLAB and Pillow, −0.75 in OpenCV and PyTorch.
 * Keys, "Cubic convolution interpolation for digital image processing", IEEE TASSP 29(6), 1981.
 */
export function cubic(a: number): Kernel {
  const weight = (distance: number): number => {
    const t = Math.abs(distance);
    const t2 = t * t;
    const t3 = t2 * t;
    if (t <= 1) return (a + 2) * t3 - (a + 3) * t2 + 1;
    return t <= 2 ? a * t3 - 5 * a * t2 + 8 * a * t - 4 * a : 0;
  };
  return { weight, width: 4 };
}

function lanczos(lobes: 2 | 3): Kernel {
  // Epsilon above and below the line gives 1 at distance 0, as in MATLAB.
  const epsilon = Number.EPSILON;
  const weight = (x: number): number => {
    if (Math.abs(x) >= lobes) return 0;
    const numerator = Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / lobes) + epsilon;
    return numerator / ((Math.PI ** 2 * x * x) / lobes + epsilon);
  };
  return { weight, width: 2 * lobes };
}

const BOX: Kernel = { weight: (x) => (x >= -0.5 && x < 0.5 ? 1 : 0), width: 1 };

/** The method table of MATLAB's `imresize`. */
export const KERNELS: Readonly<Record<KernelName, Kernel>> = {
  bicubic: cubic(-0.5),
  bilinear: { weight: (x) => Math.max(0, 1 - Math.abs(x)), width: 2 },
  box: BOX,
  nearest: BOX,
  lanczos2: lanczos(2),
  lanczos3: lanczos(3),
};

/** Pixels on each side that bicubic interpolation looks at. */
export const BICUBIC_REACH = KERNELS.bicubic.width / 2;
