/**
 * BasicSR's key names for RCAN and EDSR, changed to the official ones. BasicSR keeps no mean shift in the file: it
 * subtracts the DIV2K mean on values 0..1 and multiplies by 255, which is the official network on 0..255.
 */
import type { StateDict } from '../tensor.ts';
import { childCount } from './state.ts';

/** The official order of the parts at the top level. */
const TOP_LEVEL = ['sub_mean', 'add_mean', 'head', 'body', 'tail'];

const RENAMES: readonly [RegExp, (...groups: string[]) => string][] = [
  [/^conv_first\.(.+)$/, (rest) => `head.0.${rest}`],
  [
    /^body\.(\d+)\.residual_group\.(\d+)\.rcab\.([02])\.(.+)$/,
    (g, b, i, rest) => `body.${g}.body.${b}.body.${i}.${rest}`,
  ],
  [
    /^body\.(\d+)\.residual_group\.(\d+)\.rcab\.3\.attention\.([13])\.(.+)$/,
    (g, b, i, rest) => `body.${g}.body.${b}.body.3.conv_du.${Number(i) - 1}.${rest}`,
  ],
  // EDSR's residual block
  [/^body\.(\d+)\.conv([12])\.(.+)$/, (b, i, rest) => `body.${b}.body.${i === '1' ? 0 : 2}.${rest}`],
  [/^upsample\.(\d+)\.(.+)$/, (i, rest) => `tail.0.${i}.${rest}`],
  [/^conv_last\.(.+)$/, (rest) => `tail.1.${rest}`],
];

/** In RCAN's and in EDSR's first block. */
const BLOCKS = ['body.0.residual_group.0.rcab.0.weight', 'body.0.conv1.weight'];

/** The same tensors under the official names; a state dict with other names is returned as it is. */
export function fromBasicSr(state: StateDict): StateDict {
  if (!state.has('conv_after_body.weight') || !BLOCKS.some((key) => state.has(key))) return state;
  const groups = childCount(state, 'body');
  const blocks = childCount(state, 'body.0.residual_group');
  const renamed = [...state].map(([key, value]) => [rename(key, groups, blocks), value] as const);
  const part = (key: string) => TOP_LEVEL.indexOf(key.split('.')[0] ?? '');
  return new Map(renamed.toSorted(([a], [b]) => part(a) - part(b)));
}

function rename(key: string, groups: number, blocks: number): string {
  const group = /^body\.(\d+)\.conv\.(.+)$/.exec(key);
  if (group) return `body.${group[1]}.body.${blocks}.${group[2]}`;
  const after = /^conv_after_body\.(.+)$/.exec(key);
  if (after) return `body.${groups}.${after[1]}`;
  for (const [pattern, official] of RENAMES) {
    const match = pattern.exec(key);
    if (match) return official(...match.slice(1));
  }
  return key;
}
