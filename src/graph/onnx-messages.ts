/**
 * The messages of ONNX that sisr writes, and their bytes. The generated code for all of ONNX is larger than the
 * rest of the library together, which matters in browsers; the wire format itself is the protobuf library's.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 for the numbers
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Tensor } from '../tensor.ts';

export interface OnnxModel {
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: OnnxGraph;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  /** Stored as float32 under their names. */
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly name: string;
  readonly type: string;
  readonly domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  readonly attributes: readonly OnnxNodeAttribute[];
}

export type OnnxNodeAttribute = { readonly name: string } & (
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly tensor: Tensor }
  | { readonly graph: OnnxGraph }
);

/** A float32 tensor; of any rank where no shape is given. A dimension with a name is dynamic. */
export interface OnnxValue {
  readonly name: string;
  readonly shape?: readonly (number | string)[] | undefined;
}

/** TensorProto.DataType.FLOAT */
const FLOAT32 = 1;
/** AttributeProto.AttributeType */
const TYPES = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, ints: 7 } as const;

/** Writes the fields of one message. */
type Fields = (writer: BinaryWriter) => void;

/** The bytes of a model. */
export function encodeModel({ irVersion, opsets, metadata, graph }: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, irVersion);
  text(writer, 2, 'sisr');
  message(writer, 7, graphFields(graph));
  for (const { domain, version } of opsets)
    message(writer, 8, (opset) => integer(text(opset, 1, domain), 2, version));
  for (const [key, value] of Object.entries(metadata))
    message(writer, 14, (property) => text(text(property, 1, key), 2, value));
  return writer.finish();
}

function graphFields({ name, nodes, initializers, inputs, outputs }: OnnxGraph): Fields {
  return (writer) => {
    for (const node of nodes) message(writer, 1, nodeFields(node));
    text(writer, 2, name);
    for (const [key, tensor] of initializers) message(writer, 5, tensorFields(key, tensor));
    for (const value of inputs) message(writer, 11, valueFields(value));
    for (const value of outputs) message(writer, 12, valueFields(value));
  };
}

function nodeFields({ name, type, domain, inputs, outputs, attributes }: OnnxNode): Fields {
  return (writer) => {
    for (const input of inputs) text(writer, 1, input);
    for (const output of outputs) text(writer, 2, output);
    text(writer, 3, name);
    text(writer, 4, type);
    for (const attribute of attributes) message(writer, 5, attributeFields(attribute));
    text(writer, 7, domain);
  };
}

function attributeFields(attribute: OnnxNodeAttribute): Fields {
  return (writer) => {
    text(writer, 1, attribute.name);
    if ('float' in attribute) writer.tag(2, WireType.Bit32).float(attribute.float);
    if ('int' in attribute) integer(writer, 3, attribute.int);
    if ('string' in attribute) text(writer, 4, attribute.string);
    if ('tensor' in attribute) message(writer, 5, tensorFields('', attribute.tensor));
    if ('graph' in attribute) message(writer, 6, graphFields(attribute.graph));
    if ('ints' in attribute) integers(writer, 8, attribute.ints);
    const type = Object.entries(TYPES).find(([kind]) => kind in attribute);
    integer(writer, 20, type![1]);
  };
}

function tensorFields(name: string, { data, dims }: Tensor): Fields {
  return (writer) => {
    integers(writer, 1, dims);
    integer(writer, 2, FLOAT32);
    text(writer, 8, name);
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    writer.tag(9, WireType.LengthDelimited).bytes(raw);
  };
}

function valueFields({ name, shape }: OnnxValue): Fields {
  return (writer) => {
    text(writer, 1, name);
    message(writer, 2, (type) =>
      message(type, 1, (tensor) => {
        integer(tensor, 1, FLOAT32);
        if (shape) message(tensor, 2, shapeFields(shape));
      }),
    );
  };
}

function shapeFields(shape: readonly (number | string)[]): Fields {
  return (writer) => {
    for (const dim of shape)
      message(writer, 1, (size) => (typeof dim === 'number' ? integer(size, 1, dim) : text(size, 2, dim)));
  };
}

function message(writer: BinaryWriter, field: number, fields: Fields): BinaryWriter {
  writer.tag(field, WireType.LengthDelimited).fork();
  fields(writer);
  return writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): BinaryWriter {
  return writer.tag(field, WireType.LengthDelimited).string(value);
}

function integer(writer: BinaryWriter, field: number, value: number): BinaryWriter {
  return writer.tag(field, WireType.Varint).int64(value);
}

/** One by one, as programs write that use onnx.proto (proto2); readers take lists either way. */
function integers(writer: BinaryWriter, field: number, values: readonly number[]): void {
  for (const value of values) integer(writer, field, value);
}
