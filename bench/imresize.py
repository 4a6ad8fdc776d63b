"""MATLAB's bicubic imresize in NumPy, and Pillow's resize: what bench/imresize.mjs measures against.

python3 bench/imresize.py WIDTH HEIGHT ROUNDS prints, for x1/2 of RGB,
{"NumPy, as MATLAB": [ms...], "Pillow (8-bit fixed point)": [ms...]}.
"""

import json
import sys
import time

import numpy as np


def cubic(x):
    t = np.abs(x)
    inner = 1.5 * t**3 - 2.5 * t**2 + 1
    outer = -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
    return np.where(t <= 1, inner, np.where(t <= 2, outer, 0.0))


def contributions(n, m, scale, border):
    stretch = min(scale, 1.0)
    width = 4 / stretch
    taps = int(np.ceil(width)) + 2
    u = np.arange(1, m + 1) / scale + 0.5 * (1 - 1 / scale)
    index = np.floor(u - width / 2).astype(int)[:, None] + np.arange(taps)
    weights = stretch * cubic(stretch * (u[:, None] - index))
    weights /= weights.sum(axis=1, keepdims=True)
    index -= 1
    if border == "symmetric":
        index = np.concatenate([np.arange(n), np.arange(n)[::-1]])[index % (2 * n)]
    else:
        index = np.clip(index, 0, n - 1)
    used = np.any(weights != 0, axis=0)
    return weights[:, used], index[:, used]


def along_height(image, m, scale, border):
    weights, index = contributions(image.shape[0], m, scale, border)
    out = np.zeros((m,) + image.shape[1:])
    for p in range(weights.shape[1]):
        out += weights[:, p, None, None] * image[index[:, p]]
    return np.floor(np.clip(out, 0, 255) + 0.5).astype(np.uint8)


def imresize(image, scale, border="symmetric"):
    """uint8 H x W x C, rounded to uint8 after each pass."""
    height, width = (int(np.ceil(size * scale)) for size in image.shape[:2])
    tall = along_height(image, height, scale, border)
    return along_height(tall.transpose(1, 0, 2), width, scale, border).transpose(1, 0, 2)


def timed(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


if __name__ == "__main__":
    from PIL import Image

    width, height, rounds = map(int, sys.argv[1:4])
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    picture = Image.fromarray(pixels)
    half = ((width + 1) // 2, (height + 1) // 2)
    print(json.dumps({
        "NumPy, as MATLAB": [timed(lambda: imresize(pixels, 0.5)) for _ in range(rounds)],
        "Pillow (8-bit fixed point)": [timed(lambda: picture.resize(half, Image.BICUBIC)) for _ in range(rounds)],
    }))
