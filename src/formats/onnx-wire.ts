/**
 * The fields of one protocol buffer message, read in place. The generated decoder would make an object of every
 * node in a file, a hundred times its bytes; a file of weights needs three kinds of message out of dozens.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { InputError } from '../errors.ts';

/** What to do with a field, by its number. Fields that are not listed are passed over. */
export interface FieldHandlers {
  /** Strings, bytes, messages and packed numbers; the bytes are shared with the file. */
  readonly bytes?: Readonly<Record<number, (value: Uint8Array) => void>>;
  /** Integers and enumerations. */
  readonly integers?: Readonly<Record<number, (value: number) => void>>;
}

/** @throws {InputError} where the bytes are no message, or a listed field has another wire type */
export function readFields(message: Uint8Array, what: string, handlers: FieldHandlers): void {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, type] = onWire(what, () => reader.tag());
    const takeBytes = handlers.bytes?.[field];
    const takeInteger = handlers.integers?.[field];
    if (type === WireType.LengthDelimited && takeBytes) takeBytes(onWire(what, () => reader.bytes()));
    else if (type === WireType.Varint && takeInteger) takeInteger(onWire(what, () => Number(reader.int64())));
    else if (takeBytes || takeInteger) throw damaged(what, `field ${field} of wire type ${type}`);
    else onWire(what, () => reader.skip(type, field));
  }
}

/** The integers of a packed field, at most `limit`. */
export function readPacked(bytes: Uint8Array, what: string, limit: number): number[] {
  const reader = new BinaryReader(bytes);
  const values: number[] = [];
  while (reader.pos < reader.len && values.length <= limit)
    values.push(onWire(what, () => Number(reader.int64())));
  return values;
}

/** @throws {InputError} where the text is not UTF-8 */
export function readText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged(what, 'text that is not UTF-8');
  }
}

function onWire<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(what, error instanceof Error ? error.message : String(error));
  }
}

function damaged(what: string, found: string): InputError {
  return new InputError(`damaged ONNX file: expected ${what} as a protocol buffer, found ${found}`);
}
