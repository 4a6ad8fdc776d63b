/** Says what happens to those who do not see it. */
import { byId } from '../shared/dom.ts';
import type { PageStore, Picture } from './state.ts';
import { statusText } from './text.ts';

/** Share of the work between two announcements of one picture. */
const STEP = 0.25;

export function announce(store: PageStore): void {
  const region = byId('announcements', HTMLElement);
  const said = new Map<number, string>();
  let unsaid: string[] = [];
  // What happens at once, such as the end of one picture and the beginning of the next, is said in one go.
  const say = (text: string) => {
    unsaid.push(text);
    if (unsaid.length > 1) return;
    setTimeout(() => {
      region.textContent = unsaid.join('. ');
      unsaid = [];
    });
  };
  store.subscribe(({ pictures }) => {
    for (const picture of pictures) {
      const step = stepOf(picture);
      if (said.get(picture.id) === step) continue;
      said.set(picture.id, step);
      say(`${picture.file.name}: ${statusText(picture)}`);
    }
  });
}

function stepOf({ status }: Picture): string {
  return status.kind === 'running' ? `running ${Math.floor(status.share / STEP)}` : status.kind;
}
