import type { Command } from 'commander';
import { InputError } from '../../errors.ts';
import type { Image } from '../../image/image.ts';
import { loadNetwork } from '../../node/load-network.ts';
import { nodeRuntime } from '../../node/runtime.ts';
import { seededRandom } from '../../random.ts';
import { firstLine } from '../../runtime/choose-device.ts';
import type { Device } from '../../runtime/runtime.ts';
import type { Network } from '../../upscale/network.ts';
import { type DeviceOptions, deviceOptions } from '../device-options.ts';
import { EXIT } from '../failure.ts';
import { interruptSignal } from '../interrupt.ts';
import { printJson } from '../json.ts';
import {
  addModelOptions,
  checkScale,
  type FoundModel,
  findModel,
  type ModelOptions,
} from '../network-options.ts';
import { duration, startProgress } from '../progress.ts';
import { type Column, tableHead, tableRow } from '../table.ts';
import { integerBetween, positiveInteger } from '../values.ts';

interface Options extends ModelOptions, DeviceOptions {
  size: number;
  runs: number;
  json?: boolean;
}

interface Speed {
  device: Device;
  /** From the file to a network that is ready. */
  openingSeconds: number;
  /** Median of the runs, of one picture. */
  seconds: number;
  /** Of the enlarged picture. */
  megapixelsPerSecond: number;
}

interface Failure {
  device: Device;
  error: string;
}

/** More than a camera's pictures need. */
const MAX_SIZE = 8192;

/** In megapixels: what the last line estimates, as most cameras and phones take it. */
const PHOTOGRAPH = 12;

export function addBench(program: Command): void {
  const command = program
    .command('bench')
    .description('measure how fast a model enlarges on the devices of this machine');
  addModelOptions(command, 'the one that ships for the scale and clean pictures')
    .option(
      '--size <pixels>',
      'side of the square picture that is enlarged',
      integerBetween(1, MAX_SIZE),
      256,
    )
    .option('--runs <count>', 'how often; the median counts', positiveInteger, 5);
  for (const option of deviceOptions()) command.addOption(option);
  command.option('--json', 'one JSON document on stdout').action(run);
}

async function run(options: Options): Promise<void> {
  const model = findModel(options);
  const { device = 'auto', size, runs, json } = options;
  const signal = interruptSignal();
  const devices: Device[] = device === 'auto' ? [...nodeRuntime.accelerators(), 'cpu'] : [device];
  const results: (Speed | Failure)[] = [];
  let scale = 0;
  for (const each of devices) {
    let network: Network | undefined;
    try {
      const begin = performance.now();
      network = await open(model, each, options);
      const openingSeconds = secondsSince(begin);
      scale = network.scale;
      const seconds = await measure(network, `${model.name} on ${each}`, { size, runs, signal });
      const megapixelsPerSecond = (size * scale) ** 2 / 1e6 / seconds;
      results.push({ device: each, openingSeconds, seconds, megapixelsPerSecond });
    } catch (error) {
      if (signal.aborted) break;
      // What does not work is told beside what does; where nothing works it is the command's error.
      const isLast = each === devices.at(-1) && results.every((result) => 'error' in result);
      if (isLast || !(error instanceof InputError)) throw error;
      results.push({ device: each, error: firstLine(error) });
    } finally {
      await network?.dispose();
    }
  }
  if (signal.aborted) {
    process.stderr.write('interrupted: nothing was measured to the end\n');
    process.exitCode = EXIT.interrupted;
    return;
  }
  if (json) printJson({ model: model.name, scale, size, runs, devices: results });
  else process.stdout.write(report(model.name, scale, options, results));
}

async function open(model: FoundModel, device: Device, options: Options): Promise<Network> {
  const { scale, threads } = options;
  const network = await loadNetwork(model.path, { device, defaultScale: scale, ...(threads && { threads }) });
  checkScale(network, options, model.name);
  return network;
}

/** @returns the median time of a picture, in seconds; the first one, which also compiles, does not count */
async function measure(
  network: Network,
  label: string,
  { size, runs, signal }: { size: number; runs: number; signal: AbortSignal },
): Promise<number> {
  const picture = noise(size);
  const progress = startProgress(label);
  try {
    const times: number[] = [];
    for (let i = 0; i <= runs; i++) {
      const begin = performance.now();
      await network.upscale(picture, { signal });
      if (i > 0) times.push(secondsSince(begin));
      progress.update(i, runs);
    }
    return median(times);
  } finally {
    progress.stop();
  }
}

/** Networks take as long for it as for any other picture. */
function noise(size: number): Image {
  const { uniform } = seededRandom(1);
  const data = Uint8Array.from({ length: 3 * size * size }, () => 256 * uniform());
  return { width: size, height: size, channels: 3, data };
}

const COLUMNS: readonly Column[] = [
  { title: 'device', width: 8, align: 'left' },
  { title: 'opening', width: 8 },
  { title: 'a picture', width: 9 },
  { title: 'megapixels/s', width: 12 },
];

function report(
  name: string,
  scale: number,
  { size, runs }: Options,
  results: readonly (Speed | Failure)[],
): string {
  const large = size * scale;
  const rows = results.map((result) =>
    'error' in result
      ? `  ${result.device.padEnd(8)}  ${result.error}\n`
      : tableRow(COLUMNS, [
          result.device,
          `${result.openingSeconds.toFixed(2)} s`,
          `${result.seconds.toPrecision(3)} s`,
          result.megapixelsPerSecond.toPrecision(3),
        ]),
  );
  const speeds = results.flatMap((result) => ('error' in result ? [] : [result]));
  const fastest = speeds.reduce((a, b) => (b.megapixelsPerSecond > a.megapixelsPerSecond ? b : a));
  const seconds = (PHOTOGRAPH * scale ** 2) / fastest.megapixelsPerSecond;
  return [
    `${name} ×${scale}, ${size}×${size} to ${large}×${large} pixels, median of ${runs}\n`,
    tableHead(COLUMNS),
    ...rows,
    `a photograph of ${PHOTOGRAPH} megapixels takes about ${duration(seconds)} on ${fastest.device}\n`,
  ].join('');
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

function secondsSince(begin: number): number {
  return (performance.now() - begin) / 1000;
}
