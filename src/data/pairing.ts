/** Which file belongs to which: by name, never by order, since `img_10x2` sorts before `img_1x2`. */
import { InputError } from '../errors.ts';
import { fileName, type MatchName, matchNames, stem } from './file-name.ts';

/** Files of one kind. */
export interface NamedFiles {
  /** What an error calls them, such as `HR`. */
  readonly label: string;
  /** File names or paths; only the last part of a path counts. */
  readonly files: readonly string[];
}

/** Two files of one picture. */
export interface FilePair {
  /** What both names have in common. */
  readonly name: string;
  readonly first: string;
  readonly second: string;
}

/** A file with its names, see `matchNames`. */
interface Entry {
  readonly file: string;
  readonly names: readonly (readonly MatchName[])[];
}

/** Number of groups that `matchNames` gives. */
const GROUPS = 4;
/** Candidates that an error lists. */
const LISTED = 5;

/** The pairs that were found, in the order of `first`, and the files without a partner. */
interface Matches {
  readonly pairs: FilePair[];
  readonly firstLeft: readonly string[];
  readonly secondLeft: readonly string[];
}

/**
 * Pairs every file of `first` with the one of `second` that has its name: the same file name, else the same stem,
 * else the same once tags such as `_HR_x2`, `_RCAN_x2`, `x2` or `_SR` are cut off, the fewest first. Files whose
 * tags name different scales do not belong together.
 *
 * @returns the pairs in the order of `first`
 * @throws {InputError} naming the file that has no partner, or several that fit equally, with the candidates
 */
export function pairByName(first: NamedFiles, second: NamedFiles): FilePair[] {
  const { pairs, firstLeft, secondLeft } = matchByName(first, second);
  refuseUnpaired(firstLeft, first.label, second);
  refuseUnpaired(secondLeft, second.label, first);
  return pairs;
}

/** As `pairByName`, but `second` may hold more files. */
export function pairEach(first: NamedFiles, second: NamedFiles): FilePair[] {
  const { pairs, firstLeft } = matchByName(first, second);
  refuseUnpaired(firstLeft, first.label, second);
  return pairs;
}

/**
 * As `pairByName`, but both may hold more files.
 *
 * @throws {InputError} naming a file that several others fit equally
 */
export function matchByName(first: NamedFiles, second: NamedFiles): Matches {
  const left = new Set(first.files.map(toEntry));
  const right = new Set(second.files.map(toEntry));
  const found = new Map<string, FilePair>();
  for (let cost = 0; cost <= 2 * (GROUPS - 1); cost++) {
    for (const { name, from, to } of matchesAt(cost, left, right, first.label, second.label)) {
      found.set(from.file, { name: cost === 0 ? stem(name) : name, first: from.file, second: to.file });
      left.delete(from);
      right.delete(to);
    }
  }
  const files = (entries: ReadonlySet<Entry>) => [...entries].map(({ file }) => file);
  return {
    pairs: first.files.flatMap((file) => found.get(file) ?? []),
    firstLeft: files(left),
    secondLeft: files(right),
  };
}

function toEntry(file: string): Entry {
  return { file, names: matchNames(file) };
}

interface Match {
  readonly name: string;
  readonly from: Entry;
  readonly to: Entry;
}

/** The matches for which `cost` tags in all were cut off. */
function matchesAt(
  cost: number,
  left: ReadonlySet<Entry>,
  right: ReadonlySet<Entry>,
  leftLabel: string,
  rightLabel: string,
): Match[] {
  const byLeft = new Map<Entry, Map<Entry, string>>();
  const byRight = new Map<Entry, Map<Entry, string>>();
  for (let group = Math.max(0, cost - GROUPS + 1); group <= Math.min(cost, GROUPS - 1); group++) {
    for (const { name, from, to } of matchesOf(left, group, right, cost - group)) {
      add(byLeft, from, to, name);
      add(byRight, to, from, name);
    }
  }
  refuseSeveral(byLeft, leftLabel, rightLabel);
  refuseSeveral(byRight, rightLabel, leftLabel);
  return [...byLeft].flatMap(([from, partners]) => [...partners].map(([to, name]) => ({ name, from, to })));
}

function add(map: Map<Entry, Map<Entry, string>>, from: Entry, to: Entry, name: string): void {
  const partners = map.get(from) ?? new Map<Entry, string>();
  map.set(from, partners.set(to, name));
}

function* matchesOf(
  left: ReadonlySet<Entry>,
  leftGroup: number,
  right: ReadonlySet<Entry>,
  rightGroup: number,
): Generator<Match> {
  const index = new Map<string, { to: Entry; scale?: number }[]>();
  for (const to of right) {
    for (const { name, scale } of to.names[rightGroup] ?? []) {
      index.set(name, [...(index.get(name) ?? []), { to, scale }]);
    }
  }
  for (const from of left) {
    for (const { name, scale } of from.names[leftGroup] ?? []) {
      for (const candidate of index.get(name) ?? []) {
        if ((scale ?? candidate.scale) === (candidate.scale ?? scale)) yield { name, from, to: candidate.to };
      }
    }
  }
}

function refuseSeveral(
  matches: ReadonlyMap<Entry, ReadonlyMap<Entry, string>>,
  label: string,
  otherLabel: string,
): void {
  for (const [{ file }, partners] of matches) {
    if (partners.size < 2) continue;
    const candidates = [...partners.keys()].map((entry) => entry.file);
    throw new InputError(
      `${file} (${label}): expected one ${otherLabel} file of that name, found ${partners.size}: ${list(candidates)}`,
    );
  }
}

function refuseUnpaired(files: readonly string[], label: string, others: NamedFiles): void {
  const [file] = files;
  if (file === undefined) return;
  const more = files.length > 1 ? ` (and ${files.length - 1} more)` : '';
  const nearest = [...others.files].sort((a, b) => common(file, b) - common(file, a));
  const candidates = nearest.length > 0 ? `; the nearest of ${nearest.length}: ${list(nearest)}` : '';
  throw new InputError(
    `${file} (${label})${more}: no ${others.label} file is left with its name${candidates}`,
  );
}

function list(files: readonly string[]): string {
  const more = files.length > LISTED ? ', …' : '';
  return files.slice(0, LISTED).map(fileName).join(', ') + more;
}

/** Number of characters with which both file names start. */
function common(a: string, b: string): number {
  const [first, second] = [fileName(a), fileName(b)];
  let count = 0;
  while (count < first.length && first[count] === second[count]) count++;
  return count;
}
