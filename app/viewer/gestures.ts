/** Mouse, touch and keys on the viewer. */
import type { Point } from './view.ts';

/** Points and distances in CSS pixels, points from the top left corner of the element. */
export interface ViewActions {
  move(by: Point): void;
  /** Without a point: around the middle. */
  zoom(factor: number, at?: Point): void;
  fit(): void;
  /** One pixel of the picture on one of the screen. */
  actual(): void;
  /** Between the whole picture and its pixels. */
  toggle(at: Point): void;
}

const KEY_STEP = 64;
const KEY_FACTOR = 1.5;
const LINE_HEIGHT = 16;

export function onGestures(element: HTMLElement, actions: ViewActions): void {
  onWheel(element, actions);
  onPinch(element, actions);
  onPointers(element, actions);
  onKeys(element, actions);
  element.addEventListener('dblclick', (event) => actions.toggle(pointIn(element, event)));
}

function onWheel(element: HTMLElement, { zoom }: ViewActions): void {
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_HEIGHT : 1;
      // A pinch on a touchpad arrives as a wheel with Ctrl, in smaller steps.
      const speed = event.ctrlKey ? 0.01 : 0.002;
      zoom(Math.exp(-event.deltaY * pixels * speed), pointIn(element, event));
    },
    { passive: false },
  );
}

/** A pinch as Safari tells of it; the factor is that since its beginning. */
interface GestureEvent extends MouseEvent {
  readonly scale: number;
}

/** Safari's pinch on a touchpad, which comes as no wheel; that of fingers comes as pointers, too. */
function onPinch(element: HTMLElement, { zoom }: ViewActions): void {
  if (navigator.maxTouchPoints > 0) return;
  let before = 1;
  const follow = (event: Event) => {
    const pinch = event as GestureEvent;
    event.preventDefault();
    if (event.type === 'gesturechange') zoom(pinch.scale / before, pointIn(element, pinch));
    before = pinch.scale;
  };
  for (const type of ['gesturestart', 'gesturechange']) element.addEventListener(type, follow);
}

/** One finger or the mouse moves the picture, two fingers zoom it as well. */
function onPointers(element: HTMLElement, { move, zoom }: ViewActions): void {
  const fingers = new Map<number, Point>();
  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.target instanceof HTMLInputElement) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, pointIn(element, event));
  });
  element.addEventListener('pointermove', (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = spread(fingers);
    fingers.set(event.pointerId, pointIn(element, event));
    const after = spread(fingers);
    move({ x: after.middle.x - before.middle.x, y: after.middle.y - before.middle.y });
    if (before.distance > 0) zoom(after.distance / before.distance, after.middle);
  });
  for (const end of ['pointerup', 'pointercancel'] as const)
    element.addEventListener(end, ({ pointerId }) => fingers.delete(pointerId));
}

/** The middle of all fingers, and how far the first two are apart. */
function spread(fingers: ReadonlyMap<number, Point>): { middle: Point; distance: number } {
  const points = [...fingers.values()];
  const mean = (of: (point: Point) => number) => points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const [first, second] = points;
  const distance = first && second ? Math.hypot(first.x - second.x, first.y - second.y) : 0;
  return { middle: { x: mean(({ x }) => x), y: mean(({ y }) => y) }, distance };
}

function onKeys(element: HTMLElement, { move, zoom, fit, actual }: ViewActions): void {
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(KEY_FACTOR),
    '=': () => zoom(KEY_FACTOR),
    '-': () => zoom(1 / KEY_FACTOR),
    '0': fit,
    '1': actual,
    ArrowLeft: () => move({ x: KEY_STEP, y: 0 }),
    ArrowRight: () => move({ x: -KEY_STEP, y: 0 }),
    ArrowUp: () => move({ x: 0, y: KEY_STEP }),
    ArrowDown: () => move({ x: 0, y: -KEY_STEP }),
  };
  element.tabIndex = 0;
  element.addEventListener('keydown', (event) => {
    const action = keys[event.key];
    const onSlider = event.target instanceof HTMLInputElement && event.key.startsWith('Arrow');
    if (!action || onSlider || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
}

function pointIn(element: HTMLElement, { clientX, clientY }: MouseEvent): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
