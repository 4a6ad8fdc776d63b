import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { appendText } from '../../node/growing-file.ts';
import { nodeRuntime } from '../../node/runtime.ts';
import { configText, EVALUATION_LINE, scoreLine, totalTimeLine } from '../../train/log.ts';
import { createNetwork, type Network } from '../../upscale/network.ts';
import type { BenchmarkFiles } from '../benchmark.ts';
import { type EvaluatedFiles, evaluateFiles } from '../evaluate-files.ts';
import { EXIT } from '../failure.ts';
import { interruptSignal } from '../interrupt.ts';
import { printJson } from '../json.ts';
import { modelText } from '../model-text.ts';
import { describedNetwork } from '../original-settings.ts';
import { say, sayNetwork } from '../say.ts';
import { startScores } from '../scores.ts';
import { setAside } from '../set-aside.ts';
import { identifyTested } from '../test-network.ts';
import {
  addTestOptions,
  resolveTestOptions,
  type TestCommandOptions,
  type TestSettings,
} from '../test-options.ts';
import { findTestPictures, planResults, type TestPictures } from '../test-pictures.ts';

/** The PSNR that the original's code computes. */
const LOG_PROTOCOL = 'edsr-benchmark';

/** What is to be done, checked as far as it can be before the network runs. */
interface Test {
  readonly parsed: TestCommandOptions;
  readonly settings: TestSettings;
  readonly pictures: TestPictures;
  /** Where each picture's SR goes; empty without `--save_results`. */
  readonly outputs: ReadonlyMap<BenchmarkFiles, string>;
  readonly signal: AbortSignal;
}

export function addTest(program: Command): void {
  const command = program
    .command('test')
    .description("test a model with the original program's options: SR, PSNR and its log");
  addTestOptions(command).action(run);
}

async function run(parsed: TestCommandOptions): Promise<void> {
  const { settings, warnings } = resolveTestOptions(parsed);
  say(warnings.map((warning) => `warning: ${warning}`));
  const tested = await identifyTested(settings);
  say(tested.warnings.map((warning) => `warning: ${warning}`));
  const { architecture, options, network: block } = tested.network;
  const pictures = await findTestPictures(settings, options.scale, parsed.hr);
  say(pictures.notes);
  const outputs = await prepareFolder(settings, pictures, { scale: options.scale, ...parsed });
  await startLog(settings, describedNetwork(architecture.title, options));
  const network = await createNetwork(tested.network, nodeRuntime, { ...parsed, device: settings.device });
  try {
    sayNetwork(tested.name, network);
    if (settings.values.print_model) process.stderr.write(modelText(architecture.title, options, block));
    const signal = interruptSignal();
    await testAll(network, tested.name, { parsed, settings, pictures, outputs, signal });
  } finally {
    await network.dispose();
  }
}

/** Sets older results aside where that is asked for, and finds out before the work whether SR can be saved. */
async function prepareFolder(
  settings: TestSettings,
  pictures: TestPictures,
  options: { scale: number; overwrite?: boolean },
): Promise<Test['outputs']> {
  const { values, folder } = settings;
  if (values.reset) {
    const aside = await setAside(folder);
    if (aside !== undefined)
      say([`--reset: the older ${folder} is now ${aside}; the original would delete it`]);
  }
  return values.save_results ? planResults(pictures, settings, options) : new Map();
}

/** Adds the options to config.txt, as the original does where there is one already. */
async function startLog(
  { folder, values }: TestSettings,
  network: Readonly<Record<string, unknown>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  appendText(join(folder, 'config.txt'), configText(new Date(), { ...values, ...network }));
}

async function testAll(network: Network, model: string, test: Test): Promise<void> {
  const { parsed, settings, pictures, outputs, signal } = test;
  const { protocol, json } = parsed;
  const { scale } = network;
  const names = pictures.pictures.map(({ name }) => name);
  const withHR = pictures.pictures.some(({ hr }) => hr !== undefined);
  const table = startScores({ names, protocol, scale, json, timed: true, withHR });
  const start = performance.now();
  const results: EvaluatedFiles[] = [];
  for (const [index, picture] of pictures.pictures.entries()) {
    const place = { output: outputs.get(picture), count: `${index + 1}/${names.length}` };
    const result = await evaluateFiles(network, picture, place, evaluation(test));
    if (!result) break;
    results.push(result);
    table.add(result);
  }
  const { images, mean } = table.finish();
  const seconds = (performance.now() - start) / 1000;
  const psnr = loggedPsnr(results, names.length);
  const log = { protocol: LOG_PROTOCOL, psnr: psnr === Number.POSITIVE_INFINITY ? 'inf' : (psnr ?? null) };
  if (json)
    printJson({ model, set: pictures.set, protocol, scale, folder: settings.folder, images, mean, log });
  if (signal.aborted) {
    say([`interrupted: ${images.length} of ${names.length} pictures done, no mean and no log`]);
    process.exitCode = EXIT.interrupted;
    return;
  }
  const saved = results.filter(({ output, error }) => output !== undefined && error === undefined).length;
  writeLog(test, { scale, psnr, seconds, saved });
}

function evaluation({ parsed, settings, signal }: Test) {
  const { protocol, overwrite, memory } = parsed;
  const { chop, self_ensemble: ensemble } = settings.values;
  const tile = chop ? ('chop' as const) : ('auto' as const);
  return {
    protocol,
    secondProtocol: LOG_PROTOCOL,
    overwrite,
    upscale: { tile, memory, ensemble, signal },
  } as const;
}

/** The mean, where every picture has one. */
function loggedPsnr(results: readonly EvaluatedFiles[], count: number): number | undefined {
  const values = results.flatMap(({ secondPsnr }) => secondPsnr ?? []);
  return values.length === count ? values.reduce((sum, value) => sum + value, 0) / count : undefined;
}

function writeLog(
  { settings, pictures, parsed }: Test,
  {
    scale,
    psnr,
    seconds,
    saved,
  }: { scale: number; psnr: number | undefined; seconds: number; saved: number },
): void {
  const { data_test: set } = settings.values;
  const scores = psnr === undefined ? [] : [scoreLine({ set, scale, psnr, best: { psnr, epoch: 1 } })];
  const time = totalTimeLine(seconds, seconds / pictures.pictures.length);
  const text = `${[EVALUATION_LINE, ...scores, time].join('\n')}\n`;
  appendText(join(settings.folder, 'log.txt'), text);
  if (!parsed.json) process.stdout.write(text);
  const where = join(settings.folder, pictures.set, `x${scale}`);
  say([
    ...(saved > 0 ? [`${saved} ${saved === 1 ? 'picture' : 'pictures'} in ${where}`] : []),
    `log.txt (PSNR of the original's code: ${LOG_PROTOCOL}) and config.txt in ${settings.folder}`,
  ]);
}
