/** Draws a figure of crops as PNG. */
import sharp, { type OverlayOptions } from 'sharp';
import { plainText, type TextRun } from '../evaluate/figure-captions.ts';
import type { FigureLayout, TextBox } from '../evaluate/figure-layout.ts';
import { greyToRgb } from '../image/colour.ts';
import { crop, type Rectangle } from '../image/crop.ts';
import type { Image } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';
import { ASCENT, DESCENT, lineOutline, lineWidth } from './text-outlines.ts';
import { toEightBits } from './write-picture.ts';

type Pixels = Image<Uint8Array | Uint16Array>;

/** What a figure shows; `crops` are whole pictures, of which the region is shown. */
export interface FigureContent {
  readonly name: string;
  readonly subtitle: string;
  readonly picture: Pixels;
  readonly region: Rectangle;
  readonly crops: readonly {
    readonly name: string;
    readonly values: readonly TextRun[];
    readonly image: Pixels;
  }[];
  readonly footnote: string;
}

const BACKGROUND = '#ffffff';
const INK = '#111111';
const FAINT_INK = '#555555';
const MARKER = '#ff2d20';
const HAIRLINE = '#c4c4c4';
/** Smallest size, of the layout's, to which captions shrink before they are cut. */
const MIN_SHRINK = 0.75;
const ELLIPSIS = '…';

/** PNG file of a figure: 8 bits, RGB, white background. */
export async function drawFigure(content: FigureContent, layout: FigureLayout): Promise<Buffer> {
  const { width, height } = layout;
  const pictures = [
    overlay(content.picture, layout.picture),
    ...content.crops.map(({ image }, i) => overlay(crop(image, content.region), layout.crops[i]!.image)),
  ];
  const drawing = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
      [layout.picture, ...layout.crops.map(({ image }) => image)].map(hairline).join('') +
      frame(layout) +
      captions(content, layout) +
      '</svg>',
  );
  return sharp({ create: { width, height, channels: 3, background: BACKGROUND } })
    .composite([...pictures, { input: drawing, left: 0, top: 0 }])
    .removeAlpha()
    .png({ compressionLevel: 9, adaptiveFiltering: true })
    .toBuffer();
}

/** The picture at the size of its place: pixels become squares of one size where the factor is whole. */
function overlay(image: Pixels, { left, top, width, height }: Rectangle): OverlayOptions {
  const whole = width % image.width === 0 && height % image.height === 0;
  const rgb = toEightBits(greyToRgb(image));
  const { data } = imresize(rgb, { width, height }, { kernel: whole ? 'nearest' : 'bicubic' });
  return {
    input: Buffer.from(data.buffer, data.byteOffset, data.length),
    raw: { width, height, channels: 3 },
    left,
    top,
  };
}

/** One pixel around a picture, so that a white one has an edge. */
function hairline({ left, top, width, height }: Rectangle): string {
  return (
    `<rect x="${left - 0.5}" y="${top - 0.5}" width="${width + 1}" height="${height + 1}" ` +
    `fill="none" stroke="${HAIRLINE}" stroke-width="1"/>`
  );
}

/** A coloured frame around the region, on white so that it shows on any picture. */
function frame({ marker, markerWidth }: FigureLayout): string {
  const out = markerWidth / 2;
  const place =
    `x="${marker.left - out}" y="${marker.top - out}" ` +
    `width="${marker.width + 2 * out}" height="${marker.height + 2 * out}" fill="none"`;
  return (
    `<rect ${place} stroke="${BACKGROUND}" stroke-width="${2 * markerWidth}"/>` +
    `<rect ${place} stroke="${MARKER}" stroke-width="${markerWidth}"/>`
  );
}

function captions({ name, subtitle, crops, footnote }: FigureContent, layout: FigureLayout): string {
  const lines = crops.flatMap((each, i) => [
    { runs: plainText(each.name), box: layout.crops[i]!.name },
    { runs: each.values, box: layout.crops[i]!.values },
  ]);
  const shrink = Math.min(1, ...lines.map(({ runs, box }) => box.width / lineWidth(runs, box.size)));
  const size = Math.max(shrink, MIN_SHRINK);
  return [
    ...lines.map(({ runs, box }) => textLine(runs, box, size, INK)),
    textLine(plainText(name), layout.name, size, INK),
    textLine(plainText(subtitle), layout.subtitle, size, INK),
    textLine(plainText(footnote), layout.footnote, 1, FAINT_INK),
  ].join('');
}

function textLine(runs: readonly TextRun[], box: TextBox, shrink: number, colour: string): string {
  const size = box.size * shrink;
  const fitted = shorten(runs, box.width, size);
  const x = box.left + (box.width - lineWidth(fitted, size)) / 2;
  const y = box.top + (box.height - (ASCENT + DESCENT) * size) / 2 + ASCENT * size;
  return `<path fill="${colour}" d="${lineOutline(fitted, x, y, size)}"/>`;
}

/** Cuts a text that is wider than its place at its end. */
function shorten(runs: readonly TextRun[], width: number, size: number): readonly TextRun[] {
  if (lineWidth(runs, size) <= width) return runs;
  const [first, ...others] = runs;
  if (!first || others.length > 0) return runs;
  const characters = [...first.text];
  while (characters.length > 1) {
    characters.pop();
    const cut = [{ ...first, text: characters.join('').trimEnd() + ELLIPSIS }];
    if (lineWidth(cut, size) <= width) return cut;
  }
  return [first];
}
