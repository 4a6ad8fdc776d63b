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
import type { Network } from '../../upscale/network.ts';
import { enlargedSize } from '../../upscale/upscale.ts';
import { EXIT, oneLine, UsageError } from '../failure.ts';
import { Interrupted, interruptSignal } from '../interrupt.ts';
import { type Job, planJobs } from '../jobs.ts';
import { printJson } from '../json.ts';
import {
  addModelOptions,
  addNetworkOptions,
  type ModelOptions,
  type NetworkOptions,
} from '../network-options.ts';
import { modelChoice, OpenNetwork } from '../open-network.ts';
import { startProgress } from '../progress.ts';
import { integerBetween, oneOf, positiveInteger } from '../values.ts';

interface Options extends ModelOptions, NetworkOptions {
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
  addModelOptions(command)
    .option('-f, --format <format>', 'format of the results (default: png)', oneOf(OUTPUT_FORMATS))
    .option('--name <template>', 'name of each result, with {name}, {scale} and {model}', '{name}_x{scale}')
    .option('-r, --recursive', 'folders with all folders in them, mirrored below the output');
  addNetworkOptions(command)
    .option(
      '-q, --quality <1-100>',
      'of jpg, webp and avif; 100 is lossless for the last two',
      integerBetween(1, 100),
      DEFAULT_QUALITY,
    )
    .option('--limit-pixels <count>', 'largest picture that is read', positiveInteger, DEFAULT_LIMIT_PIXELS)
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
  try {
    const jobs = await planJobs(inputs, { ...options, ...(await modelChoice(networks, options)) });
    const results: Result[] = [];
    for (const [index, job] of jobs.entries()) {
      const result = await attempt(
        await networks.open(job.model),
        job,
        options,
        signal,
        jobs.length > 1 ? `${index + 1}/${jobs.length} ` : '',
      );
      results.push(result);
      if (signal.aborted) break;
    }
    summarise(results, jobs.length, options, signal);
  } finally {
    await networks.dispose();
  }
}

async function attempt(
  network: Network,
  job: Job,
  options: Options,
  signal: AbortSignal,
  count: string,
): Promise<Result> {
  const { input, output } = job;
  const model = job.model.name;
  if (options.skipExisting && !options.overwrite && (await exists(output))) {
    if (!options.json) process.stdout.write(`${output}: exists, skipped\n`);
    return { input, output, model, skipped: true };
  }
  const progress = startProgress(`${count}${input}`);
  try {
    const start = performance.now();
    const size = await enlarge(network, job, options, signal, progress.update);
    const seconds = Math.round(performance.now() - start) / 1000;
    progress.stop();
    if (!options.json)
      process.stdout.write(`${output}: ${size.width}×${size.height}, ${seconds.toFixed(1)} s\n`);
    return { input, output, model, ...size, seconds };
  } catch (error) {
    progress.stop();
    if (error instanceof Interrupted) return { input, output, model, error: error.message };
    process.stderr.write(`error: ${oneLine(error)}\n`);
    return { input, output, model, error: oneLine(error) };
  }
}

async function enlarge(
  network: Network,
  { input, output, format }: Job,
  options: Options,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<Size> {
  await checkWritable(output, options);
  const { image, metadata, notes } = await readPicture(input, options);
  checkFits(enlargedSize(image, network.scale), format);
  const { tile, memory, ensemble = false } = options;
  const enlarged = await network.upscale(image, {
    tile,
    memory,
    ensemble,
    signal,
    onProgress: ({ done, total }) => onProgress(done, total),
  });
  const encoded = await encodePicture(enlarged, {
    format,
    quality: options.quality,
    ...(!options.strip && { metadata }),
  });
  signal.throwIfAborted();
  for (const note of [...notes, ...encoded.notes]) process.stderr.write(`${input}: ${note}\n`);
  await writeWhole(output, encoded.bytes, options);
  return { width: enlarged.width, height: enlarged.height };
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
