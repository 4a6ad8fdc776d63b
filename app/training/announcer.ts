/** Says what happens to those who do not see it: not every step, but what one would look up for. */
import { byId } from '../shared/dom.ts';
import type { RunEntry } from './api.ts';
import { type Connection, selectedRun, type TrainingStore } from './state.ts';
import { psnrText, stateOf } from './text.ts';

const CONNECTIONS: Readonly<Record<Connection['kind'], string>> = {
  opening: '',
  live: 'Connected; the page updates by itself.',
  lost: 'No connection to the server; trying again.',
  absent: 'This server shows no trainings.',
};

export function announce(store: TrainingStore): void {
  const region = byId('announcements', HTMLElement);
  let connection: Connection['kind'] = 'opening';
  let before: RunEntry | undefined;
  store.subscribe((state) => {
    const { kind } = state.connection;
    const run = selectedRun(state);
    const news = [
      ...(kind === connection ? [] : [CONNECTIONS[kind]]),
      ...(run && run.name === before?.name ? changes(before, run) : []),
    ];
    connection = kind;
    before = run;
    if (news.length > 0) region.textContent = news.join(' ');
  });
}

function changes(before: RunEntry, run: RunEntry): string[] {
  const { name, psnr, best } = run;
  const isBest = best !== undefined && best.psnr === psnr;
  return [
    ...(stateOf(before) === stateOf(run) ? [] : [`${name}: ${stateOf(run)}.`]),
    ...(Object.is(before.psnr, psnr)
      ? []
      : [`${name}: PSNR ${psnrText(psnr)}${isBest ? ', the best so far' : ''}.`]),
  ];
}
