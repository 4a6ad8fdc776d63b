/**
 * Writes a tensor program as an ONNX model. Parameters whose tensors are given become initialisers; the others
 * stay inputs, so that one model can run with many sets of weights.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { StateDict, Tensor } from '../tensor.ts';
import type { OnnxAttribute, OnnxBody, OnnxEmitter } from './emitter.ts';
import { formatDim, type Shape } from './shape.ts';
import { inOrder, type Value } from './value.ts';

/** Opset 17 (ONNX 1.12): has every operator that is used, and every runtime of the last years reads it. */
const OPSET = 17;
const IR_VERSION = 8;
/** ONNX Runtime's own operators, in programs that only it will run. */
const RUNTIME_DOMAIN = 'com.microsoft';

export interface OnnxOptions {
  /** Tensors for the parameters that are to be stored in the model. */
  parameters?: StateDict;
  /** Key-value pairs of the model's metadata. */
  metadata?: Readonly<Record<string, string>>;
  /** Also stores the given tensors that no output depends on, such as weights that a network never uses. */
  keepUnused?: boolean;
}

/** The bytes of an ONNX model that computes `outputs`. Inputs and outputs are float32. */
export function writeOnnx(outputs: Readonly<Record<string, Value>>, options: OnnxOptions = {}): Uint8Array {
  const graph = new GraphWriter(options.parameters ?? new Map());
  for (const value of inOrder(Object.values(outputs))) graph.add(value);
  if (options.keepUnused) graph.addUnused();
  for (const [name, value] of Object.entries(outputs)) graph.output(name, value);
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: 'sisr',
    opsetImport: [
      { domain: '', version: BigInt(OPSET) },
      ...(graph.usesRuntimeOperators ? [{ domain: RUNTIME_DOMAIN, version: 1n }] : []),
    ],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'sisr',
      node: graph.nodes,
      initializer: graph.initializers,
      input: graph.inputs,
      output: Object.entries(outputs).map(([name, value]) => valueInfo(name, value.shape)),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

class GraphWriter implements OnnxEmitter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly inputs: ValueInfoProto[] = [];
  private readonly names = new Map<Value, string>();
  private readonly declared = new Set<string>();
  private readonly outputs = new Set<string>();
  private readonly parameters: StateDict;
  /** What the names of results begin with: those of a body must not be those of its surroundings. */
  private readonly prefix: string;

  constructor(parameters: StateDict, prefix = '') {
    this.parameters = parameters;
    this.prefix = prefix;
  }

  nameOf(value: Value): string {
    const name = this.names.get(value);
    if (name === undefined) throw new Error('a value was used before it was written');
    return name;
  }

  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const result = `${this.prefix}${type.split('.').at(-1)}_${this.nodes.length}`;
    this.nodes.push(nodeProto(type, inputs, result, attributes));
    return result;
  }

  add(value: Value): void {
    if (value.kind === 'computed') {
      const operands = value.operands.map((operand) => this.nameOf(operand));
      this.names.set(value, value.operator.onnx(this, operands, value.attributes));
      return;
    }
    this.names.set(value, value.name);
    // A block that is applied twice names its parameters twice.
    if (this.declared.has(value.name)) return;
    const stored = value.kind === 'parameter' ? this.parameters.get(value.name) : undefined;
    if (stored) this.store(value.name, stored);
    else this.declare(value.name, value.shape);
  }

  /**
   * Gives a result the name of an output. Runtimes that copy what an Identity node is given, where others use it
   * too, would copy every such result.
   */
  output(name: string, value: Value): void {
    const result = this.nameOf(value);
    if (value.kind !== 'computed' || this.outputs.has(result)) {
      this.nodes.push(nodeProto('Identity', [result], name, {}));
      return;
    }
    this.outputs.add(name);
    this.names.set(value, name);
    rename(this.nodes, result, name);
  }

  /** Bodies count too: what they use, the whole model must import. */
  get usesRuntimeOperators(): boolean {
    return this.nodes.some(
      ({ domain, attribute }) =>
        domain === RUNTIME_DOMAIN ||
        attribute.some(({ g }) => g?.node.some((inner) => inner.domain === RUNTIME_DOMAIN)),
    );
  }

  addUnused(): void {
    for (const [name, tensor] of this.parameters) if (!this.declared.has(name)) this.store(name, tensor);
  }

  private store(name: string, { data, dims }: Tensor): void {
    this.declared.add(name);
    this.initializers.push(tensorProto(name, data, dims));
  }

  private declare(name: string, shape: Shape): void {
    this.declared.add(name);
    this.inputs.push(valueInfo(name, shape));
  }
}

/** Bodies may use names from outside. */
function rename(nodes: readonly NodeProto[], from: string, to: string): void {
  const renamed = (names: string[]) => names.map((name) => (name === from ? to : name));
  for (const node of nodes) {
    node.input = renamed(node.input);
    node.output = renamed(node.output);
    for (const { g } of node.attribute) if (g) rename(g.node, from, to);
  }
}

function nodeProto(
  type: string,
  inputs: readonly string[],
  result: string,
  attributes: Readonly<Record<string, OnnxAttribute>>,
): NodeProto {
  const [, domain = '', opType = ''] = /^(?:(.*)\.)?(.*)$/.exec(type) ?? [];
  return create(NodeProtoSchema, {
    opType,
    domain,
    name: result,
    input: [...inputs],
    output: [result],
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(result, name, value)),
  });
}

/** @param node the name of the node that has the attribute */
function attributeProto(node: string, name: string, value: OnnxAttribute): AttributeProto {
  const { INT, INTS, FLOAT, STRING, TENSOR, GRAPH } = AttributeProto_AttributeType;
  if ('int' in value) return create(AttributeProtoSchema, { name, type: INT, i: BigInt(value.int) });
  if ('ints' in value)
    return create(AttributeProtoSchema, { name, type: INTS, ints: value.ints.map(BigInt) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: FLOAT, f: value.float });
  if ('string' in value)
    return create(AttributeProtoSchema, { name, type: STRING, s: new TextEncoder().encode(value.string) });
  if ('tensor' in value) {
    const { data, dims } = value.tensor;
    return create(AttributeProtoSchema, { name, type: TENSOR, t: tensorProto('', data, dims) });
  }
  return create(AttributeProtoSchema, { name, type: GRAPH, g: bodyProto(node, value.body) });
}

function bodyProto(node: string, body: OnnxBody): GraphProto {
  const graph = new GraphWriter(new Map(), `${node}.`);
  const inputs = Array.from({ length: body.inputs }, (_, i) => `${node}.input_${i}`);
  const output = body.write(graph, inputs);
  return create(GraphProtoSchema, {
    name: node,
    node: graph.nodes,
    input: inputs.map((name) => valueInfo(name)),
    output: [valueInfo(output)],
  });
}

function tensorProto(name: string, data: Float32Array, dims: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.FLOAT,
    dims: dims.map(BigInt),
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  });
}

/** A float32 tensor; of any rank where no shape is given. */
function valueInfo(name: string, shape?: Shape): ValueInfoProto {
  const dim = shape?.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: formatDim(size) },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: { elemType: TensorProto_DataType.FLOAT, ...(dim && { shape: { dim } }) },
      },
    },
  });
}
