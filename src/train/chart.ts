/**
 * Charts as SVG, drawn without a browser. A chart brings its own background, so it can be read on light and on dark
 * pages.
 */
import type { ScaleContinuousNumeric } from 'd3-scale';
import { area, line } from 'd3-shape';

export type Point = readonly [x: number, y: number];
/** From a value to its place in the chart, in pixels. */
export type Scale = ScaleContinuousNumeric<number, number>;

const WIDTH = 840;
const HEIGHT = 420;
/** Where the curves are drawn. */
export const FRAME = { left: 66, right: WIDTH - 24, top: 74, bottom: HEIGHT - 52 };

/** Colours that people with any kind of colour vision tell apart (after Okabe and Ito, darkened for white). */
export const COLOURS = ['#0067a5', '#c2410c', '#00795a', '#a8418a', '#8a6100', '#2a7fb8'] as const;
const INK = '#1f2937';
const FAINT_INK = '#6b7280';
const GRID = '#e5e7eb';
const GROUND = '#fff';

/** Sections of a curve whose range is drawn. */
const SECTIONS = 160;
/** Up to so many points, each has a dot. */
const MOST_DOTS = 40;

/** The lowest and the highest value. */
export function limits(values: readonly number[]): [low: number, high: number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

/** A line through the points, with a dot at each where they are few. */
export function curve(points: readonly Point[], x: Scale, y: Scale, colour: string, opacity = 1): string {
  const draw = line<Point>(
    ([at]) => x(at),
    ([, value]) => y(value),
  );
  const style = { fill: 'none', stroke: colour, 'stroke-width': 2, 'stroke-linejoin': 'round' };
  const shapes = [element('path', { d: draw.digits(1)([...points])!, ...style })];
  if (points.length <= MOST_DOTS) {
    const dot = ([at, value]: Point) =>
      element('circle', { cx: round(x(at)), cy: round(y(value)), r: 2.5, fill: colour });
    shapes.push(...points.map(dot));
  }
  return element('g', { opacity }, shapes.join(''));
}

/** The area between the lowest and the highest value of each section of the curve. */
export function band(points: readonly Point[], x: Scale, y: Scale, colour: string): string {
  const length = Math.ceil(points.length / SECTIONS);
  const starts = Array.from({ length: Math.ceil(points.length / length) }, (_, i) => i * length);
  const sections = starts.map((start) => {
    const section = points.slice(start, start + length);
    const [low, high] = limits(section.map(([, value]) => value));
    return { at: section[section.length >> 1]![0], low, high };
  });
  const draw = area<(typeof sections)[number]>(
    ({ at }) => x(at),
    ({ low }) => y(low),
    ({ high }) => y(high),
  );
  return element('path', { d: draw.digits(1)(sections)!, fill: colour, 'fill-opacity': 0.2 });
}

/** A ring around a point, to mark it. */
export function ring([at, value]: Point, x: Scale, y: Scale, colour: string): string {
  const style = { r: 5, fill: GROUND, stroke: colour, 'stroke-width': 2 };
  return element('circle', { cx: round(x(at)), cy: round(y(value)), ...style });
}

/** A dashed line at a value, with what it is. */
export function referenceLine(value: number, label: string, y: Scale, colour: string): string {
  const at = round(y(value));
  // Around the letters, the ground covers lines.
  const halo = { stroke: GROUND, 'stroke-width': 4, 'paint-order': 'stroke' };
  const place = { x: FRAME.right - 4, y: at - 6, 'text-anchor': 'end' };
  return (
    horizontal(at, { stroke: colour, 'stroke-dasharray': '6 5', 'stroke-width': 1.5 }) +
    text(label, { ...place, fill: colour, ...halo })
  );
}

/** One curve, and what is said of it above the chart. */
export interface Series {
  readonly label: string;
  readonly colour: string;
  /** SVG elements, drawn with the chart's scales. */
  readonly shapes: string;
}

export interface Chart {
  readonly title: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly xLabel: string;
  readonly series: readonly Series[];
}

/** A whole SVG file. */
export function chart({ title, x, y, xLabel, series }: Chart): string {
  const { left, right, top, bottom } = FRAME;
  const rows = Math.ceil(series.length / LEGEND_COLUMNS.length);
  const height = HEIGHT + LEGEND_ROW * (rows - 1);
  // A mark at the right end may reach beyond the frame.
  const clip = element('clipPath', { id: 'frame' }, rectangle(left, top, right + 8 - left, bottom - top));
  const frame = [
    verticalAxis(y),
    horizontalAxis(x),
    text(xLabel, { x: right, y: HEIGHT - 14, 'text-anchor': 'end' }),
    element('g', { 'clip-path': 'url(#frame)' }, series.map(({ shapes }) => shapes).join('')),
  ];
  const content = [
    element('title', {}, escapeText(title)),
    element('defs', {}, clip),
    rectangle(0.5, 0.5, WIDTH - 1, height - 1, { rx: 8, fill: GROUND, stroke: GRID }),
    text(title, { x: left, y: 32, 'font-size': 16, 'font-weight': 600, fill: INK }),
    ...series.map(legendEntry),
    element('g', { transform: `translate(0 ${height - HEIGHT})` }, frame.join('\n')),
  ];
  return `${element('svg', { ...page(height), ...TEXT_STYLE }, content.join('\n'))}\n`;
}

const TEXT_STYLE = {
  'font-family': "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif",
  'font-size': 12,
  fill: FAINT_INK,
};

function page(height: number): Attributes {
  const size = { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}` };
  return { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img' };
}

/** Height of a row of the legend, and where its entries begin. */
const LEGEND_ROW = 18;
const LEGEND_COLUMNS = [FRAME.left, 450] as const;

function legendEntry({ label, colour }: Series, index: number): string {
  const x = LEGEND_COLUMNS[index % LEGEND_COLUMNS.length]!;
  const y = 55 + LEGEND_ROW * Math.floor(index / LEGEND_COLUMNS.length);
  return element('circle', { cx: x + 4, cy: y - 4, r: 4, fill: colour }) + text(label, { x: x + 14, y });
}

function verticalAxis(y: Scale): string {
  const format = y.tickFormat(6, isLogarithmic(y) ? '~g' : undefined);
  const ticks = y.ticks(6).filter((value) => format(value) !== '');
  const lines = ticks.map((value) => {
    const at = round(y(value));
    const label = text(format(value), { x: FRAME.left - 10, y: at + 4, 'text-anchor': 'end' });
    return horizontal(at, { stroke: GRID }) + label;
  });
  return lines.join('');
}

function isLogarithmic(scale: Scale): boolean {
  return 'base' in scale;
}

function horizontalAxis(x: Scale): string {
  const format = new Intl.NumberFormat('en', { notation: 'compact' });
  const ticks = x.ticks(8).filter(Number.isInteger);
  const labels = ticks.map((value) =>
    text(format.format(value), { x: round(x(value)), y: FRAME.bottom + 20, 'text-anchor': 'middle' }),
  );
  return horizontal(FRAME.bottom, { stroke: FAINT_INK }) + labels.join('');
}

function horizontal(y: number, style: Attributes): string {
  return element('line', { x1: FRAME.left, x2: FRAME.right, y1: y, y2: y, ...style });
}

function rectangle(x: number, y: number, width: number, height: number, style: Attributes = {}): string {
  return element('rect', { x, y, width, height, ...style });
}

function text(content: string, attributes: Attributes): string {
  return element('text', attributes, escapeText(content));
}

type Attributes = Readonly<Record<string, string | number>>;

function element(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`);
  return `<${name}${list.join('')}>${content}</${name}>`;
}

function escapeText(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
