/** Where decoded pictures are kept: on disk, from one start to the next, or in memory. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Image } from '../../image/image.ts';
import { decodeTrainingPicture, readPictureBytes } from './decode.ts';
import { type KnownFile, readKnownFiles, saveKnownFiles } from './known-files.ts';
import { findRaster, type Raster, rasterInMemory, readRaster, writeRaster } from './raster.ts';

export interface RasterStore {
  /** The pixels of a picture file. @throws {InputError} as `decodeTrainingPicture` */
  picture(path: string): Promise<Raster>;
  /**
   * A picture that is made from another.
   *
   * @param recipe names everything that the result depends on beside the other picture
   */
  made(from: Raster, recipe: string, make: (image: Image<Uint8Array>) => Image<Uint8Array>): Promise<Raster>;
  /** To be called once all pictures are there. */
  finish(): Promise<void>;
}

/** Keeps nothing on disk. */
export function memoryStore(): RasterStore {
  return {
    picture: async (path) => rasterInMemory(await decodeTrainingPicture(path, await readPictureBytes(path))),
    made: async (from, _, make) => rasterInMemory(make(readRaster(from))),
    finish: async () => {},
  };
}

const EXTENSION = '.pixels';

/**
 * Keeps pictures in a folder under the SHA-256 of their file, so that a changed file is decoded anew and one that was
 * moved is not. Files that have the size and time that they had at an earlier start are not even read. Several processes
 * may use the folder at once.
 *
 * @param rebuild makes everything anew, whatever is there
 */
export async function diskStore(folder: string, rebuild: boolean): Promise<RasterStore> {
  const known = rebuild ? new Map<string, KnownFile>() : await readKnownFiles(folder);
  const find = async (path: string) => (rebuild ? undefined : findRaster(path));
  const pathOf = (hash: string) => join(folder, hash + EXTENSION);
  return {
    async picture(path) {
      const seen = known.get(resolve(path));
      const { size = 0, mtimeMs = 0 } = (await stat(path).catch(() => undefined)) ?? {};
      const unchanged = seen?.size === size && seen.mtimeMs === mtimeMs;
      const kept = unchanged ? await find(pathOf(seen.hash)) : undefined;
      if (kept) return kept;
      const bytes = await readPictureBytes(path);
      const hash = createHash('sha256').update(bytes).digest('hex');
      known.set(resolve(path), { size, mtimeMs, hash });
      return (
        (await find(pathOf(hash))) ?? writeRaster(pathOf(hash), await decodeTrainingPicture(path, bytes))
      );
    },
    async made(from, recipe, make) {
      const path = `${String(from.pixels).slice(0, -EXTENSION.length)}-${recipe}${EXTENSION}`;
      return (await find(path)) ?? writeRaster(path, make(readRaster(from)));
    },
    finish: () => saveKnownFiles(folder, known),
  };
}
