/** Whether the page is up to date, and what to do where there is nothing to show. */
import { byId } from '../shared/dom.ts';
import type { State, TrainingStore } from './state.ts';

/** Sections of the page of which one is seen. */
const PARTS = ['waiting', 'absent', 'no-runs', 'training'] as const;

export function showConnection(store: TrainingStore): void {
  const live = byId('live', HTMLElement);
  const lost = byId('lost', HTMLElement);
  store.subscribe((state) => {
    const { connection } = state;
    live.dataset.connection = connection.kind;
    live.textContent =
      connection.kind === 'live' ? 'Live' : connection.kind === 'lost' ? 'Not connected' : '';
    lost.hidden = connection.kind !== 'lost' || !state.runs;
    if (connection.kind === 'lost')
      lost.textContent = `No connection to the server since ${connection.since.toLocaleTimeString('en-GB')}; trying again. What you see is from then.`;
    const seen = partOf(state);
    for (const part of PARTS) byId(part, HTMLElement).hidden = part !== seen;
  });
}

function partOf({ connection, runs }: State): (typeof PARTS)[number] {
  if (connection.kind === 'absent') return 'absent';
  if (!runs) return 'waiting';
  return runs.length === 0 ? 'no-runs' : 'training';
}
