/** Everything that the training page shows, beside the place in the curves that is pointed at. */
import type { Store } from '../shared/store.ts';
import type { RunDescription, RunEntry } from './api.ts';
import type { Axis, RunCurves } from './curves.ts';

export interface State {
  readonly connection: Connection;
  /** The run that was started last first. Undefined until they are known. */
  readonly runs: readonly RunEntry[] | undefined;
  /** Names of the runs whose curves are drawn, in the order in which they were chosen. */
  readonly shown: readonly string[];
  /** One of them: the one that is described. */
  readonly selected: string | undefined;
  readonly curves: ReadonlyMap<string, RunCurves>;
  readonly descriptions: ReadonlyMap<string, RunDescription>;
  /** Why a run cannot be read, by its name. */
  readonly failures: ReadonlyMap<string, string>;
  readonly axis: Axis;
  /** The last part of the curves that is seen, 0..1. */
  readonly part: number;
}

export type Connection =
  | { readonly kind: 'opening' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly since: Date }
  /** There is a server, and it shows no trainings. */
  | { readonly kind: 'absent' };

export const INITIAL_STATE: State = {
  connection: { kind: 'opening' },
  runs: undefined,
  shown: [],
  selected: undefined,
  curves: new Map(),
  descriptions: new Map(),
  failures: new Map(),
  axis: 'step',
  part: 1,
};

export type TrainingStore = Store<State>;

export function selectedRun({ runs, selected }: State): RunEntry | undefined {
  return runs?.find(({ name }) => name === selected);
}

type Choice = Pick<State, 'shown' | 'selected'>;

/** Describes a run. It takes the place of a single one, and joins several. */
export function select({ shown }: Choice, name: string): Choice {
  if (shown.includes(name)) return { shown, selected: name };
  return { shown: shown.length > 1 ? [...shown, name] : [name], selected: name };
}

/** Draws the curves of a run beside others, or no more. */
export function compare({ shown, selected }: Choice, name: string, on: boolean): Choice {
  const others = shown.filter((other) => other !== name);
  if (on) return { shown: [...others, name], selected: selected ?? name };
  return { shown: others, selected: selected === name ? others[0] : selected };
}

/** Takes over a list of runs: those that are gone are shown no more, and one is always described. */
export function withRuns(choice: Choice, found: readonly RunEntry[]): Choice & Pick<State, 'runs'> {
  const runs = [...found].sort((a, b) => (b.started ?? '').localeCompare(a.started ?? ''));
  const names = new Set(runs.map(({ name }) => name));
  const shown = choice.shown.filter((name) => names.has(name));
  const left = { shown, selected: shown.find((name) => name === choice.selected) ?? shown[0] };
  const first = found[0];
  return { runs, ...(left.selected === undefined && first ? select(left, first.name) : left) };
}

/** A map with one entry changed. */
export function withEntry<V>(map: ReadonlyMap<string, V>, name: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(name, value);
}
