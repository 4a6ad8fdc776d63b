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
  return bias && Math.max(...bias.map(Math.abs)) < 2 ? 1 : 255;
}
