import { InputError } from '../../src/errors.ts';
import { openCheckpoint } from '../../src/formats/checkpoint.ts';
import { mostBytes } from '../../src/formats/limits.ts';
import { elementCount } from '../../src/tensor.ts';

/** Values that break size checks: zero, one, all bits, sign bits, 2^40. */
const NASTY = [
  [0, 0, 0, 0],
  [1, 0, 0, 0],
  [255, 255, 255, 255],
  [0, 0, 0, 128],
  [255, 255, 255, 127],
  [0, 0, 0, 0, 0, 1, 0, 0],
  [255, 255, 255, 255, 255, 255, 255, 255],
];
/** Opcodes that push, drop, remember, call or repeat; bytes that structure JSON and zip. */
const TELLING = [...'(.0abceqrjhtsuR}])]{",:[PKQ']
  .map((char) => char.charCodeAt(0))
  .concat([0x80, 0x81, 0x8a, 0x8b, 0x93, 0x94]);

/** mulberry32: a small seeded generator of numbers in [0, 1). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function splice(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const rest = bytes.subarray(at + removed);
  const result = new Uint8Array(at + added.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(added, at);
  result.set(rest, at + added.length);
  return result;
}

function mutateOnce(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const at = below(bytes.length);
  const some = 1 + below(16);
  const changes = [
    () => splice(bytes, at, 1, Uint8Array.of(bytes[at]! ^ (1 << below(8)))),
    () => splice(bytes, at, 1, Uint8Array.of(below(256))),
    () => splice(bytes, at, 1, Uint8Array.of(TELLING[below(TELLING.length)]!)),
    () => {
      const nasty = Uint8Array.from(NASTY[below(NASTY.length)]!);
      return splice(bytes, at, nasty.length, nasty);
    },
    () => splice(bytes, at, some, new Uint8Array(0)),
    () => splice(bytes, at, 0, bytes.subarray(at, at + some)),
    () => splice(bytes, at, some, bytes.slice(below(bytes.length)).subarray(0, some)),
    () => bytes.subarray(0, at),
  ];
  return changes[below(changes.length)]!();
}

/** One to four changes: bits, bytes, nasty integers, cuts, repeats and moves. The first bytes stay more often. */
export function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let mutated = bytes;
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    if (mutated.length > 0) mutated = mutateOnce(mutated, random);
  }
  return mutated;
}

/** Milliseconds for one small file; a loop without end or a large allocation takes far longer. */
const LONGEST = 2000;

/**
 * Opens a file that may be broken in any way. The only accepted outcomes are consistent tensors of a bounded
 * size and an InputError of one line.
 *
 * @returns the error's message, or undefined where the file opened.
 */
export function openHostile(bytes: Uint8Array): string | undefined {
  const start = performance.now();
  try {
    let total = 0;
    for (const [name, { data, dims }] of openCheckpoint(bytes).tensors) {
      if (data.length !== elementCount(dims)) throw new Error(`tensor ${name} disagrees with its shape`);
      total += data.length;
    }
    // A deflated file may hold up to 1032 times its size, as far as files may grow at all; every other element has a
    // byte of its own.
    if (total > Math.min(2 ** 20 + 4 * 1032 * bytes.length, mostBytes(bytes.length) / 4))
      throw new Error(`${total} elements out of ${bytes.length} bytes`);
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (/[\n\r]/.test(error.message) || error.message.length > 1200)
      throw new Error(`not one clear line: ${error.message}`);
    return error.message;
  } finally {
    const elapsed = performance.now() - start;
    // biome-ignore lint/correctness/noUnsafeFinally: too slow is a failure whatever else happened
    if (elapsed > LONGEST) throw new Error(`took ${elapsed} ms`);
  }
}

/** What happened to a number of mutated files. */
export interface Outcome {
  opened: number;
  refused: number;
  /** How many different messages there were, digits and quoted names aside. */
  messages: Set<string>;
}

/** Opens `count` mutations of a file. @throws where one does anything but open or be refused, with its number. */
export function fuzz(original: Uint8Array, count: number, seed: number): Outcome {
  const random = randomSource(seed);
  const outcome: Outcome = { opened: 0, refused: 0, messages: new Set() };
  for (let index = 0; index < count; index++) {
    const mutated = mutate(original, random);
    try {
      const message = openHostile(mutated);
      if (message === undefined) outcome.opened++;
      else outcome.refused++;
      if (message !== undefined) outcome.messages.add(message.replace(/"[^"]*"|\d+/g, '#'));
    } catch (error) {
      throw new Error(`mutation ${index} of seed ${seed}: ${error}`, { cause: error });
    }
  }
  return outcome;
}

/** One small file per container, and one per way of packing or wrapping that has code of its own. */
export const FUZZED = [
  'views-zip.pth',
  'training-zip.pth',
  'deflated.pth',
  'dtypes-legacy.pt',
  'training-legacy.pt',
  'view-legacy.pt',
  'old.tar',
  'mixed.safetensors',
] as const;
