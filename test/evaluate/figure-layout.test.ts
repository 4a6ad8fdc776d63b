import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { type FigureLayout, type FigureSpec, layoutFigure } from '../../src/evaluate/figure-layout.ts';
import type { Rectangle } from '../../src/image/crop.ts';

const SQUARE: FigureSpec = {
  picture: { width: 256, height: 256 },
  region: { left: 40, top: 80, width: 44, height: 44 },
  crops: 4,
};

const PICTURES = [
  { name: 'square', picture: { width: 256, height: 256 } },
  { name: 'landscape', picture: { width: 720, height: 480 } },
  { name: 'portrait', picture: { width: 480, height: 720 } },
  { name: 'panorama', picture: { width: 3000, height: 400 } },
  { name: 'tower', picture: { width: 200, height: 3000 } },
];
const REGIONS = [
  { left: 10, top: 20, width: 44, height: 44 },
  { left: 10, top: 20, width: 120, height: 40 },
  { left: 10, top: 20, width: 40, height: 120 },
];

function boxes(layout: FigureLayout): Rectangle[] {
  return [
    layout.picture,
    layout.name,
    layout.subtitle,
    ...layout.crops.flatMap(({ image, name, values }) => [image, name, values]),
    layout.footnote,
  ];
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.left >= outer.left &&
    inner.top >= outer.top &&
    inner.left + inner.width <= outer.left + outer.width &&
    inner.top + inner.height <= outer.top + outer.height
  );
}

const cases = PICTURES.flatMap(({ name, picture }) =>
  REGIONS.flatMap((region) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 12].map((crops) => ({
      title: `${crops} crops of ${region.width}×${region.height}, ${name}`,
      spec: { picture, region, crops },
    })),
  ),
);

describe.each(cases)('$title', ({ spec }) => {
  const layout = layoutFigure(spec);

  it('keeps everything whole, apart and inside the canvas', () => {
    const all = boxes(layout);
    const canvas = { left: 0, top: 0, width: layout.width, height: layout.height };
    for (const [i, box] of all.entries()) {
      expect(Object.values(box).every(Number.isInteger)).toBe(true);
      expect(box.width >= 1 && box.height >= 1).toBe(true);
      expect(contains(canvas, box)).toBe(true);
      for (const other of all.slice(i + 1)) expect(overlap(box, other)).toBe(false);
    }
  });

  it('enlarges all crops by the same whole factor', () => {
    const factor = layout.crops[0]!.image.width / spec.region.width;
    expect(Number.isInteger(factor)).toBe(true);
    for (const { image } of layout.crops) {
      expect([image.width, image.height]).toEqual([spec.region.width * factor, spec.region.height * factor]);
    }
  });

  it('keeps the shape of the picture and marks the region in it', () => {
    const { picture, marker } = layout;
    const x = picture.width / spec.picture.width;
    const y = picture.height / spec.picture.height;
    const scale = spec.picture.width > spec.picture.height ? x : y;
    expect(Math.abs(picture.width - spec.picture.width * scale)).toBeLessThan(1);
    expect(Math.abs(picture.height - spec.picture.height * scale)).toBeLessThan(1);
    expect(contains(picture, marker)).toBe(true);
    expect(Math.abs(marker.left - picture.left - spec.region.left * x)).toBeLessThan(1);
    expect(Math.abs(marker.top - picture.top - spec.region.top * y)).toBeLessThan(1);
    expect(Math.abs(marker.width - spec.region.width * x)).toBeLessThanOrEqual(1);
    expect(Math.abs(marker.height - spec.region.height * y)).toBeLessThanOrEqual(1);
  });
});

describe('layoutFigure', () => {
  it.each([
    [2, 1, 2],
    [3, 1, 3],
    [4, 2, 2],
    [5, 1, 5],
    [6, 2, 3],
    [7, 2, 4],
    [8, 2, 4],
  ])('puts %i crops into %i rows of %i', (crops, rows, columns) => {
    const images = layoutFigure({ ...SQUARE, crops }).crops.map(({ image }) => image);
    expect(new Set(images.map(({ top }) => top)).size).toBe(rows);
    expect(new Set(images.map(({ left }) => left)).size).toBe(columns);
  });

  it.each([2, 4, 5, 8])('of %i crops ends the picture where the last crop ends', (crops) => {
    const { picture, crops: placed } = layoutFigure({ ...SQUARE, crops });
    const last = placed.at(-1)!.image;
    expect(picture.top + picture.height).toBe(last.top + last.height);
  });

  it.each([600, 1200, 2000, 4000])('is about %i wide', (width) => {
    for (const crops of [2, 4, 8]) {
      const figure = layoutFigure({ ...SQUARE, crops, width });
      // The whole factor of the crops decides: one step of it is one region per column, and as much in the picture.
      expect(Math.abs(figure.width - width)).toBeLessThanOrEqual((3 * 44 * (crops + 1)) / 2);
      expect(figure.crops[0]!.name.size / figure.width).toBeCloseTo(34 / 2000, 2);
    }
  });

  it('reduces a region that is too large', () => {
    const region = { left: 0, top: 0, width: 1500, height: 1500 };
    const figure = layoutFigure({ picture: { width: 2000, height: 2000 }, region, crops: 4 });
    expect(figure.crops[0]!.image.width).toBeLessThan(600);
    expect(Math.abs(figure.width - 2000)).toBeLessThanOrEqual(4);
  });

  it('refuses a figure without crops', () => {
    expect(() => layoutFigure({ ...SQUARE, crops: 0 })).toThrow(InputError);
  });
});
