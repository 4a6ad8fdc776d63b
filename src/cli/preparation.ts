/** What `prepare` makes of which picture, and making it, several pictures at a time. */
import { dirname, join, resolve } from 'node:path';
import pMap, { pMapSkip } from 'p-map';
import { pictureName } from '../data/file-name.ts';
import { setName } from '../data/layout.ts';
import { type PreparedFile, type PrepareOptions, preparedFiles } from '../data/prepare.ts';
import { InputError } from '../errors.ts';
import { readPicture } from '../node/picture.ts';
import { PICTURES_AT_ONCE } from '../node/pictures-at-once.ts';
import { exists, writeWhole } from '../node/write-file.ts';
import { encodePicture } from '../node/write-picture.ts';
import { oneLine, UsageError } from './failure.ts';
import { findSet, type PictureSet } from './picture-pairs.ts';

type Samples = Uint8Array | Uint16Array;

/** One picture of `prepare --json`. */
export interface PreparedPicture {
  readonly input: string;
  readonly name: string;
  readonly files: readonly { kind: 'HR' | 'LR'; scale: number; path: string }[];
  readonly error?: string;
}

/** A picture and what is made of it. */
export interface PreparationJob {
  readonly input: string;
  readonly name: string;
  /** With their paths on disk. */
  readonly files: readonly PreparedFile<Samples>[];
}

/**
 * @throws {UsageError} where the pictures do not exist or two would be written to one place
 * @throws {InputError} where files exist that must not be replaced
 */
export async function planPreparation(
  hr: string,
  options: PrepareOptions & { output: string; set?: string; overwrite?: boolean },
): Promise<PreparationJob[]> {
  const found = await findSet('HR', hr);
  const set = options.set ?? nameOf(found);
  if (/[/\\]|^\.*$/.test(set)) throw new UsageError(`--set ${set}: expected a name without / and \\`);
  const jobs = found.files.map((input) => {
    const name = pictureName(input);
    const files = preparedFiles<Samples>({ set, name }, options).map((file) => ({
      ...file,
      path: join(options.output, file.path),
    }));
    return { input, name, files: files.filter(({ kind, path }) => kind === 'LR' || !isSame(path, input)) };
  });
  refuseCollisions(jobs);
  if (!options.overwrite) await refuseExisting(jobs);
  return jobs;
}

function nameOf({ isFolder, path }: PictureSet): string {
  const folder = resolve(isFolder ? path : dirname(path));
  const name = setName(folder);
  if (name === undefined) throw new UsageError(`--set: no name of a set in ${folder}; name it`);
  return name;
}

function isSame(a: string, b: string): boolean {
  return resolve(a) === resolve(b);
}

/** No two pictures may end up in one file, and no file that is made may replace an original. */
function refuseCollisions(jobs: readonly PreparationJob[]): void {
  const taken = new Map(jobs.map(({ input }) => [resolve(input), input]));
  for (const { input, files } of jobs) {
    for (const { path } of files) {
      const other = taken.get(resolve(path));
      if (other !== undefined)
        throw new UsageError(`${path}, which ${input} would be written to, belongs to ${other}`);
      taken.set(resolve(path), input);
    }
  }
}

async function refuseExisting(jobs: readonly PreparationJob[]): Promise<void> {
  const paths = jobs.flatMap(({ files }) => files.map(({ path }) => path));
  const there = await Promise.all(paths.map(exists));
  const existing = paths.filter((_, i) => there[i]);
  if (existing.length === 0) return;
  throw new InputError(
    `${existing.length} of ${paths.length} files exist already, the first is ${existing[0]}: ` +
      'nothing was made; use --overwrite to replace them',
  );
}

export interface PreparationRun {
  readonly overwrite?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Makes the files, of several pictures at a time. A picture that fails does not stop the others; where the signal is
 * aborted, those under way are finished and no others begun.
 *
 * @returns the pictures that were finished or failed, in the order of the jobs
 */
export async function preparePictures(
  jobs: readonly PreparationJob[],
  { overwrite, signal, onProgress }: PreparationRun,
): Promise<PreparedPicture[]> {
  let done = 0;
  const prepare = async (job: PreparationJob) => {
    if (signal.aborted) return pMapSkip;
    const picture = await prepareOne(job, overwrite);
    onProgress(++done, jobs.length);
    return picture;
  };
  onProgress(0, jobs.length);
  return pMap(jobs, prepare, { concurrency: PICTURES_AT_ONCE });
}

async function prepareOne(
  { input, name, files }: PreparationJob,
  overwrite: boolean | undefined,
): Promise<PreparedPicture> {
  const listed = files.map(({ kind, scale, path }) => ({ kind, scale, path }));
  try {
    const { image } = await readPicture(input);
    // Written once all of them are made, so that a picture too small for one scale leaves nothing behind.
    const encoded: { path: string; bytes: Uint8Array }[] = [];
    for (const { path, make } of files)
      encoded.push({ path, ...(await encodePicture(make(image), { format: 'png' })) });
    for (const { path, bytes } of encoded) await writeWhole(path, bytes, { overwrite });
    return { input, name, files: listed };
  } catch (error) {
    return { input, name, files: listed, error: withoutPath(oneLine(error), input) };
  }
}

/** `readPicture` puts the path first, as the report does. */
function withoutPath(message: string, path: string): string {
  return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}
