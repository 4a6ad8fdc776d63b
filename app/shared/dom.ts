/** The elements of a page, found by their id or class. One that is missing is a mistake in the HTML. */

export function byId<E extends Element>(id: string, kind: new () => E): E {
  return checked(document.getElementById(id), kind, `#${id}`);
}

export function within<E extends Element>(parent: ParentNode, selector: string, kind: new () => E): E {
  return checked(parent.querySelector(selector), kind, selector);
}

function checked<E extends Element>(found: Element | null, kind: new () => E, name: string): E {
  if (!(found instanceof kind)) throw new Error(`${name}: expected a ${kind.name}, found ${found?.tagName}`);
  return found;
}

/** A copy of the one element in a `<template>`. */
export function fromTemplate<E extends Element>(id: string, kind: new () => E): E {
  const copy = byId(id, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  return checked(copy instanceof Element ? copy : null, kind, `#${id}`);
}

/** The radio button of a group that is on, as its value. */
export function onChoice<T extends string>(group: HTMLElement, chosen: (value: T) => void): void {
  group.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.checked) chosen(target.value as T);
  });
}

/**
 * Makes a change that may hide or remove what has the focus, which would fall back to the top of the page. The first
 * of the others that is seen gets it.
 */
export function keepFocus(change: () => void, ...others: HTMLElement[]): void {
  const focused = document.activeElement;
  const was = focused && isSeen(focused);
  change();
  if (was && !isSeen(focused)) others.find(isSeen)?.focus();
}

function isSeen(element: Element): boolean {
  return element.getClientRects().length > 0;
}

/** Nothing done yet is shown as work of unknown length. */
export function showShare(progress: HTMLProgressElement, share: number): void {
  if (share > 0) progress.value = share;
  else progress.removeAttribute('value');
}
