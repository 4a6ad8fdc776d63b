/** `POST /api/upscale`: a picture in, the enlarged picture out. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { InputError } from '../../errors.ts';
import type { Image } from '../../image/image.ts';
import { isLossyPicture } from '../../image/lossy.ts';
import { fixedBytes } from '../../upscale/auto-tile.ts';
import type { Network } from '../../upscale/network.ts';
import { enlargedSize } from '../../upscale/upscale.ts';
import { decodePicture } from '../picture.ts';
import { checkFits, encodePicture, type OutputFormat } from '../write-picture.ts';
import type { Admission } from './admission.ts';
import { checkBody, readBody } from './body.ts';
import type { Networks, OfferedModel } from './networks.ts';
import { Turns } from './turns.ts';
import { readUpscaleQuery, type UpscaleQuery } from './upscale-query.ts';

export interface UpscaleLimits {
  /** Of one picture's file. */
  limitBytes: number;
  /** Of one picture, before it is enlarged. */
  limitPixels: number;
  /** Bytes that the process should stay under while it enlarges. */
  memory: number;
}

interface Job {
  bytes: Uint8Array;
  model: OfferedModel;
  query: UpscaleQuery;
  signal: AbortSignal;
}

interface Enlarged {
  model: OfferedModel;
  bytes: Uint8Array;
  width: number;
  height: number;
  seconds: number;
  notes: readonly string[];
}

const MEDIA_TYPES: Readonly<Partial<Record<OutputFormat, string>>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
};

/** The handler of the route. Pictures are decoded, enlarged and encoded one at a time, in the order of their arrival. */
export function upscaleRoute(networks: Networks, admission: Admission, limits: UpscaleLimits) {
  const turns = new Turns();
  return async (c: Context<{ Bindings: HttpBindings }>): Promise<Response> => {
    const query = readUpscaleQuery(c.req.queries());
    const wanted = { name: query.model, scale: query.scale };
    networks.choose(wanted, false); // Refuses before the picture is sent.
    checkBody(c.req, limits.limitBytes);
    const enlarged = await admission.admit(c.env.outgoing, async (visit) => {
      const bytes = await readBody(c.req, limits.limitBytes, visit.signal);
      visit.arrived();
      const job = {
        bytes,
        model: networks.choose(wanted, isLossyPicture(bytes)),
        query,
        signal: visit.signal,
      };
      // A place holds no more than a picture that waits: a larger result leaves before the next picture begins.
      return turns.run(
        visit.signal,
        () => visit.serve(() => enlarge(job, networks, limits)),
        (result) => (result.bytes.length > limits.limitBytes ? visit.left : undefined),
      );
    });
    return answer(c, enlarged, query.format);
  };
}

async function enlarge(
  { bytes, model, query, signal }: Job,
  networks: Networks,
  { limitPixels, memory }: UpscaleLimits,
): Promise<Enlarged> {
  const { tile, ensemble, format, quality } = query;
  const start = performance.now();
  const { image, metadata, notes } = await decodePicture(bytes, { limitPixels });
  const network = await networks.network(model).catch((cause: unknown) => {
    // Wrong input, perhaps, but not the client's.
    throw new Error(`${model.name} cannot be opened (${String(cause)})`, { cause });
  });
  checkRoom(network, image, format, memory);
  try {
    const { width, height, ...rest } = await network.upscale(image, { tile, ensemble, memory, signal });
    const encoded = await encodePicture({ width, height, ...rest }, { format, quality, metadata });
    const seconds = (performance.now() - start) / 1000;
    return { model, bytes: encoded.bytes, width, height, seconds, notes: [...notes, ...encoded.notes] };
  } catch (error) {
    if (!(error instanceof InputError) && !signal.aborted) await networks.discard(model);
    throw error;
  }
}

/** @throws {InputError} for a result that cannot be: found out here, before the work, whatever the tile */
function checkRoom(
  { scale, parameterCount }: Network,
  image: Image,
  format: OutputFormat,
  memory: number,
): void {
  checkFits(enlargedSize(image, scale), format);
  const weightBytes = parameterCount * Float32Array.BYTES_PER_ELEMENT;
  const needed = fixedBytes({ scale, weightBytes }, image);
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MiB`;
  if (needed > memory)
    throw new InputError(`the pictures alone need ${megabytes(needed)} of memory, of ${megabytes(memory)}`);
}

function answer(
  c: Context,
  { model, bytes, width, height, seconds, notes }: Enlarged,
  format: OutputFormat,
): Response {
  return c.body(ReadableStream.from([bytes]), 200, {
    'Content-Type': MEDIA_TYPES[format] ?? 'application/octet-stream',
    'Content-Length': String(bytes.length),
    'Cache-Control': 'no-store',
    'Sisr-Model': encodeURIComponent(model.name),
    'Sisr-Width': String(width),
    'Sisr-Height': String(height),
    'Sisr-Seconds': seconds.toFixed(3),
    ...(notes.length > 0 && { 'Sisr-Notes': encodeURIComponent(notes.join('; ')) }),
  });
}
