/** The three charts of the runs that are shown, over one axis. */
import { byId, onChoice } from '../shared/dom.ts';
import { Store } from '../shared/store.ts';
import type { Line, Window } from './chart.ts';
import { CHART_KINDS, type ChartKind } from './chart-kinds.ts';
import { ChartPanel, type Pointer } from './chart-panel.ts';
import type { Axis, RunCurves } from './curves.ts';
import type { Palette } from './palette.ts';
import { type State, selectedRun, type TrainingStore } from './state.ts';
import { integerText } from './text.ts';

export class Charts {
  private readonly palette: Palette;
  private readonly pointer: Pointer = new Store<{ place: number | undefined }>({ place: undefined });
  private readonly panels: readonly (readonly [ChartKind, ChartPanel])[];
  private drawn: unknown[] = [];

  constructor(store: TrainingStore, palette: Palette) {
    this.palette = palette;
    this.panels = CHART_KINDS.map((kind) => [kind, new ChartPanel(kind, palette, this.pointer)]);
    byId('charts', HTMLElement).append(...this.panels.map(([, { element }]) => element));
    onChoice<Axis>(byId('axis', HTMLElement), (axis) => {
      this.pointer.update({ place: undefined });
      store.update({ axis });
    });
    onChoice(byId('part', HTMLElement), (part) => store.update({ part: Number(part) }));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw(store.state));
    store.subscribe((state) => this.render(state));
  }

  private render(state: State): void {
    const { shown, selected, curves, descriptions, axis, part } = state;
    check(byId('axis', HTMLElement), axis);
    check(byId('part', HTMLElement), String(part));
    const now = [shown, selected, curves, descriptions, axis, part];
    if (now.every((value, i) => value === this.drawn[i])) return;
    this.drawn = now;
    this.draw(state);
  }

  private draw(state: State): void {
    const { shown, selected, curves } = state;
    const names = [...shown].sort((a, b) => Number(b === selected) - Number(a === selected));
    const lines = names.flatMap((name): Line[] => {
      const run = curves.get(name);
      return run ? [{ name, run, style: this.palette.style(name) }] : [];
    });
    const window = windowOf(state, lines);
    for (const [kind, panel] of this.panels) panel.show(lines, window, whyNothing(kind, state));
  }
}

/** The last part of the longest run. */
function windowOf({ axis, part }: State, lines: readonly Line[]): Window {
  const end = Math.max(0, ...lines.flatMap(({ run }) => lastPlaces(run, axis))) || 1;
  return { axis, range: [end * (1 - part), end] };
}

function lastPlaces({ loss, psnr }: RunCurves, axis: Axis): number[] {
  return [loss, psnr].flatMap((curve) => curve[axis].at(-1) ?? []);
}

function whyNothing({ id }: ChartKind, state: State): string {
  const run = selectedRun(state);
  const { options = {} } = (run && state.descriptions.get(run.name)) || {};
  const { printEvery, stepsPerEpoch, validation } = options;
  if (id !== 'psnr')
    return typeof printEvery === 'number'
      ? `Nothing yet: the first value comes after step ${integerText(printEvery)} (--print_every).`
      : 'Nothing yet.';
  if (!('stepsPerEpoch' in options)) return 'Nothing yet.';
  if (validation === undefined) return 'This run has no pictures to validate with (--val-hr).';
  return `Nothing yet: a run is validated at the end of each epoch, after ${integerText(Number(stepsPerEpoch))} steps.`;
}

function check(group: HTMLElement, value: string): void {
  for (const input of group.querySelectorAll('input')) input.checked = input.value === value;
}
