/**
 * What a picture's file name says beside the picture's own name. The tags are those of the original programs:
 * `baby_HR_x2`, `baby_LRBI_x2`, `baby_RCAN_x2`, `baby_x2_SR`, `0801x2`, `baby_HR`.
 */

/** A name that a file can be matched by. */
export interface MatchName {
  readonly name: string;
  /** The scale that was cut off, where there was one. */
  readonly scale?: number;
}

const ROLE = '(?:HR|LR[A-Z]*|SR)';
/** Starts with a letter: in `img_1_x2` the 1 belongs to the picture. */
const METHOD = '[A-Z][^_]*';

const TAGS: readonly (readonly RegExp[])[] = [
  [new RegExp(`^(.+)_${ROLE}$`, 'i'), /^(.+?)_?x(\d+)$/i],
  [new RegExp(`^(.+)_${METHOD}_x(\\d+)$`, 'i'), new RegExp(`^(.+?)_?x(\\d+)_${ROLE}$`, 'i')],
];

/** The file name without folder and ending. */
export function stem(path: string): string {
  const file = fileName(path);
  const dot = file.lastIndexOf('.');
  return dot > 0 ? file.slice(0, dot) : file;
}

/** The last part of a path with / or \. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/**
 * The names that a file can be matched by, in groups from the most exact to the most stripped: the file name, its
 * stem, the stem without one tag, the stem without method and scale.
 */
export function matchNames(path: string): readonly (readonly MatchName[])[] {
  const whole = stem(path);
  const stripped = TAGS.map((patterns) => patterns.flatMap((pattern) => strip(whole, pattern)));
  return [[{ name: fileName(path) }], [{ name: whole }], ...stripped];
}

function strip(whole: string, pattern: RegExp): MatchName[] {
  const match = pattern.exec(whole);
  if (!match) return [];
  const [, name = '', scale] = match;
  return [scale === undefined ? { name } : { name, scale: Number(scale) }];
}

const OWN_TAGS = [
  new RegExp(`^(.+)_${ROLE}_x\\d+$`, 'i'),
  new RegExp(`^(.+?)_?x\\d+_${ROLE}$`, 'i'),
  new RegExp(`^(.+)_${ROLE}$`, 'i'),
];

/** A picture's own name: the stem without HR, LR or SR and their scale; `baby_HR_x2.png` is `baby`. */
export function pictureName(path: string): string {
  const whole = stem(path);
  for (const pattern of OWN_TAGS) {
    const match = pattern.exec(whole);
    if (match) return match[1]!;
  }
  return whole;
}
