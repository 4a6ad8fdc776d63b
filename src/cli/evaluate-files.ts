/** A network on the files of one picture: read, enlarge, compare, save. */
import { evaluatePicture } from '../evaluate/evaluate.ts';
import { fitPair } from '../evaluate/fit.ts';
import type { Border } from '../image/axis.ts';
import type { Image } from '../image/image.ts';
import type { ProtocolName } from '../metrics/protocols.ts';
import { psnr } from '../metrics/psnr.ts';
import { readPicture } from '../node/picture.ts';
import { writeWhole } from '../node/write-file.ts';
import { encodePicture } from '../node/write-picture.ts';
import type { Network } from '../upscale/network.ts';
import type { UpscaleOptions } from '../upscale/upscale.ts';
import type { BenchmarkFiles } from './benchmark.ts';
import { oneLine } from './failure.ts';
import { Interrupted } from './interrupt.ts';
import { startProgress } from './progress.ts';
import type { ScoredPicture } from './scores.ts';

export interface EvaluateFilesOptions {
  readonly protocol: ProtocolName;
  /** Adds the PSNR by a second protocol. */
  readonly secondProtocol?: ProtocolName;
  readonly border?: Border | undefined;
  readonly upscale: UpscaleOptions;
  readonly overwrite?: boolean | undefined;
}

export interface EvaluatedFiles extends ScoredPicture {
  readonly secondPsnr?: number;
}

/**
 * Never throws for what is wrong with the files: that is the result's `error`.
 *
 * @returns undefined where the signal was aborted
 */
export async function evaluateFiles(
  network: Network,
  { name, hr, lr }: BenchmarkFiles,
  { output, count }: { output: string | undefined; count: string },
  options: EvaluateFilesOptions,
): Promise<EvaluatedFiles | undefined> {
  const progress = startProgress(`${count} ${name}`);
  try {
    const { protocol, secondProtocol, border, overwrite } = options;
    const { scale } = network;
    const [original, reduced] = await Promise.all([readImage(hr), readImage(lr)]);
    const onProgress = ({ done, total }: { done: number; total: number }) => progress.update(done, total);
    const { sr, seconds, comparison } = await evaluatePicture(
      network,
      { hr: original, lr: reduced },
      { protocol, ...(border && { border }), scale, upscale: { ...options.upscale, onProgress } },
    );
    if (output !== undefined) {
      const { bytes } = await encodePicture(sr, { format: 'png' });
      await writeWhole(output, bytes, { overwrite });
    }
    const second = original && secondProtocol && psnrOf(sr, original, secondProtocol, scale);
    return { name, comparison, seconds, output, ...(second !== undefined && { secondPsnr: second }) };
  } catch (error) {
    return error instanceof Interrupted ? undefined : { name, error: oneLine(error) };
  } finally {
    progress.stop();
  }
}

function psnrOf(sr: Image, hr: Image, protocol: ProtocolName, scale: number): number {
  const pair = fitPair(sr, hr, scale);
  return psnr(pair.sr, pair.hr, { protocol, scale });
}

async function readImage(path: string | undefined) {
  return path === undefined ? undefined : (await readPicture(path)).image;
}
