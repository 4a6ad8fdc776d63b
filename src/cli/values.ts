/** Reading the values of options: each function names what it expected and what it found. */
import { InvalidArgumentError } from 'commander';
import { closest } from 'fastest-levenshtein';
import { MIN_TILE } from '../upscale/tile.ts';
import type { UpscaleOptions } from '../upscale/upscale.ts';

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0)
    throw new InvalidArgumentError(`Expected a positive whole number.`);
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Expected a positive number.');
  return value;
}

export function naturalNumber(text: string): number {
  const value = integer(text);
  if (value < 0) throw new InvalidArgumentError('Expected a whole number from 0.');
  return value;
}

/** From 0. */
export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Expected a number from 0.');
  return value;
}

/** From 0 to below 1. */
export function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value < 1))
    throw new InvalidArgumentError('Expected a number from 0 to below 1.');
  return value;
}

export function integer(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

/** "2,3,4": different positive whole numbers. */
export function positiveIntegers(text: string): number[] {
  const values = text.split(',').map(Number);
  const valid = values.every((value) => Number.isInteger(value) && value > 0);
  if (!valid || new Set(values).size < values.length)
    throw new InvalidArgumentError('Expected different positive whole numbers with commas, such as 2,3,4.');
  return values;
}

export function integerBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`);
    }
    return value;
  };
}

export function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined) {
      throw new InvalidArgumentError(
        `Expected ${choices.join(', ')}. Did you mean ${closest(text, [...choices])}?`,
      );
    }
    return found;
  };
}

/** In any case of letters; the choice as it is written in the list. */
export function oneOfAnyCase<T extends string>(choices: readonly T[]): (text: string) => T {
  const exact = oneOf(choices);
  return (text) => choices.find((choice) => choice.toLowerCase() === text.toLowerCase()) ?? exact(text);
}

export function tileSize(text: string): NonNullable<UpscaleOptions['tile']> {
  if (text === 'auto' || text === 'off' || text === 'chop') return text;
  const side = Number(text);
  if (!Number.isInteger(side) || side < MIN_TILE) {
    throw new InvalidArgumentError(`Expected auto, off, chop or a number of pixels, at least ${MIN_TILE}.`);
  }
  return side;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** "1500M", "2G", "2GiB" or a number of bytes. */
export function byteSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text);
  const bytes = Number(match?.[1]) * (UNITS[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN);
  if (!(bytes > 0)) throw new InvalidArgumentError('Expected a size such as 1500M or 2G.');
  return bytes;
}
