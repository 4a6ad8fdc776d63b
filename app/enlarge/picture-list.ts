/** The list of pictures: a card for each. Cards stay where they are, so that the focus does. */
import { byId, fromTemplate, keepFocus, showShare, within } from '../shared/dom.ts';
import type { Queue } from './queue.ts';
import type { PageStore, Picture, State } from './state.ts';
import { statusText } from './text.ts';

export class PictureList {
  private readonly store: PageStore;
  private readonly queue: Queue;
  private readonly list = byId('pictures', HTMLUListElement);
  private readonly cards = new Map<number, Card>();

  constructor(store: PageStore, queue: Queue) {
    this.store = store;
    this.queue = queue;
    const [add, choose] = [byId('add', HTMLButtonElement), byId('choose', HTMLButtonElement)];
    store.subscribe((state) => keepFocus(() => this.render(state), add, choose));
  }

  private render({ pictures, selected }: State): void {
    const ids = new Set(pictures.map(({ id }) => id));
    for (const [id, card] of this.cards) if (!ids.has(id)) this.take(id, card);
    for (const picture of pictures) this.card(picture.id).render(picture, picture.id === selected);
    byId('queue', HTMLElement).hidden = pictures.length === 0;
  }

  private take(id: number, { element }: Card): void {
    element.remove();
    this.cards.delete(id);
  }

  private card(id: number): Card {
    const found = this.cards.get(id);
    if (found) return found;
    const card = new Card(
      () => this.store.update({ selected: id }),
      (running) => (running ? this.queue.cancel(id) : this.queue.remove(id)),
    );
    this.cards.set(id, card);
    this.list.append(card.element);
    return card;
  }
}

class Card {
  readonly element = fromTemplate('card', HTMLLIElement);
  private readonly open = within(this.element, '.open', HTMLButtonElement);
  private readonly thumbnail = within(this.element, 'canvas', HTMLCanvasElement);
  private readonly progress = within(this.element, 'progress', HTMLProgressElement);
  private readonly end = within(this.element, '.end', HTMLButtonElement);
  private drawn: ImageBitmap | undefined;
  private running = false;

  constructor(select: () => void, end: (running: boolean) => void) {
    this.open.addEventListener('click', select);
    this.end.addEventListener('click', () => end(this.running));
  }

  render(picture: Picture, selected: boolean): void {
    const { file, status, looks } = picture;
    this.running = status.kind === 'running' || status.kind === 'waiting';
    this.element.dataset.status = status.kind;
    this.open.setAttribute('aria-pressed', String(selected));
    within(this.element, '.name', HTMLElement).textContent = file.name;
    // The name stands above.
    const state = statusText(picture).replace(`${file.name}: `, '');
    within(this.element, '.state', HTMLElement).textContent = state;
    this.end.ariaLabel = this.end.title = `${this.running ? 'Cancel' : 'Remove'} ${file.name}`;
    this.progress.hidden = status.kind !== 'running';
    this.progress.ariaLabel = `Progress of ${file.name}`;
    showShare(this.progress, status.kind === 'running' ? status.share : 0);
    if (looks && looks.thumbnail !== this.drawn) this.draw(looks.thumbnail);
  }

  private draw(thumbnail: ImageBitmap): void {
    this.drawn = thumbnail;
    this.thumbnail.getContext('2d')?.drawImage(thumbnail, 0, 0);
  }
}
