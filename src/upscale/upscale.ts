/** Enlarging a whole picture with a network: sample formats, alpha, tiles, memory, progress and abort. */
import { InputError, NotANumberError, OutOfMemoryError } from '../errors.ts';
import { checkImage, hasAlpha, type Image, type Size, samplesLike } from '../image/image.ts';
import { abortable } from '../runtime/abortable.ts';
import type { Tensor } from '../tensor.ts';
import { enlargeAlpha, hasTransparency, spreadColours } from './alpha.ts';
import { autoTile } from './auto-tile.ts';
import { type Canvas, imageCanvas } from './canvas.ts';
import { CHOP_MIN_SIZE, chopPieces, chopped } from './chop.ts';
import { ensembled, ORIENTATIONS } from './ensemble.ts';
import type { Forward, Upscaler } from './forward.ts';
import { lumaCanvas } from './luma-canvas.ts';
import { type Piece, runPieces, wholePicture } from './pieces.ts';
import { rising, type UpscaleProgress } from './progress.ts';
import { MIN_TILE, runTiled, type Span, tileSpans } from './tile.ts';

export interface UpscaleOptions {
  /**
   * `auto` (default): the largest tiles that keep within `memory`; `off`: the picture at once; `chop`: exactly as
   * the original RCAN code cuts it; a number: the side of a square tile, in pixels of the small picture.
   */
  tile?: 'auto' | 'off' | 'chop' | number;
  /** Average over the eight flips and transposes of the picture: 8 times the work, a little better. */
  ensemble?: boolean;
  /** Bytes that the process should stay under with `tile: 'auto'`. Default: 2 GiB; in browsers what the device has room for. */
  memory?: number;
  /** When it is aborted, the promise rejects at once. A tile under way runs on, and the network's next call waits for it. */
  signal?: AbortSignal;
  /** Hears of every tile. With `tile: 'auto'` many a picture is only one: give a number to hear of more. */
  onProgress?: (progress: UpscaleProgress) => void;
}

export const DEFAULT_MEMORY = 2 * 1024 ** 3;

/**
 * @throws {InputError} for options that make no sense
 * @throws {OutOfMemoryError} where a run needs more memory than there is; with `tile: 'auto'` only after smaller
 *   tiles were tried
 * @throws the signal's reason when it is aborted
 */
export async function upscale<I extends Image>(
  upscaler: Upscaler,
  image: I,
  options: UpscaleOptions,
): Promise<I> {
  checkImage(image);
  const { scale, valueRange, luma } = upscaler;
  const tile = resolveTile(upscaler, image, options); // Before memory is taken for a picture that may be too large.
  const transparent = hasTransparency(image);
  const source: Image = transparent ? spreadColours(image) : image;
  const target = enlargedImage(image, scale);
  const canvas = luma
    ? lumaCanvas(source, target, valueRange, luma)
    : imageCanvas(source, target, valueRange);
  try {
    await runInMemory(upscaler, image, canvas, tile, { ...options, onProgress: rising(options.onProgress) });
  } catch (error) {
    if (error instanceof NotANumberError) checkSamples(image); // The picture may be at fault, not the weights.
    throw error;
  }
  if (hasAlpha(image)) enlargeAlpha(image, target, transparent);
  return target as I;
}

/** Runs the work, with `tile: 'auto'` again with smaller tiles as long as memory runs out. */
async function runInMemory(
  upscaler: Upscaler,
  image: Image,
  canvas: Canvas,
  first: Tile,
  options: UpscaleOptions,
): Promise<void> {
  for (let tile = first; ; ) {
    try {
      const plan = planWork(upscaler, canvas, tile, options.ensemble);
      return await plan.run(watched(upscaler.forward, plan.total, options));
    } catch (error) {
      if (!(error instanceof OutOfMemoryError)) throw error;
      const next = smallerTile(tile, image);
      const automatic = (options.tile ?? 'auto') === 'auto';
      if (!automatic || next === undefined || error.sessionLost) throw outOfMemory(error, tile, next);
      tile = next;
    }
  }
}

type Tile = 'off' | 'chop' | number;

/** Half of a tile's side; undefined where tiles cannot become smaller. */
function smallerTile(tile: Tile, { width, height }: Image): number | undefined {
  const whole = Math.max(width, height);
  const side = tile === 'off' ? whole : Math.min(whole, tile === 'chop' ? Math.sqrt(CHOP_MIN_SIZE) : tile);
  return side > MIN_TILE ? Math.max(MIN_TILE, Math.floor(side / 2)) : undefined;
}

function outOfMemory(
  { message, sessionLost }: OutOfMemoryError,
  tile: Tile,
  nextTile?: number,
): OutOfMemoryError {
  const work =
    tile === 'off' ? 'the picture at once' : tile === 'chop' ? 'its quarters' : `tiles of ${tile} pixels`;
  const advice = nextTile === undefined ? 'even the smallest tiles need more' : `try tile ${nextTile}`;
  return new OutOfMemoryError(`${message} to enlarge ${work}: ${advice}`, { nextTile, sessionLost });
}

interface Plan {
  /** Pixels that the network will see. */
  total: number;
  run(forward: Forward): Promise<void>;
}

function planWork({ scale }: Upscaler, canvas: Canvas, tile: Tile, ensemble = false): Plan {
  const turns = ensemble ? ORIENTATIONS : 1;
  const each = (forward: Forward) => (ensemble ? ensembled(forward) : forward);
  if (tile === 'off') {
    const pieces = wholePicture(canvas);
    return { total: turns * area(pieces), run: (forward) => runPieces(canvas, pieces, scale, each(forward)) };
  }
  if (tile === 'chop') {
    const pieces = chopPieces(canvas.width, canvas.height);
    // The original turns the whole picture before it chops: odd sizes are cut differently in each orientation.
    const run = ensemble
      ? (forward: Forward) =>
          runPieces(canvas, wholePicture(canvas), scale, ensembled(chopped(scale, forward)))
      : (forward: Forward) => runPieces(canvas, pieces, scale, forward);
    return { total: turns * area(pieces), run };
  }
  return {
    total: turns * sizes(tileSpans(canvas.width, tile)) * sizes(tileSpans(canvas.height, tile)),
    run: (forward) => runTiled(canvas, tile, scale, each(forward)),
  };
}

function resolveTile(upscaler: Upscaler, image: Image, options: UpscaleOptions): Tile {
  const { tile = 'auto', memory = DEFAULT_MEMORY } = options;
  if (tile === 'auto') {
    const side = autoTile(upscaler, image, memory);
    return side >= Math.max(image.width, image.height) ? 'off' : side;
  }
  const named = tile === 'off' || tile === 'chop';
  if (!named && !(Number.isInteger(tile) && tile >= MIN_TILE)) {
    throw new InputError(`tile must be auto, off, chop or at least ${MIN_TILE} pixels, found ${tile}`);
  }
  return tile;
}

/** @throws {InputError} naming the first sample that is no finite number */
function checkSamples({ width, channels, data }: Image): void {
  const at = data.findIndex((sample) => !Number.isFinite(sample));
  if (at < 0) return;
  const pixel = Math.floor(at / channels);
  throw new InputError(
    `image: expected finite samples, found ${data[at]} in column ${pixel % width} of row ${Math.floor(pixel / width)}, from 0`,
  );
}

/** @throws {NotANumberError} which would be stored as black without a word */
function checkNumbers({ data }: Tensor): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isNaN(data[i])) {
      throw new NotANumberError(
        'the network gave NaN: expected weights and options (such as resScale) that fit each other',
      );
    }
  }
}

/** `forward` that stops when asked to and reports what it has done. */
function watched(forward: Forward, total: number, { signal, onProgress }: UpscaleOptions): Forward {
  let done = 0;
  onProgress?.({ done, total });
  return async (input) => {
    signal?.throwIfAborted();
    const running = forward(input);
    // A run cannot be stopped: it goes on by itself, and the session's next one waits for it.
    const output = await (signal ? abortable(running, signal) : running);
    checkNumbers(output);
    done += (input.dims[2] ?? 0) * (input.dims[3] ?? 0);
    onProgress?.({ done, total });
    return output;
  };
}

export function enlargedSize({ width, height }: Size, scale: number): Size {
  return { width: width * scale, height: height * scale };
}

function enlargedImage({ channels, data, ...size }: Image, scale: number): Image {
  const { width, height } = enlargedSize(size, scale);
  return { width, height, channels, data: samplesLike(data, width * height * channels) };
}

function area(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { input }) => sum + input.width * input.height, 0);
}

function sizes(spans: readonly Span[]): number {
  return spans.reduce((sum, { size }) => sum + size, 0);
}
