/** The pictures of a figure: reading the files that its options name, and checking that they fit. */
import { basename } from 'node:path';
import { matchNames, pictureName, stem } from '../data/file-name.ts';
import { InputError } from '../errors.ts';
import { greyToRgb } from '../image/colour.ts';
import { modcrop } from '../image/crop.ts';
import { degradeBI } from '../image/degrade.ts';
import { hasAlpha, type Image, type Size } from '../image/image.ts';
import { readPicture } from '../node/picture.ts';
import { splitCaption } from './captions.ts';
import { UsageError } from './failure.ts';
import { findSet } from './picture-pairs.ts';

export type Pixels = Image<Uint8Array | Uint16Array>;

/** A picture to be compared with HR. */
export interface Candidate {
  readonly name: string;
  readonly image: Pixels;
}

export interface FigureInputs {
  readonly name: string;
  /** Cut to a multiple of the scale. */
  readonly hr: Pixels;
  readonly lr: Pixels;
  /** Of HR's size. */
  readonly sr: readonly Candidate[];
}

export interface InputOptions {
  /** Files with or without a caption; those of `sr` may be folders that hold a picture of HR's name. */
  hr: string;
  lr?: string;
  sr: readonly string[];
  scale: number;
  limitPixels: number;
}

/**
 * Reads what a figure needs. LR is made by bicubic (BI) where it is not given. If one picture has colour, the grey
 * ones become RGB, as otherwise their numbers would follow another rule.
 *
 * @throws {UsageError} for what is not there; {InputError} for alpha and for sizes that do not fit
 */
export async function readInputs(options: InputOptions): Promise<FigureInputs> {
  const { scale } = options;
  const named = splitCaption(options.hr);
  const hr = modcrop(await read(await findFile('HR', named.source), options), scale);
  const sr: Candidate[] = [];
  for (const { source, caption } of options.sr.map((text) => splitCaption(text))) {
    const file = await findFile('SR', source, { hr: named.source, scale });
    const image = await read(file, options);
    checkSize(file, image, hr, `the size of HR${scale > 1 ? `, cut to a multiple of ${scale}` : ''}`);
    sr.push({ name: caption ?? (file === source ? stem(file) : basename(source)), image });
  }
  const lr = options.lr === undefined ? degradeBI(hr, scale) : await readLR(options.lr, hr, options);
  const name = named.caption ?? pictureName(named.source);
  return { name, ...sameColours({ hr, lr, sr }) };
}

async function readLR(path: string, hr: Pixels, options: InputOptions): Promise<Pixels> {
  const { scale } = options;
  const lr = await read(await findFile('LR', path), options);
  checkSize(
    path,
    lr,
    { width: hr.width / scale, height: hr.height / scale },
    `HR's size divided by ${scale}`,
  );
  return lr;
}

/** The file itself, or of a folder the one with HR's name. */
async function findFile(
  label: string,
  path: string,
  partner?: { hr: string; scale: number },
): Promise<string> {
  const { isFolder, files } = await findSet(label, path);
  if (!isFolder) return path;
  if (!partner) throw new UsageError(`--${label.toLowerCase()} ${path}: expected a file, found a folder`);
  const found = files.filter((file) => haveNameInCommon(partner.hr, file, partner.scale));
  if (found.length === 1) return found[0]!;
  throw new InputError(
    `${path}: expected one picture with the name of ${partner.hr} (×${partner.scale}), ` +
      `found ${found.length > 0 ? found.join(', ') : `none among ${files.length}`}`,
  );
}

function haveNameInCommon(hr: string, file: string, scale: number): boolean {
  const names = new Set(
    matchNames(hr)
      .flat()
      .map(({ name }) => name),
  );
  return matchNames(file)
    .flat()
    .some((match) => names.has(match.name) && (match.scale ?? scale) === scale);
}

async function read(path: string, options: InputOptions): Promise<Pixels> {
  const { image, notes } = await readPicture(path, options);
  for (const note of notes) process.stderr.write(`${path}: ${note}\n`);
  if (hasAlpha(image)) {
    throw new InputError(
      `${path}: expected a picture without alpha (1 or 3 channels), found ${image.channels} channels; ` +
        'remove its alpha channel first',
    );
  }
  return image;
}

function checkSize(path: string, { width, height }: Pixels, expected: Size, meaning: string): void {
  if (width === expected.width && height === expected.height) return;
  throw new InputError(
    `${path}: expected ${expected.width}×${expected.height} (${meaning}), found ${width}×${height}`,
  );
}

function sameColours<T extends Pick<FigureInputs, 'hr' | 'lr' | 'sr'>>({ hr, lr, sr }: T) {
  const grey = [hr, lr, ...sr.map(({ image }) => image)].every(({ channels }) => channels === 1);
  if (grey) return { hr, lr, sr };
  return {
    hr: greyToRgb(hr),
    lr: greyToRgb(lr),
    sr: sr.map(({ name, image }) => ({ name, image: greyToRgb(image) })),
  };
}
