// @ts-check
/**
 * Makes the training set of the shipped models from folders of pictures, its list with licences and checksums
 * (docs/training-pictures.csv) and the page about it. Folders are given by the ids of sources.json; nothing is fetched.
 *
 *   npm run build
 *   node scripts/training-pictures/make.mjs clic2025=DIR cid22=DIR --train DIR --validation DIR --exclude DIR
 *
 * Pictures that are also in an --exclude folder (a benchmark, say) are left out; it can be given more than once.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { crop } from '../../dist/image/crop.js';
import { listPictures } from '../../dist/node/list-pictures.js';
import { decodePicture, readPicture } from '../../dist/node/picture.js';
import { writeWhole } from '../../dist/node/write-file.js';
import { encodePicture } from '../../dist/node/write-picture.js';
import { fingerprint, isSame, prepare } from './assess.mjs';
import { page, VALIDATION_SIDE } from './page.mjs';

/** @typedef {import('./assess.mjs').Image} Image */
/** @typedef {{ author?: string, licence?: string, url?: string }} Credit */
/**
 * @typedef {Credit & {
 *   id: string,
 *   title: string,
 *   url: string,
 *   validation?: number,
 *   leaveOut?: Record<string, string>,
 *   pictures?: Record<string, Credit>
 * }} Source `validation`: how many are held out; `pictures`: the only ones that are taken; paths in the folder
 */
/** @typedef {import('./page.mjs').Row} Row */
/** @typedef {{ path: string, sha256: string }} File */

const COLUMNS = [
  'file',
  'set',
  'source',
  'path',
  'author',
  'licence',
  'url',
  'sha256',
  'reduced',
  'width',
  'height',
];

const text = /** @type {const} */ ({ type: 'string' });
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    train: text,
    validation: text,
    exclude: { ...text, multiple: true },
    docs: { ...text, default: 'docs' },
  },
});
const { train, validation, exclude = [], docs } = values;
if (!train || !validation || positionals.length === 0)
  throw new Error('expected ID=DIR…, --train and --validation');
for (const folder of [train, validation]) await checkEmpty(folder);

/** @type {{ sources: Source[], licences: Record<string, string> }} */
const { sources, licences } = JSON.parse(await readFile(new URL('sources.json', import.meta.url), 'utf8'));

/** @type {{ name: string, bits: boolean[] }[]} */
const known = [];
for (const folder of exclude) {
  for (const path of await listPictures(folder, { recursive: true })) {
    known.push({ name: path, bits: fingerprint((await readPicture(join(folder, path))).image) });
  }
}

/** @type {(Row & Record<string, string | number>)[]} */
const rows = [];
for (const [source, folder] of chosenSources()) {
  let held = source.validation ?? 0;
  for (const file of await filesOf(source, folder)) {
    const result = await assess(join(folder, file.path), `${source.id}/${file.path}`);
    if ('reason' in result) {
      console.log(`left out: ${source.id}/${file.path} ${result.reason}`);
      continue;
    }
    const set = held-- > 0 ? 'validation' : 'training';
    const image = set === 'validation' ? middle(result.image) : result.image;
    const name = `${source.id}-${slug(file.path)}.png`;
    const { bytes } = await encodePicture(image, { format: 'png' });
    await writeWhole(join(set === 'validation' ? validation : train, name), bytes);
    const { width, height } = image;
    rows.push({
      ...creditOf(source, file),
      ...file,
      file: name,
      set,
      reduced: result.reduced,
      width,
      height,
    });
  }
}
await writeText(join(docs, 'training-pictures.csv'), table());
await writeText(join(docs, 'training-pictures.md'), page(sources, licences, rows));

/** @param {string} folder which may not exist yet */
async function checkEmpty(folder) {
  const found = await readdir(folder).catch(() => []);
  if (found.length > 0) throw new Error(`${folder}: expected an empty folder, found ${found.length} files`);
}

/** @returns the sources of the command line, in its order, with their folders */
function chosenSources() {
  return positionals.map((positional) => {
    const [id = '', folder = ''] = positional.split(/=(.*)/s);
    const source = sources.find((each) => each.id === id);
    if (!source || !folder) {
      const ids = sources.map((each) => each.id).join(', ');
      throw new Error(`${positional}: expected ID=DIR with an ID of sources.json (${ids})`);
    }
    return /** @type {const} */ ([source, folder]);
  });
}

/**
 * The pictures that a source offers, in the order of their checksums, so that the ones held out are taken at random,
 * but always the same.
 *
 * @param {Source} source
 * @param {string} folder
 * @returns {Promise<File[]>}
 */
async function filesOf({ leaveOut = {}, pictures }, folder) {
  const paths = (await listPictures(folder, { recursive: true })).filter(
    (path) => !Object.hasOwn(leaveOut, path) && (!pictures || Object.hasOwn(pictures, path)),
  );
  const files = paths.map(async (path) => ({ path, sha256: sha256(await readFile(join(folder, path))) }));
  return (await Promise.all(files)).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

/** @param {Uint8Array} bytes */
function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * @param {string} path
 * @param {string} name
 * @returns {Promise<ReturnType<typeof prepare>>}
 */
async function assess(path, name) {
  const picture = await decodePicture(await readFile(path));
  const bits = fingerprint(picture.image);
  const twin = known.find((other) => isSame(bits, other.bits));
  if (twin) return { reason: `is the same picture as ${twin.name}` };
  known.push({ name, bits });
  return prepare(picture);
}

/** @param {Image} image */
function middle(image) {
  const width = Math.min(image.width, VALIDATION_SIDE);
  const height = Math.min(image.height, VALIDATION_SIDE);
  const [left, top] = [image.width - width, image.height - height].map((rest) => Math.floor(rest / 2));
  return crop(image, { left: left ?? 0, top: top ?? 0, width, height });
}

/** @param {string} path */
function slug(path) {
  const stem = path.slice(path.lastIndexOf('/') + 1, path.length - extname(path).length);
  return stem.replace(/[^A-Za-z0-9_]+/g, '-').replace(/^-|-$/g, '');
}

/**
 * @param {Source} source
 * @param {File} file
 */
function creditOf(source, { path }) {
  const own = source.pictures?.[path];
  const { author = source.author ?? '', licence = source.licence ?? '', url = source.url } = own ?? {};
  if (!licences[licence])
    throw new Error(`${source.id}/${path}: expected a licence of sources.json, found ${licence}`);
  return { source: source.id, author, licence, url };
}

/**
 * @param {string} path
 * @param {string} content
 */
async function writeText(path, content) {
  await writeWhole(path, new TextEncoder().encode(content), { overwrite: true });
}

function table() {
  const cell = (/** @type {string | number | undefined} */ value = '') =>
    /[",\n]/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value}`;
  const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}
