/** The three charts: what each is of, and how it is seen and told. */
import type { Axis, Curve, RunCurves } from './curves.ts';
import { integerText, lossText, placeText, psnrText, rateText } from './text.ts';
import { aroundBest, aroundLogarithmic, fromZero, type Range } from './ticks.ts';

export interface ChartKind {
  readonly id: 'loss' | 'psnr' | 'rate';
  readonly title: string;
  /** What one should know to read it. */
  readonly note?: string;
  curve(run: RunCurves): Curve;
  /** Draws the values faintly, and over them their running mean. */
  readonly smooth: boolean;
  /** Marks every value. */
  readonly marks: boolean;
  readonly logarithmic: boolean;
  /** What the values are to be seen against. */
  reference?(run: RunCurves): number | undefined;
  /** @param references values that must be seen, too */
  range(values: readonly number[], references: readonly number[]): Range;
  /** A value with its unit. */
  text(value: number | null | undefined): string;
  /** A value beside the axis. */
  tick(value: number): string;
  /** What there is to know of a curve that has values. */
  summary(curve: Curve, run: RunCurves, axis: Axis): string;
}

export const CHART_KINDS: readonly ChartKind[] = [
  {
    id: 'loss',
    title: 'Loss',
    note: 'faint: values, strong: running mean',
    curve: ({ loss }) => loss,
    smooth: true,
    marks: false,
    logarithmic: true,
    range: (values) => aroundLogarithmic(values),
    text: lossText,
    tick: (value) => String(value),
    summary: (curve, _, axis) => ends(curve, axis, lossText, 'lowest', Math.min),
  },
  {
    id: 'psnr',
    title: 'Validation PSNR',
    curve: ({ psnr }) => psnr,
    smooth: false,
    marks: true,
    logarithmic: false,
    reference: ({ latest }) => latest.bicubic,
    range: aroundBest,
    text: psnrText,
    tick: (value) => `${value} dB`,
    summary: describeValidations,
  },
  {
    id: 'rate',
    title: 'Learning rate',
    curve: ({ rate }) => rate,
    smooth: false,
    marks: false,
    logarithmic: false,
    range: (values) => fromZero(values),
    text: rateText,
    tick: rateText,
    summary: (curve, _, axis) => ends(curve, axis, rateText, 'highest', Math.max),
  },
];

/** "26.27 at step 100, lowest 4.21 at step 2,900, now 4.3 at step 3,000" */
function ends(
  curve: Curve,
  axis: Axis,
  text: (value: number | null | undefined) => string,
  name: string,
  better: (a: number, b: number) => number,
): string {
  const told = (title: string, at: number) =>
    `${title}${text(curve.values[at])} at ${placeText(axis, curve[axis][at]!)}`;
  const last = curve.values.length - 1;
  const extreme = indexOfBest(curve, better);
  return [told('', 0), ...(extreme < 0 ? [] : [told(`${name} `, extreme)]), told('now ', last)].join(', ');
}

function describeValidations(curve: Curve, { latest }: RunCurves, axis: Axis): string {
  const count = curve.values.length;
  const best = indexOfBest(curve, Math.max);
  const parts = [
    `${integerText(count)} ${count === 1 ? 'validation' : 'validations'}`,
    ...(best < 0 ? [] : [`best ${psnrText(curve.values[best])} at ${placeText(axis, curve[axis][best]!)}`]),
    `latest ${psnrText(curve.values[count - 1])} at ${placeText(axis, curve[axis][count - 1]!)}`,
    ...(latest.bicubic === undefined ? [] : [`bicubic ${psnrText(latest.bicubic)}`]),
  ];
  return parts.join(', ');
}

/** Index of the first of the best values; -1 where none is a number. */
function indexOfBest({ values }: Curve, better: (a: number, b: number) => number): number {
  return values.reduce<number>((best, value, i) => {
    if (value === null) return best;
    const known = values[best];
    return known === null || known === undefined || better(known, value) !== known ? i : best;
  }, -1);
}
