import { InputError } from '../errors.ts';
import { isTorchLegacy } from './torch-legacy.ts';
import { isTar } from './torch-tar.ts';

/** What a file of weights is packed in. */
export type Container = 'torch-zip' | 'torch-legacy' | 'torch-tar' | 'safetensors' | 'onnx';

function startsWith(bytes: Uint8Array, prefix: readonly number[] | string): boolean {
  const codes = typeof prefix === 'string' ? [...prefix].map((char) => char.charCodeAt(0)) : prefix;
  return bytes.length >= codes.length && codes.every((code, index) => bytes[index] === code);
}

/** A header's length in 8 bytes, of which a real one needs at most 4, and the header's brace. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length >= 10 && bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0);
}

/** ONNX is a protocol buffer: field 1 (IR version, small), then one of the model's other fields. */
function isOnnx(bytes: Uint8Array): boolean {
  const [field, version, next] = bytes;
  return (
    field === 8 && version! > 0 && version! < 32 && [0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42].includes(next!)
  );
}

function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 256).every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}

/** What a file that is not a checkpoint seems to be. */
function nameOther(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  if (startsWith(bytes, 'PK')) return 'a zip archive without entries or cut at the start';
  if (startsWith(bytes, '\x89HDF')) return 'an HDF5 file (Keras)';
  if (startsWith(bytes, '\x89PNG') || startsWith(bytes, [0xff, 0xd8, 0xff])) return 'a picture';
  if (startsWith(bytes, [0x1f, 0x8b])) return 'a gzip file; unpack it first';
  if (startsWith(bytes, 'version https://git-lfs')) return 'a Git LFS pointer; fetch the real file';
  if (startsWith(bytes, [0x80]) && bytes[1]! <= 5) return 'a Python pickle that torch.save did not write';
  if (/^\s*<(!doctype|html)/i.test(String.fromCharCode(...bytes.subarray(0, 64)))) {
    return 'a web page; the download gave a page instead of the file';
  }
  return isText(bytes) ? 'a text file' : `unknown data of ${bytes.length} bytes`;
}

/**
 * Tells the container by the file's first bytes, never by its name.
 *
 * @throws {InputError} where it is none of them, saying what the file seems to be.
 */
export function detectContainer(bytes: Uint8Array): Container {
  if (startsWith(bytes, 'PK\x03\x04')) return 'torch-zip';
  if (isTorchLegacy(bytes)) return 'torch-legacy';
  if (isTar(bytes)) return 'torch-tar';
  if (isSafetensors(bytes)) return 'safetensors';
  if (isOnnx(bytes)) return 'onnx';
  throw new InputError(
    `expected PyTorch weights (.pt, .pth), safetensors or an ONNX model, found ${nameOther(bytes)}`,
  );
}
