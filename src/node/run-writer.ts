/** What a run writes into its directory while it goes on. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeTorch } from '../formats/torch-write.ts';
import { networkMetadata } from '../models/metadata.ts';
import { lossPlot, psnrPlot } from '../train/plot.ts';
import type { ModelName, RunDirectory } from '../train/run.ts';
import { type GrowingFile, openGrowing } from './growing-file.ts';
import { EventFile } from './run-events.ts';
import { fileName } from './run-name.ts';
import { loadState, saveState } from './run-state.ts';
import { writeWhole } from './write-file.ts';
import { encodePicture } from './write-picture.ts';

export const MODEL_FOLDER = 'model';
export const RESULTS_FOLDER = 'results';
const LOG_FILE = 'log.txt';

/** @param folder of a run */
export function modelFile(folder: string, model: ModelName): string {
  return join(folder, MODEL_FOLDER, `model_${model}.pt`);
}

/**
 * A run's directory, ready to be written to.
 *
 * @param lock the name of the lock file in it, which `close` removes
 */
export async function openRun(
  folder: string,
  lock: string,
  note: (line: string) => void,
): Promise<RunDirectory> {
  const events = await EventFile.open(folder);
  const log = openLog(folder, events);
  const name = basename(folder);
  const resultNames = new SafeNames();
  let closed = false;
  return {
    folder,
    name,
    log: (line) => log.append(`${line}\n`),
    event: (event) => events.append(event),
    async saveState(state) {
      // What led to a state is on disk before it.
      events.flush();
      await saveState(folder, state);
    },
    async loadState() {
      const state = await loadState(folder, note);
      await events.cut(state?.progress.step ?? 0);
      return state;
    },
    async saveModel(model, weights, { architecture, options }) {
      const path = modelFile(folder, model);
      const metadata = networkMetadata(architecture, options);
      const bytes = writeTorch(weights, { container: 'zip', metadata });
      await writeWhole(path, bytes, { overwrite: true, durable: true });
      return path;
    },
    async saveResult(kind, picture, scale, image) {
      const path = join(folder, RESULTS_FOLDER, `${resultNames.of(picture)}_x${scale}_${kind}.png`);
      const { bytes } = await encodePicture(image, { format: 'png' });
      await writeWhole(path, bytes, { overwrite: true });
      return path;
    },
    async drawPlots() {
      const plots = { 'loss.svg': lossPlot(events.curves, name), 'psnr.svg': psnrPlot(events.curves, name) };
      for (const [file, svg] of Object.entries(plots)) {
        if (svg) await writeWhole(join(folder, file), new TextEncoder().encode(svg), { overwrite: true });
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      events.close();
      log.close();
      await rm(join(folder, lock), { force: true });
    },
  };
}

function openLog(folder: string, events: EventFile): GrowingFile {
  try {
    return openGrowing(join(folder, LOG_FILE));
  } catch (error) {
    events.close();
    throw error;
  }
}

/** Names of files for the names of pictures, of which two may become the same when they are made safe. */
class SafeNames {
  private readonly names = new Map<string, string>();

  of(picture: string): string {
    const known = this.names.get(picture);
    if (known !== undefined) return known;
    const safe = fileName(picture);
    const taken = new Set(this.names.values());
    let name = safe;
    for (let i = 2; taken.has(name); i++) name = `${safe}-${i}`;
    this.names.set(picture, name);
    return name;
  }
}
