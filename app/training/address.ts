/** What is looked at, in the address of the page: it survives a reload, and can be kept as a bookmark. */
import { INITIAL_STATE, type State, type TrainingStore, withRuns } from './state.ts';

type Kept = Pick<State, 'shown' | 'selected' | 'axis' | 'part'>;

export function keepInAddress(store: TrainingStore): void {
  store.subscribe((state) => {
    // Until the list is there, the names of the address stand for themselves.
    if (!state.runs) return;
    const text = textOf(state);
    // Safari lets a page do this a hundred times in half a minute, and changes of the state come faster.
    if (text !== location.hash.slice(1)) history.replaceState(null, '', `#${text}`);
  });
  addEventListener('hashchange', () => {
    const kept = readAddress();
    store.update({ ...kept, ...withRuns(kept, store.state.runs ?? []) });
  });
}

/** Names that are no runs are left out when the list is there. */
export function readAddress(): Kept {
  const fields = new URLSearchParams(location.hash.slice(1));
  const shown = fields.getAll('run');
  const part = Number(fields.get('part') ?? 1);
  return {
    shown,
    selected: shown[0],
    axis: fields.get('axis') === 'time' ? 'time' : 'step',
    part: part > 0 && part <= 1 ? part : 1,
  };
}

function textOf({ shown, selected, axis, part }: Kept): string {
  const names = [...shown].sort((a, b) => Number(b === selected) - Number(a === selected));
  const fields = new URLSearchParams(names.map((name) => ['run', name]));
  if (axis !== INITIAL_STATE.axis) fields.set('axis', axis);
  if (part !== INITIAL_STATE.part) fields.set('part', String(part));
  return fields.toString();
}
