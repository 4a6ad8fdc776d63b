/** The plots of a run: its curves as SVG. */
import { scaleLinear, scaleLog } from 'd3-scale';
import {
  band,
  COLOURS,
  chart,
  curve,
  FRAME,
  limits,
  type Point,
  referenceLine,
  ring,
  type Scale,
} from './chart.ts';
import type { Curves, Score } from './curves.ts';

/** More points than this are not seen at a chart's width. */
const MOST_POINTS = 600;
/** Of more values than this, only their range is drawn. */
const MOST_VALUES = 400;
/** Losses that differ by more than this factor are drawn on a logarithmic scale. */
const LOGARITHMIC_FROM = 2;

/**
 * The loss over the steps: every value faintly, or between what the values lie, and their running mean.
 *
 * @param title such as the run's name
 * @returns undefined where there is nothing to draw yet
 */
export function lossPlot({ steps, losses }: Curves, title: string): string | undefined {
  const points = steps
    .map((step, i): Point => [step, losses[i]!])
    .filter(([, loss]) => Number.isFinite(loss));
  const last = points.at(-1);
  if (!last) return undefined;
  const smooth = runningMean(points);
  const y = lossScale(points.map(([, loss]) => loss));
  const x = horizontalScale(last[0]);
  const colour = COLOURS[0];
  const values = points.length > MOST_VALUES ? band(points, x, y, colour) : curve(points, x, y, colour, 0.35);
  const label = `running mean, now ${Number(smooth.at(-1)![1].toPrecision(4))}`;
  const shapes = values + curve(thinned(smooth), x, y, colour);
  return chart({ title: `${title}: loss`, x, y, xLabel: 'step', series: [{ label, colour, shapes }] });
}

/**
 * The PSNR of every evaluation, the best of each set marked, with a dashed line where bicubic interpolation is.
 *
 * @param title such as the run's name
 * @returns undefined where there is nothing to draw yet
 */
export function psnrPlot({ scores }: Curves, title: string): string | undefined {
  const sets = [...scores]
    .map(([name, all]) => ({ name, scores: all.filter(({ psnr }) => Number.isFinite(psnr)) }))
    .filter((set) => set.scores.length > 0);
  if (sets.length === 0) return undefined;
  const all = sets.flatMap((set) => set.scores);
  const byEpoch = all.every(({ epoch }) => epoch !== undefined);
  const xLabel = byEpoch ? 'epoch' : 'step';
  const position = ({ epoch, step }: Score) => (byEpoch ? epoch! : step);
  const x = horizontalScale(limits(all.map(position))[1]);
  const y = psnrScale(all);
  const series = sets.map((set, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const best = set.scores.reduce((a, b) => (b.psnr > a.psnr ? b : a));
    const label = `${set.name}, best ${best.psnr.toFixed(3)} dB at ${xLabel} ${position(best)}`;
    const points = set.scores.map((score): Point => [position(score), score.psnr]);
    const { bicubic } = set.scores.at(-1)!;
    const reference = bicubic === undefined ? '' : bicubicLine(bicubic, y, colour);
    const mark = ring([position(best), best.psnr], x, y, colour);
    return { label, colour, shapes: reference + curve(thinned(points), x, y, colour) + mark };
  });
  return chart({ title: `${title}: PSNR in dB`, x, y, xLabel, series });
}

function bicubicLine(psnr: number, y: Scale, colour: string): string {
  return Number.isFinite(psnr) ? referenceLine(psnr, `bicubic ${psnr.toFixed(2)} dB`, y, colour) : '';
}

function horizontalScale(last: number): Scale {
  return scaleLinear([0, last || 1], [FRAME.left, FRAME.right]);
}

/** Room above the highest and below the lowest value, as a part of their distance. */
const MARGIN = 0.06;

/** From the lowest to the highest value, logarithmic where they are far apart. */
function lossScale(values: readonly number[]): Scale {
  const [low, high] = limits(values);
  if (low <= 0 || high / low <= LOGARITHMIC_FROM) return linearScale(low, high);
  const room = (high / low) ** MARGIN;
  return scaleLog([low / room, high * room], [FRAME.bottom, FRAME.top]);
}

/**
 * The first evaluations may lie far below the rest and would press it together: what is more than four times as far
 * from the best as the median is runs out of the frame.
 */
function psnrScale(scores: readonly Score[]): Scale {
  const values = scores.map(({ psnr }) => psnr).sort((a, b) => a - b);
  const [high, median] = [values.at(-1)!, values[values.length >> 1]!];
  const shown = high > median ? values.filter((value) => value >= high - 4 * (high - median)) : values;
  const references = scores.flatMap(({ bicubic }) => bicubic ?? []).filter(Number.isFinite);
  return linearScale(...limits([...shown, ...references]));
}

function linearScale(low: number, high: number): Scale {
  const room = MARGIN * (high - low || Math.abs(high) || 1);
  return scaleLinear([low - room, high + room], [FRAME.bottom, FRAME.top]);
}

/**
 * Mean of what came before, weighted more the later it came: over an eighth of it, but at least ten points and at
 * most a fortieth of all.
 */
function runningMean(points: readonly Point[]): Point[] {
  const most = Math.max(5, points.length / 40);
  let [sum, weight] = [0, 0];
  return points.map(([x, y], i) => {
    const keep = 1 - 1 / Math.min(Math.max(i / 8, 10), most);
    sum = keep * sum + y;
    weight = keep * weight + 1;
    return [x, sum / weight];
  });
}

/** At most `MOST_POINTS` of the points, evenly chosen, the last one among them. */
function thinned(points: readonly Point[]): Point[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => (points.length - 1 - i) % stride === 0);
}
