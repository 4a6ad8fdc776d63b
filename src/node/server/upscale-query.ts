/** The parameters of `POST /api/upscale`. */
import { MIN_TILE } from '../../upscale/tile.ts';
import type { UpscaleOptions } from '../../upscale/upscale.ts';
import { DEFAULT_QUALITY, type OutputFormat } from '../write-picture.ts';
import { HttpError } from './http-error.ts';

/** Larger tiles than the automatic ones would take memory that the server has not got. */
const MAX_TILE = 256;

export interface UpscaleQuery {
  model: string | undefined;
  scale: number | undefined;
  format: OutputFormat;
  quality: number;
  tile: NonNullable<UpscaleOptions['tile']>;
  ensemble: boolean;
}

const FORMATS: ReadonlyMap<string, OutputFormat> = new Map([
  ['png', 'png'],
  ['jpeg', 'jpg'],
  ['jpg', 'jpg'],
  ['webp', 'webp'],
]);

export const NAMES = ['scale', 'model', 'format', 'quality', 'tile', 'ensemble'];

/** @throws {HttpError} for a parameter that is unknown, given twice, or has no such value */
export function readUpscaleQuery(given: Readonly<Record<string, readonly string[]>>): UpscaleQuery {
  for (const [name, values] of Object.entries(given)) {
    if (!NAMES.includes(name))
      throw new HttpError('bad_request', `unknown parameter ${name}: expected ${NAMES.join(', ')}`);
    if (values.length > 1) throw new HttpError('bad_request', `${name} is given ${values.length} times`);
  }
  const value = <T>(name: string, read: (text: string) => T | undefined, expected: string): T | undefined => {
    const text = given[name]?.[0];
    if (text === undefined) return undefined;
    const found = read(text);
    if (found === undefined)
      throw new HttpError('bad_request', `${name}: expected ${expected}, found ${JSON.stringify(text)}`);
    return found;
  };
  return {
    model: given.model?.[0],
    scale: value('scale', whole(1, 64), 'a whole number'),
    format: value('format', (text) => FORMATS.get(text), 'png, jpeg or webp') ?? 'png',
    quality: value('quality', whole(1, 100), 'a whole number from 1 to 100') ?? DEFAULT_QUALITY,
    tile: value('tile', tileSize, `auto or a whole number from ${MIN_TILE} to ${MAX_TILE}`) ?? 'auto',
    ensemble: value('ensemble', flag, 'true or false') ?? false,
  };
}

function whole(low: number, high: number): (text: string) => number | undefined {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return number >= low && number <= high ? number : undefined;
  };
}

function tileSize(text: string): UpscaleQuery['tile'] | undefined {
  return text === 'auto' ? text : whole(MIN_TILE, MAX_TILE)(text);
}

function flag(text: string): boolean | undefined {
  if (text === '' || text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}
