/** What state dicts tell about the network that they belong to. */
import type { StateDict } from '../tensor.ts';

/** Number of distinct numbered children directly below a path (never more than there are keys). */
export function childCount(state: StateDict, path: string): number {
  const indices = new Set<string>();
  for (const key of state.keys()) {
    const [index = ''] = key.startsWith(`${path}.`) ? key.slice(path.length + 1).split('.') : [];
    if (/^\d+$/.test(index)) indices.add(index);
  }
  return indices.size;
}

/**
 * 255 or 1, from the size of the mean that is subtracted (about 0.44 of the range; training moves it little).
 * 255, the original's, where the file has no mean shift.
 */
export function valueRangeFrom(state: StateDict): number {
  const bias = state.get('sub_mean.bias')?.data;
  return bias?.every((value) => Math.abs(value) < 2) ? 1 : 255;
}

/** The guess of `valueRangeFrom`, where it is one. */
export function valueRangeGuess(state: StateDict): Record<string, string> {
  return state.has('sub_mean.bias')
    ? {}
    : { valueRange: 'the file holds no mean shift; the published networks work on 0..255' };
}

/**
 * Which convolutions a state dict lacks, for networks that are told apart by their kernels.
 *
 * @param kernels side of the square kernel under each key; undefined for any
 */
export function missingKernels(
  state: StateDict,
  kernels: Readonly<Record<string, number | undefined>>,
): string[] {
  return Object.entries(kernels)
    .filter(([key, side]) => {
      const [, , rows, columns] = state.get(key)?.dims ?? [];
      return rows === undefined || columns !== rows || rows !== (side ?? rows);
    })
    .map(([key, side]) => (side === undefined ? key : `${key} of ${side}×${side}`));
}
