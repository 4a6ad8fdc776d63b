import type { Command } from 'commander';
import type { Size } from '../../image/image.ts';
import { DEFAULT_LIMIT_PIXELS, readPicture } from '../../node/picture.ts';
import { checkWritable, exists, writeWhole } from '../../node/write-file.ts';
import {
  checkFits,
  DEFAULT_QUALITY,
  encodePicture,
  OUTPUT_FORMATS,
  type OutputFormat,
} from '../../node/write-picture.ts';
import { enlargedSize } from '../../upscale/upscale.ts';
import { EXIT, oneLine, UsageError } from '../failure.ts';
import { Interrupted, interruptSignal } from '../interrupt.ts';
import { type Job, planJobs } from '../jobs.ts';
import { printJson } from '../json.ts';
import {
  addModelOptions,
  addRunningOptions,
  type ModelOptions,
  type RunningOptions,
} from '../network-options.ts';
import { modelChoice, OpenNetwork } from '../open-network.ts';
import { limitPixelsOption } from '../picture-options.ts';
import { startProgress } from '../progress.ts';
import { integerBetween, oneOf } from '../values.ts';

interface Options extends ModelOptions, RunningOptions {
  input?: string[];
  output?: string;
  format?: OutputFormat;
  name: string;
  recursive?: boolean;
  quality: number;
  limitPixels: number;
  strip?: boolean;
  overwrite?: boolean;
  skipExisting?: boolean;
  json?: boolean;
}

/** What all pictures share. */
interface Work {
  readonly networks: OpenNetwork;
  readonly options: Options;
  readonly signal: AbortSignal;
  /** Errors that were printed. */
  readonly told: Set<string>;
}

/** One entry of `upscale --json`. */
interface Result {
  input: string;
  output: string;
  model: string;
  width?: number;
  height?: number;
  seconds?: number;
  skipped?: true;
  error?: string;
}

export function addUpscale(program: Command): void {
  const command = program
    .command('upscale')
    .description('enlarge pictures')
    .argument('[inputs...]', 'pictures, folders or globs')
    .option('-i, --input <path...>', 'the same as naming them')
    .option(
      '-o, --output <path>',
      'a picture, or a folder (default: beside each input; for a folder: <folder>_x<scale>)',
    );
  addModelOptions(command, "the one that ships for the scale and the picture's format")
    .option(
      '-f, --format <format>',
      `format of the results: ${OUTPUT_FORMATS.join(', ')} (default: png)`,
      oneOf(OUTPUT_FORMATS),
    )
    .option(
      '--name <template>',
      'name of each result, with {name}, {ext} (the ending of the original), {scale} and {model}',
      '{name}_x{scale}',
    )
    .option('-r, --recursive', 'folders with all folders in them, mirrored below the output');
  addRunningOptions(command)
    .option(
      '-q, --quality <1-100>',
      'of jpg, webp and avif; 100 is lossless for the last two',
      integerBetween(1, 100),
      DEFAULT_QUALITY,
    )
    .addOption(limitPixelsOption('read', DEFAULT_LIMIT_PIXELS))
    .option('--strip', 'leave out EXIF, XMP and the colour profile')
    .option('--overwrite', 'replace existing files')
    .option('--skip-existing', 'leave out pictures whose result exists')
    .option('--json', 'one JSON document on stdout')
    .action(run);
}

async function run(named: string[], options: Options): Promise<void> {
  const inputs = [...named, ...(options.input ?? [])];
  if (inputs.length === 0) throw new UsageError('upscale needs at least one picture, folder or glob');
  const signal = interruptSignal();
  const networks = new OpenNetwork(options);
  const work: Work = { networks, options, signal, told: new Set() };
  try {
    const jobs = await planJobs(inputs, { ...options, ...(await modelChoice(networks, options)) });
    const results: Result[] = [];
    for (const [index, job] of jobs.entries()) {
      results.push(await attempt(job, jobs.length > 1 ? `${index + 1}/${jobs.length} ` : '', work));
      if (signal.aborted) break;
    }
    summarise(results, jobs.length, options, signal);
  } finally {
    await networks.dispose();
  }
}

async function attempt(job: Job, count: string, work: Work): Promise<Result> {
  const { options, told } = work;
  const { input, output } = job;
  const model = job.model.name;
  if (options.skipExisting && !options.overwrite && (await exists(output))) {
    if (!options.json) process.stdout.write(`${output}: exists, skipped\n`);
    return { input, output, model, skipped: true };
  }
  try {
    const { width, height, seconds } = await enlarge(job, `${count}${input}`, work);
    if (!options.json) process.stdout.write(`${output}: ${width}×${height}, ${seconds.toFixed(1)} s\n`);
    return { input, output, model, width, height, seconds };
  } catch (caught) {
    if (caught instanceof Interrupted) return { input, output, model, error: caught.message };
    const error = oneLine(caught);
    // What is wrong with a model or a device is so for every picture.
    if (!told.has(error)) process.stderr.write(`error: ${error}\n`);
    told.add(error);
    return { input, output, model, error };
  }
}

async function enlarge(
  { input, output, format, model }: Job,
  label: string,
  { networks, options, signal }: Work,
): Promise<Size & { seconds: number }> {
  await checkWritable(output, options);
  const network = await networks.open(model);
  const progress = startProgress(label);
  const start = performance.now();
  try {
    const { image, metadata, notes } = await readPicture(input, options);
    checkFits(enlargedSize(image, network.scale), format);
    const { tile, memory, ensemble = false } = options;
    const onProgress = ({ done, total }: { done: number; total: number }) => progress.update(done, total);
    const enlarged = await network.upscale(image, { tile, memory, ensemble, signal, onProgress });
    const encoded = await encodePicture(enlarged, {
      format,
      quality: options.quality,
      ...(!options.strip && { metadata }),
    });
    signal.throwIfAborted();
    for (const note of [...notes, ...encoded.notes]) process.stderr.write(`${input}: ${note}\n`);
    await writeWhole(output, encoded.bytes, options);
    const seconds = Math.round(performance.now() - start) / 1000;
    return { width: enlarged.width, height: enlarged.height, seconds };
  } finally {
    progress.stop();
  }
}

function summarise(results: readonly Result[], count: number, { json }: Options, signal: AbortSignal): void {
  if (json) printJson({ outputs: results });
  const failed = results.filter(({ error }) => error !== undefined).length;
  if (signal.aborted) {
    process.stderr.write(`interrupted: ${results.length - failed} of ${count} pictures done\n`);
    process.exitCode = EXIT.interrupted;
  } else if (failed > 0) {
    if (count > 1) process.stderr.write(`${failed} of ${count} pictures failed\n`);
    process.exitCode = EXIT.failed;
  }
}
