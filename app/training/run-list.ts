/** The list of runs: a card for each. Cards stay where they are, so that the focus does. */
import { byId, fromTemplate, within } from '../shared/dom.ts';
import type { RunEntry } from './api.ts';
import { setText } from './elements.ts';
import type { Palette } from './palette.ts';
import { compare, type State, select, type TrainingStore } from './state.ts';
import { dateText, integerText, psnrText, stateOf } from './text.ts';

export class RunList {
  private readonly store: TrainingStore;
  private readonly palette: Palette;
  private readonly list = byId('runs', HTMLUListElement);
  private readonly cards = new Map<string, Card>();

  constructor(store: TrainingStore, palette: Palette) {
    this.store = store;
    this.palette = palette;
    store.subscribe((state) => this.render(state));
  }

  private render(state: State): void {
    const { runs = [] } = state;
    const names = new Set(runs.map(({ name }) => name));
    for (const [name, { element }] of this.cards) {
      if (names.has(name)) continue;
      element.remove();
      this.cards.delete(name);
    }
    for (const [i, run] of runs.entries()) {
      const card = this.card(run.name);
      // Only what stands elsewhere is moved: what is moved loses the focus.
      if (this.list.children[i] !== card.element)
        this.list.insertBefore(card.element, this.list.children[i] ?? null);
      card.render(run, state, this.palette);
    }
  }

  private card(name: string): Card {
    const found = this.cards.get(name);
    if (found) return found;
    const card = new Card(name, {
      select: () => this.store.update(select(this.store.state, name)),
      compare: (on) => this.store.update(compare(this.store.state, name, on)),
    });
    this.cards.set(name, card);
    return card;
  }
}

interface CardActions {
  select(): void;
  compare(on: boolean): void;
}

class Card {
  readonly element = fromTemplate('run', HTMLLIElement);
  private readonly open = within(this.element, '.open', HTMLButtonElement);
  private readonly box = within(this.element, 'input', HTMLInputElement);

  constructor(name: string, actions: CardActions) {
    within(this.element, '.name', HTMLElement).textContent = name;
    this.open.title = name;
    this.box.ariaLabel = `Draw the curves of ${name}`;
    this.open.addEventListener('click', () => actions.select());
    this.box.addEventListener('change', () => actions.compare(this.box.checked));
  }

  render(run: RunEntry, { shown, selected }: State, palette: Palette): void {
    const { name, step, best, started } = run;
    const isShown = shown.includes(name);
    const state = stateOf(run);
    this.element.dataset.state = state;
    this.open.setAttribute('aria-pressed', String(name === selected));
    this.box.checked = isShown;
    // One is always shown.
    this.box.disabled = isShown && shown.length === 1;
    within(this.element, '.swatch', HTMLElement).className = isShown ? palette.swatch(name) : 'swatch';
    setText(within(this.element, '.badge', HTMLElement), state);
    const facts = [`step ${integerText(step)}`, ...(best ? [`best ${psnrText(best.psnr)}`] : [])];
    setText(within(this.element, '.facts', HTMLElement), facts.join(' · '));
    setText(within(this.element, '.started', HTMLElement), `started ${dateText(started)}`);
  }
}
