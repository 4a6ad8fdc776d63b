/** The pictures of `sisr train`: your own folders, or the folders of the original. */
import type { PatchNoise } from '../data/noise.ts';
import type { TrainingDegradation } from '../data/photo.ts';
import type { PictureSource, TrainingData, TrainingOptions } from '../train/options.ts';
import { dataRoot } from './data-root.ts';
import { validationRange } from './div2k-range.ts';
import { UsageError } from './failure.ts';
import { NONE } from './original-options.ts';
import { type TrainContext, warnUnused } from './train-context.ts';

export function pictureSection(context: TrainContext): Pick<TrainingOptions, 'data' | 'validation'> {
  const { values, parsed } = context;
  const source = trainingSource(context);
  const validation = validationSource(context);
  const noise = patchNoise(values.noise);
  return {
    data: {
      source,
      // The command line knows no other.
      degradation: values.degradation as TrainingDegradation,
      ...(noise && { noise }),
      cache: cacheMode(context),
      skipCorrupt: parsed.skipCorrupt ?? false,
      workers: loadingThreads(context),
    },
    ...(validation && {
      validation: {
        source: validation,
        tile: values.chop ? 'chop' : 'auto',
        ensemble: values.self_ensemble,
      },
    }),
  };
}

function trainingSource(context: TrainContext): PictureSource {
  const { parsed, values } = context;
  const { hr, lr } = parsed;
  if (hr !== undefined) {
    warnUnused(context, ['data_train', 'n_train'], 'the pictures are those of --hr');
    return { kind: 'folders', hr, ...(lr?.folder !== undefined && { lr: lr.folder }) };
  }
  if (lr?.folder !== undefined)
    throw new UsageError(`--lr ${lr.folder}: expected --hr with the same pictures large, or a learning rate`);
  if (values.data_train !== 'DIV2K')
    throw new UsageError(
      `--data_train ${values.data_train}: expected DIV2K; name other pictures with --hr DIR [--lr DIR]`,
    );
  return { kind: 'div2k', root: rootOf('DIV2K', context), first: 1, last: values.n_train };
}

/** The data root; what has to be said of it is said once. */
function rootOf(folder: 'DIV2K' | 'benchmark', { given, exists, warnings }: TrainContext): string {
  const found = dataRoot(folder, given, 'train', exists);
  for (const warning of found.warnings) if (!warnings.includes(warning)) warnings.push(warning);
  return found.root;
}

function validationSource(context: TrainContext): PictureSource | undefined {
  const { parsed, given, values, warnings } = context;
  const { valHr: hr, valLr: lr } = parsed;
  if (hr !== undefined) {
    warnUnused(
      context,
      ['data_test', 'n_val', 'offset_val'],
      'the validation pictures are those of --val-hr',
    );
    return { kind: 'folders', hr, ...(lr !== undefined && { lr }) };
  }
  if (lr !== undefined)
    throw new UsageError(`--val-lr ${lr}: expected --val-hr with the same pictures large`);
  if (parsed.hr !== undefined && given.data_test === undefined) {
    warnings.push('no validation pictures: name some with --val-hr to see PSNR and to keep the best weights');
    return undefined;
  }
  if (values.data_test === 'DIV2K') return div2kValidation(context);
  warnUnused(context, ['n_val', 'offset_val'], 'it belongs to --data_test DIV2K');
  if (['Demo', 'MyImage'].includes(values.data_test))
    throw new UsageError(
      `--data_test ${values.data_test}: has no HR to validate with; expected DIV2K or a benchmark such as Set5`,
    );
  return { kind: 'benchmark', root: rootOf('benchmark', context), set: values.data_test };
}

function div2kValidation(context: TrainContext): PictureSource | undefined {
  const { values, warnings } = context;
  if (values.n_val === 0) return undefined;
  const { first, last, warning } = validationRange(values);
  if (warning !== undefined) warnings.push(warning);
  return { kind: 'div2k', root: rootOf('DIV2K', context), first, last };
}

/** @throws {UsageError} for anything but `.`, `G<deviation>` or `S<value>` */
function patchNoise(text: string): PatchNoise | undefined {
  if (text === NONE) return undefined;
  const [, letter, level] = /^([GS])([1-9]\d*)$/.exec(text) ?? [];
  if (letter === undefined)
    throw new UsageError(
      `--noise ${text}: expected G or S and a number, such as G10 (deviation) or S20 (shot)`,
    );
  return { kind: letter === 'G' ? 'gaussian' : 'shot', level: Number(level) };
}

/** The original tries these in this order. Its default makes everything anew; sisr notices what is stale. */
function cacheMode({ given, warnings }: TrainContext): TrainingData['cache'] {
  const { ext } = given;
  if (ext === undefined) return 'on';
  if (ext === 'img') return 'off';
  if (!/sep|bin|reset/.test(ext)) throw new UsageError(`--ext ${ext}: expected sep, sep_reset or img`);
  if (!ext.includes('sep') && ext.includes('bin'))
    warnings.push(`--ext ${ext}: pictures are cached one by one, as with sep`);
  return ext.includes('reset') ? 'rebuild' : 'on';
}

const MOST_LOADING_THREADS = 16;

function loadingThreads({ values, warnings }: TrainContext): number {
  const { n_threads: asked } = values;
  if (asked > MOST_LOADING_THREADS)
    warnings.push(`--n_threads ${asked}: ${MOST_LOADING_THREADS} threads load pictures, more are of no use`);
  if (asked > 0) return Math.min(asked, MOST_LOADING_THREADS);
  warnings.push('--n_threads 0: one thread loads pictures; the original fails');
  return 1;
}
