// @ts-check
/** docs/training-pictures.md: what the training set is made of, and by which rules. */
import { BLOCKY, FLAT, SAME, SMALLEST_SIDE, SOFT } from './assess.mjs';

/** @typedef {{ id: string, title: string, url: string }} Source */
/** @typedef {{ set: string, source: string, licence: string, width: number, height: number }} Row */

/** Validation pictures have this many pixels in both directions, a multiple of every scale. */
export const VALIDATION_SIDE = 504;

/**
 * @param {readonly Source[]} sources
 * @param {Readonly<Record<string, string>>} licences addresses by name
 * @param {readonly Row[]} rows of the list
 */
export function page(sources, licences, rows) {
  const used = sources.filter(({ id }) => rows.some((row) => row.source === id));
  return `# Training pictures

<!-- Written by scripts/training-pictures/make.mjs. -->

The models that come with sisr are trained on ${sizeOf(only(rows, 'training'))}, and watched during training on
${sizeOf(only(rows, 'validation'))} that are held out. The pictures are not in this repository;
[training-pictures.csv](training-pictures.csv) lists every one with its file, author, licence, address and the SHA-256
of its source file.

| source | | training | validation | megapixels | licence |
| --- | --- | ---: | ---: | ---: | --- |
${used.map((source) => sourceRow(source, licences, rows)).join('\n')}

Authors are named where the source names them. Reduced copies were made for training; the pictures themselves are not
passed on.

## What is taken

- Photographs, and the charts and drawings of CID22, whose licence is stated for each picture or for the whole source.
  Left out by hand: screenshots among the pictures of CLIC, and collages of CID22 that show artwork of others
  (\`scripts/training-pictures/sources.json\` names them).
- 8-bit RGB; grey becomes RGB, colour profiles are not applied, and pictures with alpha are left out.
- What is in a lossy format is reduced by 2 with \`imresize\` (bicubic, antialiased). So is a lossless picture whose
  neighbouring pixels differ more than ${BLOCKY} times as much across the edges of JPEG's 8×8 blocks as elsewhere.
- A picture is reduced by 2 again as long as it is soft (bicubic ×2 restores it with more than ${SOFT} dB on Y) and its
  shorter side has at least ${4 * SMALLEST_SIDE} pixels.
- Then it is left out if a side has fewer than ${SMALLEST_SIDE} pixels, or if it is almost flat (more than ${FLAT} dB).
- Pictures whose fingerprints (256 signs of differences of luma on a 16×16 grid) differ in at most ${SAME} bits are the
  same; the first stays. Nothing that is also in Set5, Set14, Kodak or the validation pictures of the tests is taken.
- Held out are the pictures of \`cid22-validation\` with the smallest SHA-256, cut to the
  ${VALIDATION_SIDE}×${VALIDATION_SIDE} pixels in the middle.

## Making it again

Get the sources from the addresses above, then:

\`\`\`sh
npm run build
node scripts/training-pictures/make.mjs ${used.map(({ id }) => `${id}=DIR`).join(' ')} \\
  --train data/train_hr --validation data/val_hr --exclude BENCHMARKS
\`\`\`

The order of the sources decides which of two equal pictures stays.
`;
}

/**
 * @param {readonly Row[]} rows
 * @param {string} set
 */
function only(rows, set) {
  return rows.filter((row) => row.set === set);
}

/** @param {readonly Row[]} rows */
function sizeOf(rows) {
  return `${rows.length} pictures (${megapixels(rows)} megapixels)`;
}

/** @param {readonly Row[]} rows */
function megapixels(rows) {
  return Math.round(rows.reduce((sum, { width, height }) => sum + width * height, 0) / 1e6);
}

/**
 * @param {Source} source
 * @param {Readonly<Record<string, string>>} licences
 * @param {readonly Row[]} rows
 */
function sourceRow({ id, title, url }, licences, rows) {
  const own = rows.filter((row) => row.source === id);
  const names = [...new Set(own.map((row) => row.licence))].sort();
  const links = names.map((name) => `[${name}](${licences[name]})`).join(', ');
  const counts = ['training', 'validation'].map((set) => only(own, set).length);
  return `| \`${id}\` | [${title}](${url}) | ${counts.join(' | ')} | ${megapixels(own)} | ${links} |`;
}
