"""SSIM on RGB in the style of BasicSR, with NumPy alone: what bench/ssim.mjs measures against.

python3 bench/ssim.py WIDTH HEIGHT ROUNDS prints {"NumPy": [ms...]}.
"""

import json
import sys
import time

import numpy as np

KERNEL = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
KERNEL /= KERNEL.sum()


def blur(plane):
    height, width = plane.shape
    tall = sum(w * plane[k:height - 10 + k] for k, w in enumerate(KERNEL))
    return sum(w * tall[:, k:width - 10 + k] for k, w in enumerate(KERNEL))


def ssim_plane(a, b):
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mu1, mu2 = blur(a), blur(b)
    var1, var2, cov = blur(a * a) - mu1**2, blur(b * b) - mu2**2, blur(a * b) - mu1 * mu2
    ratio = ((2 * mu1 * mu2 + c1) * (2 * cov + c2)) / ((mu1**2 + mu2**2 + c1) * (var1 + var2 + c2))
    return ratio.mean()


def ssim(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    return float(np.mean([ssim_plane(a[..., c], b[..., c]) for c in range(a.shape[2])]))


def timed(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


if __name__ == "__main__":
    width, height, rounds = map(int, sys.argv[1:4])
    random = np.random.default_rng(1)
    first = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    second = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    print(json.dumps({"NumPy": [timed(lambda: ssim(first, second)) for _ in range(rounds)]}))
