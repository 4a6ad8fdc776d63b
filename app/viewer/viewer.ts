/**
 * Two pictures of the same, divided by a line that can be moved, or side by side: seen through one view that zooms
 * and moves both. Knows nothing of how the pictures came about.
 */
import { byId, within } from '../shared/dom.ts';
import { drawPicture, type Pane } from './draw.ts';
import { onGestures } from './gestures.ts';
import {
  bounded,
  fitted,
  isEnlarged,
  isFitted,
  moved,
  type Point,
  type Size,
  type View,
  zoomed,
} from './view.ts';

/** The pictures are stretched to `size`; where one is missing, the other one is seen alone. */
export interface Shown {
  /** Pictures of one key are of the same: the view stays. */
  readonly key: string;
  readonly size: Size;
  readonly before?: ImageBitmap | undefined;
  readonly after?: ImageBitmap | undefined;
}

export type Layout = 'slider' | 'beside';

const FIT: View = { zoom: 1, x: 0, y: 0 };
const BUTTON_FACTOR = 1.5;

export class Viewer {
  readonly element = byId('viewer', HTMLElement);
  private readonly canvas = within(this.element, 'canvas', HTMLCanvasElement);
  private readonly line = within(this.element, '.divider', HTMLElement);
  private readonly slider = within(this.element, 'input', HTMLInputElement);
  private readonly zoomOutput = byId('zoom', HTMLOutputElement);
  private shown: Shown | undefined;
  private layout: Layout = 'slider';
  private view = FIT;
  /** Whether the view follows the size of the pane. */
  private isFitted = true;
  private drawing = 0;

  constructor() {
    new ResizeObserver(() => this.resize()).observe(this.element);
    this.slider.addEventListener('input', () => this.redraw());
    onGestures(this.element, {
      move: (by) => this.change((view, ...sizes) => moved(view, this.onScreen(by), ...sizes)),
      zoom: (factor, at) => this.zoom(factor, at),
      fit: () => this.fit(),
      actual: () => this.zoomTo(1),
      toggle: (at) => (this.isFitted ? this.zoomTo(1, at) : this.fit()),
    });
    byId('zoom-in', HTMLButtonElement).addEventListener('click', () => this.zoom(BUTTON_FACTOR));
    byId('zoom-out', HTMLButtonElement).addEventListener('click', () => this.zoom(1 / BUTTON_FACTOR));
    byId('zoom-fit', HTMLButtonElement).addEventListener('click', () => this.fit());
    byId('zoom-actual', HTMLButtonElement).addEventListener('click', () => this.zoomTo(1));
  }

  /** @param label of the picture, for those who do not see it */
  show(shown: Shown | undefined, label: string): void {
    const same = this.shown?.key === shown?.key;
    this.shown = shown;
    this.canvas.setAttribute('aria-label', label);
    if (shown) this.element.style.setProperty('--ratio', `${shown.size.width / shown.size.height}`);
    if (same) this.adapt();
    else this.fit();
  }

  setLayout(layout: Layout): void {
    this.layout = layout;
    this.element.classList.toggle('beside', layout === 'beside');
    this.resize();
  }

  private zoom(factor: number, at?: Point): void {
    const point = at ? this.fromMiddle(at) : { x: 0, y: 0 };
    this.change((view, ...sizes) => zoomed(view, factor, point, ...sizes));
  }

  private zoomTo(zoom: number, at?: Point): void {
    this.zoom(zoom / this.view.zoom, at);
  }

  private fit(): void {
    this.change((_, picture, pane) => fitted(picture, pane));
  }

  private change(next: (view: View, picture: Size, pane: Size) => View): void {
    if (this.shown) {
      const { size } = this.shown;
      const pane = this.pane();
      this.view = next(this.view, size, pane);
      // A picture that is seen whole does not move, however it is dragged.
      this.isFitted = isFitted(this.view, size, pane);
    }
    this.redraw();
  }

  /** The area of one picture, in pixels of the screen. */
  private pane(): Size {
    const { width, height } = this.canvas;
    return { width: this.isBeside() ? width / 2 : width, height };
  }

  private isBeside(): boolean {
    return this.layout === 'beside' && this.shown?.before !== undefined && this.shown.after !== undefined;
  }

  private onScreen({ x, y }: Point): Point {
    return { x: x * devicePixelRatio, y: y * devicePixelRatio };
  }

  /** A point of the element, seen from the middle of the pane it is in. */
  private fromMiddle(at: Point): Point {
    const { x, y } = this.onScreen(at);
    const { width, height } = this.pane();
    return { x: (x % width) - width / 2, y: y - height / 2 };
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.element;
    this.canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.canvas.height = Math.round(clientHeight * devicePixelRatio);
    this.adapt();
  }

  /** To a pane that may have another size: side by side, it is halved when the second picture is there. */
  private adapt(): void {
    if (this.isFitted) this.fit();
    else this.change(bounded);
  }

  private redraw(): void {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    const context = this.canvas.getContext('2d');
    context?.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const { shown, view } = this;
    const comparing = shown?.before !== undefined && shown.after !== undefined;
    this.slider.hidden = this.line.hidden = !comparing || this.layout === 'beside';
    this.element.classList.toggle('comparing', comparing);
    this.element.classList.toggle('zoomed', shown !== undefined && isEnlarged(view, shown.size, this.pane()));
    this.line.style.left = `${this.slider.value}%`;
    this.zoomOutput.value = `${Math.round(100 * view.zoom)} %`;
    if (!shown || !context) return;
    const [before, after] = this.panes(comparing);
    if (shown.before) drawPicture(context, shown.before, shown.size, view, before);
    if (shown.after) drawPicture(context, shown.after, shown.size, view, after);
  }

  private panes(comparing: boolean): [Pane, Pane] {
    const { width } = this.pane();
    const whole = { left: 0, width, from: 0, to: width };
    if (!comparing) return [whole, whole];
    if (this.layout === 'beside') return [whole, { ...whole, left: width }];
    const divided = (width * Number(this.slider.value)) / 100;
    return [
      { ...whole, to: divided },
      { ...whole, from: divided },
    ];
  }
}
