/** Where the lines of a chart's grid are, and between which values a curve is seen. */

export type Range = [low: number, high: number];

/** Room above the highest and below the lowest value, as a part of their distance. */
const MARGIN = 0.08;
const STEPS = [1, 2, 5, 10];

/** At most `most` round numbers, evenly apart. */
export function roundTicks([low, high]: Range, most: number): number[] {
  const least = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  return multiples([low, high], power * STEPS.find((factor) => factor * power >= least)!);
}

function multiples([low, high]: Range, step: number): number[] {
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length: count }, (_, i) => plain((first + i) * step));
}

/** 0.3 instead of 0.30000000000000004. */
function plain(value: number): number {
  return Number(value.toPrecision(12));
}

/** For a logarithmic scale: 1, 2 and 5 of each power of ten, or round numbers where that is too few. */
export function logarithmicTicks(range: Range, most: number): number[] {
  const [low, high] = range.map((value) => Math.floor(Math.log10(value))) as Range;
  const powers = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  const choices = [[1, 2, 5], [1]].map((factors) =>
    powers
      .flatMap((power) => factors.map((factor) => plain(factor * power)))
      .filter((tick) => tick >= range[0] && tick <= range[1]),
  );
  const found = choices.find((ticks) => ticks.length <= most) ?? choices.at(-1)!;
  return found.length > 2 ? found : roundTicks(range, most);
}

/** A little more than from the lowest to the highest value. */
function around([low, high]: Range): Range {
  const room = MARGIN * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

/** The same for a logarithmic scale, which has room for positive values only. */
export function aroundLogarithmic(values: readonly number[]): Range {
  const [low, high] = limits(values.filter((value) => value > 0));
  const room = Math.max(1.02, (high / low) ** MARGIN);
  return [low / room, high * room];
}

/** From zero, which is what rates are seen against. */
export function fromZero(values: readonly number[]): Range {
  const [, high] = limits(values);
  return [0, high > 0 ? (1 + MARGIN) * high : 1];
}

/**
 * The first validations may lie far below the rest and would press it together: what is more than four times as far
 * from the best as the median is runs out of the frame. The run's own plot does the same.
 */
export function aroundBest(values: readonly number[], references: readonly number[]): Range {
  const rising = [...values].sort((a, b) => a - b);
  const [high = 1, median = 0] = [rising.at(-1), rising[rising.length >> 1]];
  const seen = high > median ? rising.filter((value) => value >= high - 4 * (high - median)) : rising;
  return around(limits([...seen, ...references]));
}

function limits(values: readonly number[]): Range {
  if (values.length === 0) return [1, 1];
  return values.reduce<Range>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [values[0]!, values[0]!],
  );
}

/** Seconds between lines of an axis of time. */
const TIME_STEPS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 86_400];

export function timeTicks([low, high]: Range, most: number): number[] {
  const least = (high - low) / most;
  const day = TIME_STEPS.at(-1)!;
  return multiples([low, high], TIME_STEPS.find((step) => step >= least) ?? Math.ceil(least / day) * day);
}
