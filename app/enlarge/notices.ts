/** Errors that belong to no picture, one line each, until they are dismissed. */
import { byId, fromTemplate, keepFocus, within } from '../shared/dom.ts';
import { dismiss, type PageStore } from './state.ts';

export function showNotices(store: PageStore): void {
  const list = byId('notices', HTMLElement);
  const main = within(document, 'main', HTMLElement);
  const shown = new Map<number, HTMLElement>();
  const add = (id: number, message: string) => {
    const element = fromTemplate('notice', HTMLElement);
    within(element, 'p', HTMLElement).textContent = message;
    within(element, 'button', HTMLButtonElement).addEventListener('click', () => dismiss(store, id));
    shown.set(id, element);
    list.append(element);
  };
  store.subscribe(({ notices }) => {
    for (const { id, message } of notices) if (!shown.has(id)) add(id, message);
    for (const [id, element] of shown) {
      if (notices.some((notice) => notice.id === id)) continue;
      shown.delete(id);
      const others = [...shown.values()].map((other) => within(other, 'button', HTMLButtonElement));
      keepFocus(() => element.remove(), ...others, main);
    }
  });
}
