/** Elements made here. Their texts come from files and people: they are never taken for HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...content: readonly (string | Node)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
}

/** Gives a parent as many children as there are items; those that are there stay, so that what reads them can go on. */
export function fillWith<T>(
  parent: Element,
  items: readonly T[],
  make: () => HTMLElement,
  fill: (child: HTMLElement, item: T) => void,
): void {
  while (parent.children.length > items.length) parent.lastElementChild?.remove();
  while (parent.children.length < items.length) parent.append(make());
  for (const [i, item] of items.entries()) fill(parent.children[i] as HTMLElement, item);
}

/** Changes a text only where it is another one. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
