/** Curves on a canvas: uPlot, with lines of several runs over the same axis. */
import uPlot from 'uplot';
import type { ChartKind } from './chart-kinds.ts';
import { type Axis, type RunCurves, runningMean } from './curves.ts';
import { cssColour, faint, type Style } from './palette.ts';
import { durationText, psnrText } from './text.ts';
import { logarithmicTicks, type Range, roundTicks, timeTicks } from './ticks.ts';

/** A run in the charts. */
export interface Line {
  readonly name: string;
  readonly run: RunCurves;
  readonly style: Style;
}

/** Which part of an axis is seen. */
export interface Window {
  readonly axis: Axis;
  readonly range: Range;
}

const FONT = '12px system-ui, sans-serif';
/** CSS pixels for each line of the grid. */
const COLUMN = 80;
const ROW = 38;
/** Marks that are nearer than this are left out. */
const MARK_DISTANCE = 10;
const EVERY_TICK = (_: uPlot, ticks: number[]) => ticks;

export class Chart {
  private readonly element: HTMLElement;
  private readonly kind: ChartKind;
  private plot: uPlot | undefined;
  /** What cannot be changed in a plot: other lines, other colours. */
  private drawnKey = '';
  private lines: readonly Line[] = [];
  private window: Window = { axis: 'step', range: [0, 1] };
  private marked: number | undefined;

  constructor(element: HTMLElement, kind: ChartKind) {
    this.element = element;
    this.kind = kind;
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(element);
  }

  draw(lines: readonly Line[], window: Window): void {
    this.lines = lines;
    this.window = window;
    const key = JSON.stringify([
      window.axis,
      cssColour('--ink'),
      lines.map(({ name, style }) => [name, style]),
    ]);
    if (!this.plot || key !== this.drawnKey) this.renew();
    else this.plot.setData(this.data());
    this.drawnKey = key;
    this.mark(this.marked);
  }

  /** Draws a line at a place on the axis. */
  mark(place: number | undefined): void {
    this.marked = place;
    const left = place === undefined ? -1 : this.plot?.valToPos(place, 'x');
    this.plot?.setCursor({ left: left ?? -1, top: 0 }, false);
  }

  /** The place on the axis below a point of the screen. */
  placeAt(clientX: number): number | undefined {
    if (!this.plot) return undefined;
    const { left } = this.plot.over.getBoundingClientRect();
    return this.plot.posToVal(clientX - left, 'x');
  }

  private renew(): void {
    this.plot?.destroy();
    this.plot = new uPlot(this.options(), this.data(), this.element);
  }

  private size(): { width: number; height: number } {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  /** Values over the places of all lines together: those that are drawn faintly first, below all others. */
  private data(): uPlot.AlignedData {
    const { axis } = this.window;
    const curves = this.lines.map(({ run }) => this.kind.curve(run));
    const values = curves.map((curve): uPlot.AlignedData => [curve[axis], curve.values]);
    if (!this.kind.smooth) return uPlot.join(values);
    const means = curves.map((curve): uPlot.AlignedData => [curve[axis], runningMean(curve.values)]);
    return uPlot.join([...values, ...means]);
  }

  private options(): uPlot.Options {
    return {
      ...this.size(),
      padding: [8, 18, 0, 0],
      legend: { show: false },
      // What is pointed at is shown in all charts at once, also by keys and fingers: see the panel.
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false }, bind: NO_BINDINGS },
      scales: {
        x: { time: false, range: () => this.window.range },
        y: { distr: this.kind.logarithmic ? 3 : 1, range: () => this.range() },
      },
      axes: [this.horizontalAxis(), this.verticalAxis()],
      series: [{}, ...this.series()],
      hooks: { draw: [(plot) => this.drawReferences(plot)] },
    };
  }

  private series(): uPlot.Series[] {
    const lines = this.lines.map(({ name, style: { colour, dash } }): uPlot.Series => {
      const points = { show: (plot: uPlot) => this.isMarked(name, plot), fill: colour, size: 6 };
      return { stroke: colour, width: 2, dash, points };
    });
    if (!this.kind.smooth) return lines;
    const values = this.lines.map(({ name, style: { colour } }): uPlot.Series => {
      const stroke = (plot: uPlot) => faint(colour, this.count(name) > plot.width / 2);
      return { stroke, width: 1, points: { show: false } };
    });
    return [...values, ...lines];
  }

  /** A single value makes no line. */
  private isMarked(name: string, plot: uPlot): boolean {
    const count = this.count(name);
    return count === 1 || (this.kind.marks && count * MARK_DISTANCE < plot.width);
  }

  /** The number of values that a line has by now. */
  private count(name: string): number {
    const line = this.lines.find((line) => line.name === name);
    return line ? this.kind.curve(line.run).values.length : 0;
  }

  private range(): Range {
    // In a part of the curves what is far from them would press them together.
    const isPart = this.window.range[0] > 0;
    const references = isPart ? [] : this.references().map(({ value }) => value);
    return this.kind.range(this.seenValues(), references);
  }

  private seenValues(): number[] {
    const { axis, range } = this.window;
    return this.lines.flatMap(({ run }) => {
      const curve = this.kind.curve(run);
      return curve.values.filter(
        (value, i): value is number => value !== null && curve[axis][i]! >= range[0],
      );
    });
  }

  /** Runs that are validated on the same pictures share one, in a colour that is no run's. */
  private references(): { value: number; colour: string }[] {
    const found = new Map<string, { value: number; colour: string }>();
    for (const { run, style } of this.lines) {
      const value = this.kind.reference?.(run);
      if (value !== undefined && Number.isFinite(value))
        found.set(psnrText(value), { value, colour: style.colour });
    }
    const references = [...found.values()];
    return references.length > 1
      ? references
      : references.map(({ value }) => ({ value, colour: cssColour('--quiet') }));
  }

  private drawReferences(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = uPlot.pxRatio;
    ctx.save();
    ctx.font = FONT.replace('12', String(12 * ratio));
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash([6 * ratio, 4 * ratio]);
    for (const { value, colour } of this.references()) {
      const y = plot.valToPos(value, 'y', true);
      ctx.strokeStyle = ctx.fillStyle = colour;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillText(`bicubic ${psnrText(value)}`, bbox.left + bbox.width - 4 * ratio, y - 3 * ratio);
    }
    ctx.restore();
  }

  private horizontalAxis(): uPlot.Axis {
    const { axis } = this.window;
    return {
      ...lineStyle(),
      size: 28,
      splits: (plot, _, low, high) =>
        (axis === 'time' ? timeTicks : roundTicks)([low, high], Math.max(2, plot.width / COLUMN)),
      filter: EVERY_TICK,
      values: (_, ticks) => ticks.map(axis === 'time' ? durationText : stepText),
    };
  }

  private verticalAxis(): uPlot.Axis {
    const ticks = this.kind.logarithmic ? logarithmicTicks : roundTicks;
    return {
      ...lineStyle(),
      size: 58,
      splits: (plot, _, low, high) => ticks([low, high], Math.max(2, plot.height / ROW)),
      filter: EVERY_TICK,
      values: (_, values) => values.map((value) => this.kind.tick(value)),
    };
  }
}

function stepText(step: number): string {
  return step.toLocaleString('en', { notation: 'compact' });
}

function lineStyle(): uPlot.Axis {
  const line = { stroke: cssColour('--line'), width: 1 };
  return { stroke: cssColour('--quiet'), font: FONT, grid: line, ticks: { ...line, size: 5 }, gap: 4 };
}

const NO_BINDINGS: uPlot.Cursor.Bind = {
  mousedown: () => null,
  mouseup: () => null,
  click: () => null,
  dblclick: () => null,
  mousemove: () => null,
  mouseleave: () => null,
  mouseenter: () => null,
};
