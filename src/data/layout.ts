/** Where prepared pictures go: the folders and names of the original programs. */
import type { Degradation } from '../image/degrade.ts';

export interface PreparedName {
  /** Of the set, such as `Set5`. */
  readonly set: string;
  /** Of the picture, such as `baby`. */
  readonly name: string;
  readonly scale: number;
  readonly degradation: Degradation;
}

export interface Layout {
  readonly name: 'rcan' | 'div2k' | 'flat';
  readonly description: string;
  /** Whether one HR picture serves all scales, cut to a multiple of them all. */
  readonly sharesHR: boolean;
  /** Paths with / below the output folder. */
  readonly hr: (picture: PreparedName) => string;
  readonly lr: (picture: PreparedName) => string;
}

/** All layouts, the default first. */
export const LAYOUTS: readonly Layout[] = [
  {
    name: 'rcan',
    description: "as RCAN's test code reads it",
    sharesHR: false,
    hr: ({ set, name, scale }) => `HR/${set}/x${scale}/${name}_HR_x${scale}.png`,
    lr: ({ set, name, scale, degradation }) =>
      `LR/LR${degradation}/${set}/x${scale}/${name}_LR${degradation}_x${scale}.png`,
  },
  {
    name: 'div2k',
    description: "as DIV2K is published and RCAN's training reads it",
    sharesHR: true,
    hr: ({ set, name }) => `${set}_HR/${name}.png`,
    lr: ({ set, name, scale, degradation }) =>
      `${lrFolder(`${set}_HR`, scale, degradation)}/${name}x${scale}.png`,
  },
  {
    name: 'flat',
    description: 'HR and LR with equal names',
    sharesHR: false,
    hr: ({ name, scale }) => `HR/x${scale}/${name}.png`,
    lr: ({ name, scale }) => `LR/x${scale}/${name}.png`,
  },
];

/** The name of a set from its folder: the last part of the path that is neither a role nor a scale. */
export function setName(folder: string): string | undefined {
  const parts = folder.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const found = parts.reverse().find((part) => !/^(?:HR|x\d+)$/i.test(part));
  return found?.replace(/_HR$/i, '');
}

/**
 * Where the LR pictures of an HR folder lie in the data sets that the original reads: `DIV2K_train_LR_bicubic/X2`
 * beside `DIV2K_train_HR`, `LR_bicubic/X2` beside `HR`.
 */
export function lrFolder(hrFolder: string, scale: number, degradation: Degradation): string {
  const kind = degradation === 'BI' ? 'bicubic' : degradation;
  return `${hrFolder.replace(/HR$/, '')}LR_${kind}/X${scale}`;
}
