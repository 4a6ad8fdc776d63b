/** Asks before the page is left with pictures whose results would be lost. */
import type { PageStore, Picture } from './state.ts';

export function guardLeaving(store: PageStore): void {
  store.subscribe(({ pictures }) => {
    // A listener that is always there keeps some browsers from going back to the page at once.
    if (pictures.some(wouldBeLost)) addEventListener('beforeunload', ask);
    else removeEventListener('beforeunload', ask);
  });
}

function wouldBeLost({ status, saved }: Picture): boolean {
  if (status.kind === 'done') return status.result !== saved;
  return status.kind === 'waiting' || status.kind === 'running';
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
