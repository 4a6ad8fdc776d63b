/** The pictures of a benchmark on disk: HR, LR or both, and where their SR goes. */
import { join } from 'node:path';
import { pictureName, stem } from '../data/file-name.ts';
import type { CheckedLR } from '../evaluate/lr-summary.ts';
import { identifyLR } from '../metrics/lr-check.ts';
import { readPicture } from '../node/picture.ts';
import { checkWritable } from '../node/write-file.ts';
import { oneLine, UsageError } from './failure.ts';
import { findSet, pairSets } from './picture-pairs.ts';
import type { Progress } from './progress.ts';

export interface BenchmarkFiles {
  readonly name: string;
  /** Paths. */
  readonly hr?: string;
  readonly lr?: string;
}

/** @throws {InputError} where nothing is named, does not exist, or the files of both folders are no pairs */
export async function findBenchmark(options: { hr?: string; lr?: string }): Promise<BenchmarkFiles[]> {
  const hr = options.hr === undefined ? undefined : await findSet('HR', options.hr);
  const lr = options.lr === undefined ? undefined : await findSet('LR', options.lr);
  if (hr && lr) return pairSets(hr, lr).map(({ name, first, second }) => ({ name, hr: first, lr: second }));
  if (hr) return hr.files.map((path) => ({ name: pictureName(path), hr: path }));
  if (lr) return lr.files.map((path) => ({ name: pictureName(path), lr: path }));
  throw new UsageError('eval needs --hr, --lr or both');
}

/**
 * `<name>_<model>_x<scale>.png` for every picture. An underscore in the model's name becomes a hyphen, so that the
 * files can be paired with HR by name again.
 *
 * @throws {InputError} where two pictures would get one name, or a file exists that must not be replaced
 */
export async function planOutputs(
  pictures: readonly BenchmarkFiles[],
  options: { saveSr?: string; overwrite?: boolean; model: string; scale: number },
): Promise<ReadonlyMap<BenchmarkFiles, string>> {
  const { saveSr: folder, model, scale } = options;
  const outputs = new Map<BenchmarkFiles, string>();
  if (folder === undefined) return outputs;
  const taken = new Set<string>();
  for (const picture of pictures) {
    const output = join(folder, `${picture.name}_${stem(model).replaceAll('_', '-')}_x${scale}.png`);
    if (taken.has(output)) throw new UsageError(`two pictures would be saved as ${output}`);
    await checkWritable(output, options);
    taken.add(output);
    outputs.set(picture, output);
  }
  return outputs;
}

/** How LR was made, for every picture that has HR and LR; or what is wrong with the picture. */
export async function checkBenchmark(
  pictures: readonly BenchmarkFiles[],
  scale: number,
  { signal, progress }: { signal: AbortSignal; progress: Progress },
): Promise<{ checked: CheckedLR[]; errors: Map<BenchmarkFiles, string> }> {
  const checked: CheckedLR[] = [];
  const errors = new Map<BenchmarkFiles, string>();
  for (const [index, picture] of pictures.entries()) {
    if (signal.aborted) break;
    const { name, hr, lr } = picture;
    if (hr === undefined || lr === undefined) continue;
    try {
      const [original, reduced] = await Promise.all([readPicture(hr), readPicture(lr)]);
      checked.push({ name, check: identifyLR(original.image, reduced.image, scale) });
    } catch (error) {
      errors.set(picture, oneLine(error));
    }
    progress.update(index + 1, pictures.length);
  }
  return { checked, errors };
}
