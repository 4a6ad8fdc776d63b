import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { stem } from '../../data/file-name.ts';
import { comparePictures, type Scores } from '../../evaluate/compare.ts';
import { footnoteText, plainText, VALUES_TITLE, valueLines } from '../../evaluate/figure-captions.ts';
import { FIGURE_DEFAULTS, layoutFigure } from '../../evaluate/figure-layout.ts';
import { autoRegion } from '../../evaluate/figure-region.ts';
import { jsonScores } from '../../evaluate/report.ts';
import { isInside, type Rectangle } from '../../image/crop.ts';
import { imresize } from '../../image/imresize.ts';
import type { ProtocolName } from '../../metrics/protocols.ts';
import { drawFigure } from '../../node/draw-figure.ts';
import { loadNetwork } from '../../node/load-network.ts';
import { DEFAULT_LIMIT_PIXELS } from '../../node/picture.ts';
import { shippedModels } from '../../node/shipped-models.ts';
import { charactersWithoutOutline } from '../../node/text-outlines.ts';
import { checkWritable, writeWhole } from '../../node/write-file.ts';
import { splitCaption } from '../captions.ts';
import { EXIT, UsageError } from '../failure.ts';
import { type Candidate, type FigureInputs, type Pixels, readInputs } from '../figure-inputs.ts';
import { Interrupted, interruptSignal } from '../interrupt.ts';
import { printJson } from '../json.ts';
import { addRunningOptions, checkScale, findModel, type RunningOptions } from '../network-options.ts';
import { limitPixelsOption } from '../picture-options.ts';
import { startProgress } from '../progress.ts';
import { sayNetwork } from '../say.ts';
import { protocolOption, scoreCells, scoreColumns } from '../scores.ts';
import { tableHead, tableRow } from '../table.ts';
import { integerBetween, positiveInteger } from '../values.ts';

interface Options extends RunningOptions {
  hr: string;
  lr?: string;
  scale: number;
  model: readonly string[];
  sr: readonly string[];
  bicubic: boolean;
  region: 'auto' | Rectangle;
  protocol: ProtocolName;
  width: number;
  output: string;
  limitPixels: number;
  overwrite?: boolean;
  json?: boolean;
}

type Scored = Candidate & Scores;

const BICUBIC = 'Bicubic';
/** More crops than this are too small to see anything. */
const MAX_CANDIDATES = 11;
const [NARROWEST, WIDEST] = [600, 8000];

export function addCompare(program: Command): void {
  const command = program
    .command('compare')
    .description('a figure as in the papers: one region of a picture, enlarged by several methods')
    .requiredOption('--hr <file[=caption]>', 'the original picture')
    .option('--lr <file>', 'the small picture (default: made from HR by bicubic)')
    .requiredOption('-s, --scale <factor>', 'enlargement', positiveInteger)
    .addOption(
      new Option('-m, --model <model[=caption]>', 'a shipped model or a checkpoint file; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--sr <path[=caption]>',
        'an enlarged picture, or a folder with one of that name; may be repeated',
      )
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--no-bicubic', 'leave bicubic out')
    .option('--region <region>', 'auto (where the methods differ most) or x,y,width,height', region, 'auto')
    .addOption(protocolOption())
    .option(
      '--width <pixels>',
      'about how wide the figure is',
      integerBetween(NARROWEST, WIDEST),
      FIGURE_DEFAULTS.width,
    )
    .requiredOption('-o, --output <file>', 'the figure, a PNG');
  addRunningOptions(command)
    .addOption(limitPixelsOption('read', DEFAULT_LIMIT_PIXELS))
    .option('--overwrite', 'replace an existing file')
    .option('--json', 'one JSON document on stdout')
    .action(run);
}

function collect(value: string, others: readonly string[]): string[] {
  return [...others, value];
}

function region(text: string): 'auto' | Rectangle {
  if (text === 'auto') return text;
  const match = /^\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*$/.exec(text);
  const [left = 0, top = 0, width = 0, height = 0] = match?.slice(1).map(Number) ?? [];
  if (width < 1 || height < 1) {
    throw new InvalidArgumentError('Expected auto or x,y,width,height in pixels of HR, such as 40,60,48,48.');
  }
  return { left, top, width, height };
}

async function run(options: Options): Promise<void> {
  checkUsage(options);
  await checkWritable(options.output, options);
  const signal = interruptSignal();
  try {
    const inputs = await readInputs(options);
    const models = options.model.map(nameModel);
    checkNames([...models, ...inputs.sr], options);
    if (options.region !== 'auto') checkRegion(options.region, inputs.hr);
    const candidates: Candidate[] = [];
    if (options.bicubic) candidates.push({ name: BICUBIC, image: imresize(inputs.lr, options.scale) });
    for (const model of models) candidates.push(await runModel(model, inputs.lr, options, signal));
    const scored = [...candidates, ...inputs.sr].map((candidate) => score(candidate, inputs.hr, options));
    const place = options.region === 'auto' ? chooseRegion(inputs.hr, scored, options) : options.region;
    const figure = await draw(inputs, scored, place, options);
    signal.throwIfAborted();
    await writeWhole(options.output, figure, options);
    report(scored, place, options);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write('interrupted: no figure was written\n');
    process.exitCode = EXIT.interrupted;
  }
}

function checkUsage({ output, bicubic, model, sr }: Options): void {
  if (extname(output).toLowerCase() !== '.png') {
    throw new UsageError(`-o ${output}: expected a name that ends in .png`);
  }
  const count = Number(bicubic) + model.length + sr.length;
  if (count === 0) throw new UsageError('nothing to compare with HR: expected --model or --sr, or bicubic');
  if (count > MAX_CANDIDATES) {
    throw new UsageError(`too many pictures: expected at most ${MAX_CANDIDATES} beside HR, found ${count}`);
  }
}

function nameModel(text: string): { name: string; path: string } {
  const isModel = (source: string) =>
    existsSync(source) || shippedModels().some(({ name }) => name === source);
  const { source, caption } = splitCaption(text, isModel);
  const { name, path } = findModel({ model: source });
  return { name: caption ?? (name === path ? stem(path) : name), path };
}

function checkNames(named: readonly { name: string }[], { bicubic }: Options): void {
  const names = [...(bicubic ? [BICUBIC] : []), ...named.map(({ name }) => name)];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new UsageError(
      `two pictures would be called "${twice}": expected one with a caption (NAME=caption)`,
    );
  }
}

function checkRegion(place: Rectangle, hr: Pixels): void {
  if (isInside(place, hr)) return;
  throw new UsageError(
    `--region ${regionText(place)}: expected a part of the ${hr.width}×${hr.height} picture`,
  );
}

async function runModel(
  { name, path }: { name: string; path: string },
  lr: Pixels,
  options: Options,
  signal: AbortSignal,
): Promise<Candidate> {
  const network = await loadNetwork(path, { ...options, defaultScale: options.scale });
  sayNetwork(name, network);
  const progress = startProgress(name);
  try {
    checkScale(network, { scale: options.scale }, name);
    const { tile, memory, ensemble = false } = options;
    const onProgress = ({ done, total }: { done: number; total: number }) => progress.update(done, total);
    return { name, image: await network.upscale(lr, { tile, memory, ensemble, signal, onProgress }) };
  } finally {
    progress.stop();
    await network.dispose();
  }
}

function score(candidate: Candidate, hr: Pixels, options: Options): Scored {
  const { psnr, ssim, warnings } = comparePictures(candidate.image, hr, options);
  for (const warning of warnings) process.stderr.write(`warning: ${candidate.name}: ${warning}\n`);
  return { ...candidate, psnr, ssim };
}

function chooseRegion(hr: Pixels, scored: readonly Scored[], { scale }: Options): Rectangle {
  return autoRegion(
    hr,
    scored.map(({ image }) => image),
    scale,
  );
}

function draw(
  { name, hr }: FigureInputs,
  scored: readonly Scored[],
  place: Rectangle,
  { protocol, scale, width }: Options,
): Promise<Buffer> {
  const values = valueLines(scored);
  const crops = [
    { name: 'HR', values: plainText(VALUES_TITLE), image: hr },
    ...scored.map((candidate, i) => ({ name: candidate.name, values: values[i]!, image: candidate.image })),
  ];
  const missing = charactersWithoutOutline([name, ...crops.map((crop) => crop.name)].join(''));
  if (missing.length > 0)
    process.stderr.write(`captions: no letters for ${missing.join(' ')}, drawn as "?"\n`);
  const footnote = footnoteText(protocol, scored.length);
  const layout = layoutFigure({ picture: hr, region: place, crops: crops.length, width });
  return drawFigure({ name, subtitle: `×${scale}`, picture: hr, region: place, crops, footnote }, layout);
}

function report(scored: readonly Scored[], place: Rectangle, options: Options): void {
  const { output, protocol, scale, json } = options;
  if (json) {
    const { left: x, top: y, width, height } = place;
    const candidates = scored.map(({ name, ...scores }) => ({ name, ...jsonScores(scores) }));
    printJson({ output, region: { x, y, width, height }, protocol, scale, candidates });
    return;
  }
  const columns = scoreColumns(
    'method',
    scored.map(({ name }) => name),
  );
  const rows = scored.map((scores) => tableRow(columns, [scores.name, ...scoreCells(scores)]));
  process.stdout.write(`protocol ${protocol}, ×${scale}\n\n${tableHead(columns)}${rows.join('')}\n`);
  process.stdout.write(`${output}: region ${regionText(place)}\n`);
}

function regionText({ left, top, width, height }: Rectangle): string {
  return [left, top, width, height].join(',');
}
