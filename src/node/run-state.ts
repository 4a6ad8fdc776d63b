/** The checkpoint of a run: one file with all that training goes on from, and the one before it. */
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { InputError, naming } from '../errors.ts';
import { parseSafetensors, safetensorsMetadata, safetensorsParts } from '../formats/safetensors.ts';
import type { StateDict } from '../tensor.ts';
import { readJson, writeJson } from '../train/json.ts';
import type { TrainingProgress, TrainingState } from '../train/run.ts';
import { firstFree } from './free-name.ts';
import { readBytes } from './picture.ts';
import { exists, writeWhole } from './write-file.ts';

const STATE_FILE = 'state.safetensors';
const PREVIOUS_FILE = 'state.previous.safetensors';

const PROGRESS = 'sisr.progress';
const CHECKSUM = 'sisr.checksum';

/**
 * Replaces the state of a run. At every moment there is a whole state in the folder, and nearly always two.
 *
 * @throws {InputError} where it cannot be written; then the state is the one before
 */
export async function saveState(folder: string, { tensors, progress }: TrainingState): Promise<void> {
  const text = writeJson(progress);
  const metadata = { [PROGRESS]: text, [CHECKSUM]: checksum(text, tensors) };
  await writeWhole(join(folder, STATE_FILE), safetensorsParts(tensors, { metadata }), {
    overwrite: true,
    durable: true,
    keepAs: join(folder, PREVIOUS_FILE),
  });
}

/**
 * The latest state that can be read, or undefined where there is none. One that is damaged is renamed, so that it
 * does not take the place of the good one before it.
 *
 * @throws {InputError} where there are states, but all are damaged
 */
export async function loadState(
  folder: string,
  note: (line: string) => void,
): Promise<TrainingState | undefined> {
  const damage: string[] = [];
  for (const name of [STATE_FILE, PREVIOUS_FILE]) {
    const path = join(folder, name);
    if (!(await exists(path))) continue;
    try {
      const state = await readState(path);
      if (name === PREVIOUS_FILE) await explainPrevious(folder, state, damage, note);
      return state;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      damage.push(error.message);
    }
  }
  if (damage.length === 0) return undefined;
  throw new InputError(
    `${folder}: expected a state to go on from, found only damaged ones (${damage.join('; ')})`,
  );
}

async function explainPrevious(
  folder: string,
  { progress }: TrainingState,
  damage: readonly string[],
  note: (line: string) => void,
): Promise<void> {
  const going = `going on from the state before it, of step ${progress.step}`;
  if (damage.length === 0) return note(`${join(folder, STATE_FILE)}: no such file; ${going}`);
  const aside = await firstFree((n) => join(folder, `state.damaged-${n}.safetensors`));
  await rename(join(folder, STATE_FILE), aside);
  note(`${damage[0]}; ${going}; the damaged one is now ${aside}`);
}

async function readState(path: string): Promise<TrainingState> {
  const bytes = await readBytes(path);
  return naming(path, () => {
    const { tensors, metadata } = parseSafetensors(bytes);
    const { [PROGRESS]: progress, [CHECKSUM]: expected } = metadata;
    if (progress === undefined) throw new InputError('expected the state of a training, found other tensors');
    if (expected !== checksum(progress, tensors)) {
      throw new InputError('the state is damaged: its checksum differs');
    }
    return { tensors, progress: readJson(progress) as TrainingProgress };
  });
}

/**
 * How far the latest state of a run has come, without reading its tensors; undefined where there is no state, or
 * it cannot be read.
 */
export async function readProgress(folder: string): Promise<TrainingProgress | undefined> {
  for (const name of [STATE_FILE, PREVIOUS_FILE]) {
    try {
      const { [PROGRESS]: progress } = safetensorsMetadata(await readHeader(join(folder, name)));
      if (progress !== undefined) return readJson(progress) as TrainingProgress;
    } catch {
      // Missing or damaged: the one before it may do.
    }
  }
  return undefined;
}

/** The header of a safetensors file with its length before it. */
async function readHeader(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const start = await file.read(Buffer.alloc(8), 0, 8, 0);
    const length = 8 + Math.min(Number(start.buffer.readBigUInt64LE()), (await file.stat()).size);
    return (await file.read(Buffer.alloc(length), 0, length, 0)).buffer;
  } finally {
    await file.close();
  }
}

/** CRC-32 of the progress, and of every tensor's name, shape and data, in hexadecimal. */
function checksum(progress: string, tensors: StateDict): string {
  let sum = crc32(progress);
  for (const [name, { data, dims }] of tensors) {
    sum = crc32(`${name} ${dims}`, sum);
    sum = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), sum);
  }
  return sum.toString(16).padStart(8, '0');
}
