import { describe, expect, it } from 'vitest';
import {
  bounded,
  fitted,
  isEnlarged,
  isFitted,
  limited,
  moved,
  type Point,
  type View,
  zoomed,
} from '../../app/viewer/view.ts';

const PICTURE = { width: 900, height: 600 };
const PANE = { width: 400, height: 300 };

/** The point of the picture that is seen at a point counted from the pane's middle. */
const seenAt = (view: View, at: Point): Point => ({
  x: view.x + at.x / view.zoom,
  y: view.y + at.y / view.zoom,
});

describe('a view', () => {
  it('shows the whole picture, small ones in whole pixels of the screen', () => {
    expect(fitted(PICTURE, PANE)).toEqual({ zoom: 400 / 900, x: 450, y: 300 });
    expect(fitted({ width: 110, height: 40 }, PANE).zoom).toBe(3);
    expect(fitted({ width: 300, height: 100 }, PANE).zoom).toBeCloseTo(4 / 3);
    expect(fitted({ width: 4, height: 4 }, PANE).zoom).toBe(8);
  });

  it('keeps the point under the pointer while it zooms', () => {
    const start = { zoom: 2, x: 300, y: 200 };
    for (const factor of [1.3, 3, 0.8]) {
      const at = { x: -120, y: 70 };
      const next = zoomed(start, factor, at, PICTURE, PANE);
      expect(next.zoom).toBe(2 * factor);
      expect(seenAt(next, at).x).toBeCloseTo(seenAt(start, at).x);
      expect(seenAt(next, at).y).toBeCloseTo(seenAt(start, at).y);
    }
  });

  it('zooms from the whole picture, or one to one where that is farther away, to 32 times', () => {
    const middle = { x: 0, y: 0 };
    const start = fitted(PICTURE, PANE);
    expect(zoomed(start, 0.1, middle, PICTURE, PANE)).toEqual(start);
    expect(zoomed(start, 1e6, middle, PICTURE, PANE).zoom).toBe(32);
    const icon = { width: 20, height: 20 };
    expect(zoomed(fitted(icon, PANE), 0.01, middle, icon, PANE)).toEqual({ zoom: 1, x: 10, y: 10 });
  });

  it('shows the whole picture until it is zoomed, and again when it is zoomed back', () => {
    const start = fitted(PICTURE, PANE);
    const dragged = moved(start, { x: 30, y: -40 }, PICTURE, PANE);
    expect(isFitted(dragged, PICTURE, PANE)).toBe(true);
    const nearer = zoomed(dragged, 1.7, { x: 50, y: 20 }, PICTURE, PANE);
    expect([isFitted(nearer, PICTURE, PANE), isEnlarged(nearer, PICTURE, PANE)]).toEqual([false, true]);
    const back = zoomed(nearer, 1 / 1.7, { x: -80, y: 10 }, PICTURE, PANE);
    expect([isFitted(back, PICTURE, PANE), isEnlarged(back, PICTURE, PANE)]).toEqual([true, false]);
    const farther = { ...start, zoom: start.zoom / 2 };
    expect([isFitted(farther, PICTURE, PANE), isEnlarged(farther, PICTURE, PANE)]).toEqual([false, false]);
  });

  it('knows the size of a picture that is too large for the memory', () => {
    expect(limited(PICTURE, 600 * 900)).toEqual(PICTURE);
    expect(limited(PICTURE, (600 * 900) / 4)).toEqual({ width: 450, height: 300 });
    expect(limited({ width: 1e6, height: 1 }, 100)).toEqual({ width: 10_000, height: 1 });
  });

  it('moves with the hand, but not beyond the edges', () => {
    const start = { zoom: 2, x: 300, y: 200 };
    expect(moved(start, { x: 50, y: -20 }, PICTURE, PANE)).toEqual({ zoom: 2, x: 275, y: 210 });
    expect(moved(start, { x: 1e4, y: 1e4 }, PICTURE, PANE)).toEqual({ zoom: 2, x: 100, y: 75 });
    expect(moved(start, { x: -1e4, y: -1e4 }, PICTURE, PANE)).toEqual({ zoom: 2, x: 800, y: 525 });
    expect(bounded({ zoom: 0.4, x: 0, y: 600 }, PICTURE, PANE)).toEqual({ zoom: 0.4, x: 450, y: 300 });
  });
});
