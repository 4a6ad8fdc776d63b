/** A chart with what it says in words: the values at the place that is pointed at, a summary, and a table. */
import { fromTemplate, within } from '../shared/dom.ts';
import type { Store } from '../shared/store.ts';
import { Chart, type Line, type Window } from './chart.ts';
import type { ChartKind } from './chart-kinds.ts';
import { fillTable } from './chart-table.ts';
import { element } from './elements.ts';
import type { Palette } from './palette.ts';
import { placeText } from './text.ts';

/** The place on the axis of all charts that is pointed at, if any. */
export type Pointer = Store<{ readonly place: number | undefined }>;

/** Values that Page Up and Page Down pass over. */
const PAGE = 10;

export class ChartPanel {
  readonly element = fromTemplate('chart', HTMLElement);
  private readonly kind: ChartKind;
  private readonly palette: Palette;
  private readonly pointer: Pointer;
  private readonly plot = within(this.element, '.plot', HTMLElement);
  private readonly readout = within(this.element, '.readout', HTMLElement);
  private readonly nothing = within(this.element, '.nothing', HTMLElement);
  private readonly words = within(this.element, 'details', HTMLDetailsElement);
  private readonly chart: Chart;
  private lines: readonly Line[] = [];
  private window: Window = { axis: 'step', range: [0, 1] };

  constructor(kind: ChartKind, palette: Palette, pointer: Pointer) {
    this.kind = kind;
    this.palette = palette;
    this.pointer = pointer;
    this.chart = new Chart(this.plot, kind);
    this.element.dataset.chart = kind.id;
    within(this.element, 'h3', HTMLElement).textContent = kind.title;
    within(this.element, '.note', HTMLElement).textContent = kind.note ?? '';
    within(this.words, 'summary', HTMLElement).textContent = `${kind.title} as text`;
    const scrolls = within(this.words, '.scrolls', HTMLElement);
    scrolls.ariaLabel = `${kind.title}: values`;
    scrolls.tabIndex = 0;
    this.plot.ariaLabel = `${kind.title}: place in the curves`;
    this.words.addEventListener('toggle', () => this.describe());
    this.listen();
    pointer.subscribe(() => this.point());
  }

  /**
   * @param lines the run that is described first
   * @param nothing why there is nothing to see, if so
   */
  show(lines: readonly Line[], window: Window, nothing: string): void {
    this.lines = lines.filter(({ run }) => this.kind.curve(run).values.length > 0);
    this.window = window;
    const isEmpty = this.lines.length === 0;
    this.plot.hidden = this.words.hidden = isEmpty;
    this.nothing.hidden = !isEmpty;
    this.nothing.textContent = nothing;
    if (!isEmpty) this.chart.draw(this.lines, window);
    this.describe();
    this.point();
  }

  private listen(): void {
    const point = ({ clientX }: MouseEvent) => this.pointer.update({ place: this.chart.placeAt(clientX) });
    this.plot.addEventListener('pointermove', point);
    this.plot.addEventListener('pointerdown', point);
    this.plot.addEventListener('pointerleave', () => this.pointer.update({ place: undefined }));
    this.plot.addEventListener('blur', () => this.pointer.update({ place: undefined }));
    this.plot.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Goes from value to value of the first curve. */
  private onKey(event: KeyboardEvent): void {
    const first = this.lines[0];
    if (!first || event.ctrlKey || event.metaKey || event.altKey) return;
    const curve = this.kind.curve(first.run);
    const places = curve[this.window.axis];
    const last = places.length - 1;
    const { place } = this.pointer.state;
    const at = place === undefined ? last : curve.nearest(this.window.axis, place);
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageDown: at - PAGE,
      PageUp: at + PAGE,
      Home: places.findIndex((place) => place >= this.window.range[0]),
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.pointer.update({ place: places[Math.min(last, Math.max(0, target))] });
  }

  /** The values where it is pointed at, or the latest. */
  private point(): void {
    const { axis, range } = this.window;
    const { place } = this.pointer.state;
    const values = this.lines.map((line) => this.valueOf(line, place));
    const where = placeText(axis, place === undefined ? range[1] : Math.round(place));
    this.readout.replaceChildren(
      ...values.map(({ name, text }) => {
        const label = values.length > 1 ? `${name} ` : '';
        const swatch = element('i', this.palette.swatch(name));
        return element('span', '', swatch, label, element('b', '', text));
      }),
      ...(place === undefined || values.length === 0 ? [] : [element('span', 'where', where)]),
    );
    this.chart.mark(place);
    this.plot.ariaValueMin = String(range[0]);
    this.plot.ariaValueMax = String(range[1]);
    this.plot.ariaValueNow = String(place ?? range[1]);
    const told = values.map(({ name, text }) => `${name} ${text}`);
    this.plot.ariaValueText = `${place === undefined ? 'latest' : where}: ${told.join(', ')}`;
  }

  /** Beyond the end of a run there is no value. */
  private valueOf({ name, run }: Line, place = Number.NaN): { name: string; text: string } {
    const curve = this.kind.curve(run);
    const places = curve[this.window.axis];
    const last = places.length - 1;
    const at = Number.isNaN(place) ? last : curve.nearest(this.window.axis, place);
    const isBeyond = place > places[last]! + (places[last]! - (places[last - 1] ?? 0)) / 2;
    return { name, text: this.kind.text(isBeyond ? undefined : curve.values[at]) };
  }

  /** In words, where they are asked for. */
  private describe(): void {
    if (!this.words.open || this.lines.length === 0) return;
    const { axis } = this.window;
    within(this.words, '.summary', HTMLElement).replaceChildren(
      ...this.lines.map(({ name, run }) =>
        element('p', '', `${name}: ${this.kind.summary(this.kind.curve(run), run, axis)}.`),
      ),
    );
    fillTable(within(this.words, 'table', HTMLTableElement), this.kind, this.lines, axis);
  }
}
