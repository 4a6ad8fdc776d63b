import type { Command } from 'commander';
import { matchNames } from '../../data/file-name.ts';
import type { FilePair } from '../../data/pairing.ts';
import { comparePictures } from '../../evaluate/compare.ts';
import type { ProtocolName } from '../../metrics/protocols.ts';
import { readPicture } from '../../node/picture.ts';
import { oneLine } from '../failure.ts';
import { printJson } from '../json.ts';
import { findSet, pairSets } from '../picture-pairs.ts';
import { startProgress } from '../progress.ts';
import { protocolOption, type ScoredPicture, startScores } from '../scores.ts';
import { positiveInteger } from '../values.ts';

interface Options {
  hr: string;
  sr: string;
  scale: number;
  protocol: ProtocolName;
  json?: boolean;
}

export function addMetrics(program: Command): void {
  program
    .command('metrics')
    .description('PSNR and SSIM of pictures against their originals, as papers compute them')
    .requiredOption('--hr <path>', 'the original picture, or a folder of them')
    .requiredOption('--sr <path>', 'the enlarged picture, or a folder; folders are paired by name')
    .requiredOption(
      '-s, --scale <factor>',
      'enlargement; decides how much border is left out',
      positiveInteger,
    )
    .addOption(protocolOption())
    .option('--json', 'one JSON document on stdout')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const [hr, sr] = [await findSet('HR', options.hr), await findSet('SR', options.sr)];
  const pairs = pairSets(hr, sr);
  const table = startScores({ ...options, names: pairs.map(({ name }) => name) });
  const progress = options.json ? startProgress('comparing') : undefined;
  for (const [index, pair] of pairs.entries()) {
    table.add(await compareFiles(pair, options));
    progress?.update(index + 1, pairs.length);
  }
  progress?.stop();
  const { images, mean } = table.finish();
  if (options.json) printJson({ protocol: options.protocol, scale: options.scale, images, mean });
}

async function compareFiles({ name, first, second }: FilePair, options: Options): Promise<ScoredPicture> {
  try {
    const [hr, sr] = await Promise.all([readPicture(first), readPicture(second)]);
    const comparison = comparePictures(sr.image, hr.image, options);
    return {
      name,
      comparison: { ...comparison, warnings: [...comparison.warnings, ...otherScale(second, options)] },
    };
  } catch (error) {
    return { name, error: oneLine(error) };
  }
}

/** A warning where the name of the SR file tells another scale, so that another border would be left out. */
function otherScale(path: string, { scale }: Options): string[] {
  const told = matchNames(path)
    .flat()
    .find((match) => match.scale !== undefined)?.scale;
  return told === undefined || told === scale ? [] : [`SR is named ×${told}, but --scale is ${scale}`];
}
