const ORIENTATION = 0x0112;
const UPRIGHT = 1;
const ENTRY_BYTES = 12;

/**
 * A copy of EXIF data (from its TIFF header on) whose orientation tag, if it has one, says "upright"; the pixels
 * have been turned already. sharp can only set the tag together with a conversion to sRGB.
 */
export function uprightExif(exif: Buffer): Buffer {
  const copy = Buffer.from(exif);
  const little = copy.toString('latin1', 0, 2) === 'II';
  const read16 = (at: number) => (little ? copy.readUInt16LE(at) : copy.readUInt16BE(at));
  const first = copy.length < 8 ? copy.length : little ? copy.readUInt32LE(4) : copy.readUInt32BE(4);
  if (first + 2 > copy.length) return copy;
  const entries = Math.min(read16(first), Math.floor((copy.length - first - 2) / ENTRY_BYTES));
  for (let i = 0; i < entries; i++) {
    const entry = first + 2 + i * ENTRY_BYTES;
    if (read16(entry) !== ORIENTATION) continue;
    if (little) copy.writeUInt16LE(UPRIGHT, entry + 8);
    else copy.writeUInt16BE(UPRIGHT, entry + 8);
  }
  return copy;
}
