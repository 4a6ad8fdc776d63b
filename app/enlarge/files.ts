/** Files that come into the page: chosen, dropped or pasted. */

const WEIGHTS = /\.(safetensors|onnx|pth?)$/i;
const PICTURES = /\.(png|jpe?g|webp|avif|gif|bmp|ico|svg|tiff?|heic)$/i;

export interface SortedFiles {
  readonly pictures: File[];
  readonly weights: File[];
  readonly others: File[];
}

export function sortFiles(files: Iterable<File>): SortedFiles {
  const sorted: SortedFiles = { pictures: [], weights: [], others: [] };
  for (const file of files) sorted[kindOf(file)].push(file);
  return sorted;
}

function kindOf({ name, type }: File): keyof SortedFiles {
  if (WEIGHTS.test(name)) return 'weights';
  return type.startsWith('image/') || PICTURES.test(name) ? 'pictures' : 'others';
}

/** Takes files that are dropped anywhere on the page, or pasted. */
export function takeFiles(take: (files: Iterable<File>) => void): void {
  onDrop(document.documentElement, take);
  document.addEventListener('paste', ({ clipboardData }) => {
    if (clipboardData?.files.length) take(clipboardData.files);
  });
}

/** Takes files that are dropped on an element, before any element around it. */
export function onDrop(element: HTMLElement, take: (files: Iterable<File>) => void): void {
  const showOver = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    element.classList.toggle('over', event.type !== 'dragleave' || isInside(element, event.relatedTarget));
  };
  element.addEventListener('dragover', showOver);
  element.addEventListener('dragleave', showOver);
  element.addEventListener('drop', (event) => {
    showOver(event);
    element.classList.remove('over');
    if (event.dataTransfer?.files.length) take(event.dataTransfer.files);
  });
}

/** Lets a button open the browser's dialog for files. */
export function onChosen(button: HTMLElement, input: HTMLInputElement, take: (files: File[]) => void): void {
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
    // The same file may be chosen again.
    input.value = '';
  });
}

function isInside(element: HTMLElement, other: EventTarget | null): boolean {
  return other instanceof Node && element.contains(other);
}
