import { refuseAlpha } from '../../data/prepare.ts';
import { InputError, naming } from '../../errors.ts';
import type { Image } from '../../image/image.ts';
import { decodePicture, readBytes } from '../picture.ts';
import { toEightBits } from '../write-picture.ts';

/** A file that cannot be read, or that is no picture or a damaged one. */
export class UnreadablePicture extends InputError {}

/** @throws {UnreadablePicture} where the file cannot be read or is empty */
export async function readPictureBytes(path: string): Promise<Buffer> {
  try {
    return await readBytes(path);
  } catch (error) {
    throw new UnreadablePicture((error as Error).message);
  }
}

/**
 * A training picture from its file: grey or RGB, rounded to 8 bits where it has 16, as the networks are trained on 8.
 *
 * @throws {UnreadablePicture} where it is damaged; {InputError} where it has an alpha channel. Both name it.
 */
export async function decodeTrainingPicture(path: string, bytes: Uint8Array): Promise<Image<Uint8Array>> {
  const { image } = await decodePicture(bytes).catch((error: unknown) => {
    throw new UnreadablePicture(`${path}: ${error instanceof Error ? error.message : error}`);
  });
  return toEightBits(naming(path, () => refuseAlpha(image)));
}
