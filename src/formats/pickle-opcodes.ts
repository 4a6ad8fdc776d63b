import { InputError } from '../errors.ts';
import { findGlobal } from './pickle-globals.ts';
import type { PickleMachine } from './pickle-machine.ts';
import { plainInteger } from './pickle-numpy.ts';
import { build, reduce } from './pickle-reduce.ts';
import { describe, type PickleDict, type PickleValue } from './pickle-values.ts';

/** PyTorch's longest integer is its 10-byte magic number; object ids take 9. */
const LONGEST_INTEGER = 16;
const LONGEST_GLOBAL = 256;
const HIGHEST_PROTOCOL = 5;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(machine: PickleMachine, length: number): string {
  const bytes = machine.reader.take(length);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new InputError('expected UTF-8 text in the pickle, found other bytes');
  }
}

/** Python 2 byte strings, which PyTorch's own loader reads as text. */
function latin1(machine: PickleMachine, length: number): string {
  if (length < 0) throw new InputError(`expected the length of a string, found ${length}`);
  const bytes = machine.reader.take(length);
  let decoded = '';
  // In pieces, because a call takes a bounded number of arguments.
  for (let i = 0; i < length; i += 4096) decoded += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return decoded;
}

function longInteger(machine: PickleMachine, length: number): PickleValue {
  if (length < 0 || length > LONGEST_INTEGER) {
    throw new InputError(
      `expected an integer of at most ${LONGEST_INTEGER} bytes in the pickle, found ${length}`,
    );
  }
  const bytes = machine.reader.take(length);
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return plainInteger(BigInt.asIntN(8 * length, value));
}

function line(machine: PickleMachine): string {
  const { bytes, position } = machine.reader;
  const window = bytes.subarray(position, position + LONGEST_GLOBAL);
  const end = window.indexOf(10);
  if (end < 0) throw new InputError('expected a module and a name in the pickle, found no end of line');
  const name = text(machine, end);
  machine.reader.position += 1;
  return name;
}

function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const dict = machine.top();
  if (!(dict instanceof Map) || items.length % 2 !== 0) {
    throw new InputError(`expected keys and values for a dictionary in the pickle, found ${describe(dict)}`);
  }
  for (let i = 0; i < items.length; i += 2) (dict as PickleDict).set(items[i]!, items[i + 1]!);
}

function addItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const list = machine.list(machine.top());
  for (const item of items) list.push(item);
}

function stackGlobal(machine: PickleMachine): void {
  const [module, name] = machine.popMany(2);
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw new InputError(
      `expected a module and a name in the pickle, found ${describe(module)} and ${describe(name)}`,
    );
  }
  machine.push(findGlobal(module, name));
}

function call(machine: PickleMachine): void {
  const [target, args] = machine.popMany(2);
  machine.pushContainer(reduce(target!, args!, machine));
}

function persistentId(machine: PickleMachine): void {
  if (!machine.persistentLoad) throw new InputError('expected no storage in this pickle, found one');
  machine.push(machine.persistentLoad(machine.pop()));
}

function protocol(machine: PickleMachine): void {
  const version = machine.reader.uint8();
  if (version < 2 || version > HIGHEST_PROTOCOL) {
    throw new InputError(`expected pickle protocol 2 to ${HIGHEST_PROTOCOL}, found ${version}`);
  }
}

function tuple(machine: PickleMachine, items: PickleValue[]): void {
  machine.pushContainer({ kind: 'tuple', items });
}

type Operation = (machine: PickleMachine) => void;

/**
 * The binary opcodes that PyTorch writes, from CPython's pickletools; STOP (0x2e) is the caller's.
 * Text forms, INST, OBJ, the extension registry and buffers are absent on purpose.
 */
export const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  // Frame and memo
  [0x80, protocol],
  [0x95, (m) => void m.reader.take(8)],
  [0x71, (m) => m.remember(m.reader.uint8())],
  [0x72, (m) => m.remember(m.reader.uint32())],
  [0x94, (m) => m.rememberNext()],
  [0x68, (m) => m.push(m.recall(m.reader.uint8()))],
  [0x6a, (m) => m.push(m.recall(m.reader.uint32()))],
  // Numbers
  [0x4a, (m) => m.push(m.reader.int32())],
  [0x4b, (m) => m.push(m.reader.uint8())],
  [0x4d, (m) => m.push(m.reader.uint16())],
  [0x8a, (m) => m.push(longInteger(m, m.reader.uint8()))],
  [0x8b, (m) => m.push(longInteger(m, m.reader.int32()))],
  [0x47, (m) => m.push(m.reader.float64BigEndian())],
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  // Strings and bytes
  [0x58, (m) => m.push(text(m, m.reader.uint32()))],
  [0x8c, (m) => m.push(text(m, m.reader.uint8()))],
  [0x8d, (m) => m.push(text(m, m.reader.size64('the length of a string')))],
  [0x43, (m) => m.push(m.reader.take(m.reader.uint8()))],
  [0x42, (m) => m.push(m.reader.take(m.reader.uint32()))],
  [0x55, (m) => m.push(latin1(m, m.reader.uint8()))],
  [0x54, (m) => m.push(latin1(m, m.reader.int32()))],
  // Containers
  [0x28, (m) => m.mark()],
  [0x29, (m) => tuple(m, [])],
  [0x85, (m) => tuple(m, m.popMany(1))],
  [0x86, (m) => tuple(m, m.popMany(2))],
  [0x87, (m) => tuple(m, m.popMany(3))],
  [0x74, (m) => tuple(m, m.popToMark())],
  [0x5d, (m) => m.pushContainer([])],
  [0x8f, (m) => m.pushContainer([])],
  [0x61, (m) => addItems(m, m.popMany(1))],
  [0x65, (m) => addItems(m, m.popToMark())],
  [0x90, (m) => addItems(m, m.popToMark())],
  [0x7d, (m) => m.pushContainer(new Map())],
  [0x73, (m) => setItems(m, m.popMany(2))],
  [0x75, (m) => setItems(m, m.popToMark())],
  [0x30, (m) => void m.pop()],
  // Objects, all of them inert
  [0x63, (m) => m.push(findGlobal(line(m), line(m)))],
  [0x93, stackGlobal],
  [0x52, call],
  [0x81, call],
  [
    0x62,
    (m) => {
      const state = m.pop();
      build(m.top(), state);
    },
  ],
  [0x51, persistentId],
]);
