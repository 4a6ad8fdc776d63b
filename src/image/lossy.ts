/** Whether a picture's file has lost detail when it was saved. */

/** As much of a file as {@link isLossyPicture} wants to see: in WebP, a colour profile may come before the pixels. */
export const LOSSY_HEAD_BYTES = 2 ** 18;

/**
 * Whether the format of a picture file is lossy: JPEG, WebP unless it says that it is lossless, and AVIF, which hardly
 * ever is. PNG, BMP, GIF and TIFF are not, whatever they were made from.
 *
 * @param bytes the file, or at least its first {@link LOSSY_HEAD_BYTES}
 */
export function isLossyPicture(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return true;
  if (text(bytes, 0) === 'RIFF' && text(bytes, 8) === 'WEBP') return isLossyWebp(bytes);
  return text(bytes, 4) === 'ftyp' && ['avif', 'avis'].includes(text(bytes, 8));
}

/** Looks for the first picture in the chunks: `VP8 ` is lossy, `VP8L` is not, the frame of an animation holds either. */
function isLossyWebp(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = text(bytes, at);
    if (name === 'VP8 ' || name === 'VP8L') return name === 'VP8 ';
    const size = view.getUint32(at + 4, true);
    const header = 8;
    const frame = 16;
    at += header + (name === 'ANMF' ? frame : size + (size % 2));
  }
  return false;
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
