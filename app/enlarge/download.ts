import { onPixels } from '../shared/pixels.ts';
import type { FileType, Picture, Result } from './state.ts';

const EXTENSIONS: Readonly<Record<FileType, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
};

/** Long enough for the browser to begin reading the file. */
const KEPT_MS = 60_000;

/** Hands a result to the visitor as a file. @throws {Error} where this browser cannot write the type */
export async function download({ file, settings }: Picture, result: Result, type: FileType): Promise<void> {
  const encoded =
    type === result.file.type
      ? result.file
      : await onPixels((pixels) => pixels.encode(result.file, { type }));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(encoded);
  link.download = `${file.name.replace(/\.[^.]*$/, '')}_x${settings.model.scale}.${EXTENSIONS[type]}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
