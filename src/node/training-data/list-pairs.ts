/** Finding the pictures to train and test with: any folders, or those of the original's data sets. */
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileName, pictureName } from '../../data/file-name.ts';
import { lrFolder } from '../../data/layout.ts';
import { matchByName, pairByName, pairEach } from '../../data/pairing.ts';
import type { TrainingDegradation } from '../../data/photo.ts';
import { InputError } from '../../errors.ts';
import type { PictureSource } from '../../train/options.ts';
import { describeMissing, listPictures } from '../list-pictures.ts';
import { PICTURE_EXTENSIONS } from '../picture.ts';

/** The files of one picture. LR without a file is made of HR; without HR there is nothing to compare with. */
export interface PicturePair {
  /** Its own name, as in `pictureName`, or the file name where another picture of the list has that name too. */
  readonly name: string;
  readonly hr?: string;
  readonly lr?: string;
}

/** The files of a picture to train with. */
export interface TrainingPair extends PicturePair {
  readonly hr: string;
}

/** Where pictures to test with come from. */
export type TestSource =
  | PictureSource
  /** `<testpath>/<set>/x<scale>`, and HR in `HR/<set>/x<scale>` beside or above `testpath`, where that is there. */
  | { readonly kind: 'testpath'; readonly testpath: string; readonly set: string }
  /** All pictures of a folder, without HR. */
  | { readonly kind: 'demo'; readonly folder: string };

export interface ListOptions {
  readonly scale: number;
  /** Which LR folder of a data set is read, where it is there; for `photo` there is none. */
  readonly degradation: TrainingDegradation;
}

/**
 * The pictures of a source, sorted, LR and HR paired by name.
 *
 * @throws {InputError} for a folder that is missing or has no pictures, and for an HR without LR where there are LR
 */
export async function listTrainingPairs(
  source: PictureSource,
  options: ListOptions,
): Promise<TrainingPair[]> {
  return uniqueNames(await findPairs(source, options));
}

/**
 * As `listTrainingPairs`, from other sources too.
 *
 * @throws {InputError} as `listTrainingPairs` does
 */
export async function listValidationPairs(source: TestSource, options: ListOptions): Promise<PicturePair[]> {
  switch (source.kind) {
    case 'testpath':
      return uniqueNames(await testPictures(source.testpath, source.set, options.scale));
    case 'demo':
      return uniqueNames((await picturesIn(source.folder)).map((lr) => ({ lr })));
    default:
      return listTrainingPairs(source, options);
  }
}

type Files = Omit<PicturePair, 'name'>;
type HRFiles = Omit<TrainingPair, 'name'>;

async function findPairs(source: PictureSource, options: ListOptions): Promise<HRFiles[]> {
  switch (source.kind) {
    case 'folders': {
      const hr = await picturesIn(source.hr);
      if (source.lr === undefined) return hr.map((path) => ({ hr: path }));
      const pairs = pairByName(
        { label: 'HR', files: hr },
        { label: 'LR', files: await picturesIn(source.lr) },
      );
      return pairs.map(({ first, second }) => ({ hr: first, lr: second }));
    }
    case 'benchmark': {
      const folder = join(source.root, 'benchmark', source.set, 'HR');
      return withLR(folder, await picturesIn(folder), options);
    }
    case 'div2k':
      return numberedPairs(source, options);
  }
}

/** With the LR files of the folder that belongs to an HR folder, if there is one. */
async function withLR(folder: string, hr: readonly string[], options: ListOptions): Promise<HRFiles[]> {
  const { scale, degradation } = options;
  const small = degradation === 'photo' ? undefined : lrFolder(folder, scale, degradation);
  if (small === undefined || !(await isFolder(small))) return hr.map((path) => ({ hr: path }));
  const pairs = pairEach({ label: 'HR', files: hr }, { label: 'LR', files: await picturesIn(small) });
  return pairs.map(({ first, second }) => ({ hr: first, lr: second }));
}

/**
 * DIV2K by number. The folder of the training pictures may hold those for validation too, as the original wants it;
 * the archives that are published have them in a folder of their own.
 */
async function numberedPairs(
  { root, first, last }: Extract<PictureSource, { kind: 'div2k' }>,
  options: ListOptions,
): Promise<HRFiles[]> {
  const train = join(root, 'DIV2K', 'DIV2K_train_HR');
  const valid = join(root, 'DIV2K', 'DIV2K_valid_HR');
  const names = Array.from({ length: last - first + 1 }, (_, i) => `${first + i}.png`.padStart(8, '0'));
  const inTrain = new Set(await picturesIn(train));
  const inValid = new Set((await isFolder(valid)) ? await picturesIn(valid) : []);
  const files = names.map((name) => {
    if (inTrain.has(join(train, name))) return join(train, name);
    if (inValid.has(join(valid, name))) return join(valid, name);
    throw new InputError(
      `${join(train, name)}: no such file; ${names[0]} to ${names.at(-1)} are asked for, and ${inTrain.size} ` +
        'pictures are there',
    );
  });
  const part = (of: ReadonlySet<string>) => files.filter((file) => of.has(file));
  return [...(await withLR(train, part(inTrain), options)), ...(await withLR(valid, part(inValid), options))];
}

/** LR, and HR where a folder for it is found as `sisr prepare` or the original lays it out. */
async function testPictures(testpath: string, set: string, scale: number): Promise<Files[]> {
  const lr = await picturesIn(join(testpath, set, `x${scale}`));
  for (const above of [dirname(resolve(testpath)), dirname(dirname(resolve(testpath)))]) {
    const folder = join(above, 'HR', set, `x${scale}`);
    if (!(await isFolder(folder))) continue;
    const { pairs } = matchByName(
      { label: 'LR', files: lr },
      { label: 'HR', files: await picturesIn(folder) },
    );
    const partners = new Map(pairs.map(({ first, second }) => [first, second]));
    return lr.map((path) => ({ lr: path, ...(partners.has(path) && { hr: partners.get(path)! }) }));
  }
  return lr.map((path) => ({ lr: path }));
}

/** The paths of the pictures in a folder, sorted. @throws {InputError} where there is no such folder, or none in it */
async function picturesIn(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw new InputError(await describeMissing(folder));
  if (!found.isDirectory()) throw new InputError(`${folder}: expected a folder, found a file`);
  const names = await listPictures(folder);
  if (names.length > 0) return names.map((name) => join(folder, name));
  throw new InputError(`${folder}: no pictures (${PICTURE_EXTENSIONS.join(', ')}) in this folder`);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function uniqueNames<P extends Files>(files: readonly P[]): (P & { name: string })[] {
  const path = ({ hr, lr }: Files) => hr ?? lr ?? '';
  const names = files.map((pair) => pictureName(path(pair)));
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return files.map((pair, i) => {
    const name = names[i]!;
    return { ...pair, name: counts.get(name) === 1 ? name : fileName(path(pair)) };
  });
}
