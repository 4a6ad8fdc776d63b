/**
 * Writes a tensor program as an ONNX model. Parameters whose tensors are given become initialisers; the others
 * stay inputs, so that one model can run with many sets of weights.
 */
import type { StateDict, Tensor } from '../tensor.ts';
import type { OnnxAttribute, OnnxBody, OnnxEmitter } from './emitter.ts';
import {
  encodeModel,
  type OnnxGraph,
  type OnnxNode,
  type OnnxNodeAttribute,
  type OnnxValue,
} from './onnx-messages.ts';
import { formatDim, type Shape } from './shape.ts';
import { inOrder, type Value } from './value.ts';

/** Opset 17 (ONNX 1.12): has every operator that is used, and every runtime of the last years reads it. */
const OPSET = 17;
const IR_VERSION = 8;
/** Of the domains with ONNX Runtime's own operators, in programs that only it will run. */
const RUNTIME_VERSION = 1;

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
  return encodeModel({
    irVersion: IR_VERSION,
    opsets: [
      { domain: '', version: OPSET },
      ...[...runtimeDomains(graph.nodes)].map((domain) => ({ domain, version: RUNTIME_VERSION })),
    ],
    metadata: options.metadata ?? {},
    graph: {
      name: 'sisr',
      nodes: graph.nodes,
      initializers: graph.initializers,
      inputs: graph.inputs,
      outputs: Object.entries(outputs).map(([name, { shape }]) => onnxValue(name, shape)),
    },
  });
}

class GraphWriter implements OnnxEmitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, Tensor>();
  readonly inputs: OnnxValue[] = [];
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
    this.nodes.push(onnxNode(type, inputs, result, attributes));
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
      this.nodes.push(onnxNode('Identity', [result], name));
      return;
    }
    this.outputs.add(name);
    this.names.set(value, name);
    rename(this.nodes, result, name);
  }

  addUnused(): void {
    for (const [name, tensor] of this.parameters) if (!this.declared.has(name)) this.store(name, tensor);
  }

  private store(name: string, tensor: Tensor): void {
    this.declared.add(name);
    this.initializers.set(name, tensor);
  }

  private declare(name: string, shape: Shape): void {
    this.declared.add(name);
    this.inputs.push(onnxValue(name, shape));
  }
}

/** The domains of operators that are not ONNX's; what bodies use, the whole model must import. */
function runtimeDomains(nodes: readonly OnnxNode[]): Set<string> {
  const found = nodes.flatMap(({ domain, attributes }) => [
    ...(domain === '' ? [] : [domain]),
    ...bodies(attributes).flatMap((body) => [...runtimeDomains(body.nodes)]),
  ]);
  return new Set(found);
}

/** Bodies may use names from outside. */
function rename(nodes: readonly OnnxNode[], from: string, to: string): void {
  const renamed = (names: readonly string[]) => names.map((name) => (name === from ? to : name));
  for (const node of nodes) {
    node.inputs = renamed(node.inputs);
    node.outputs = renamed(node.outputs);
    for (const body of bodies(node.attributes)) rename(body.nodes, from, to);
  }
}

function bodies(attributes: readonly OnnxNodeAttribute[]): OnnxGraph[] {
  return attributes.flatMap((attribute) => ('graph' in attribute ? [attribute.graph] : []));
}

function onnxNode(
  qualifiedType: string,
  inputs: readonly string[],
  result: string,
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxNode {
  const [, domain = '', type = ''] = /^(?:(.*)\.)?(.*)$/.exec(qualifiedType) ?? [];
  return {
    name: result,
    type,
    domain,
    inputs,
    outputs: [result],
    attributes: Object.entries(attributes).map(([name, value]) =>
      'body' in value ? { name, graph: onnxBody(result, value.body) } : { name, ...value },
    ),
  };
}

/** @param node the name of the node that has the body */
function onnxBody(node: string, body: OnnxBody): OnnxGraph {
  const graph = new GraphWriter(new Map(), `${node}.`);
  const inputs = Array.from({ length: body.inputs }, (_, i) => `${node}.input_${i}`);
  const output = body.write(graph, inputs);
  return {
    name: node,
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: inputs.map((name) => ({ name })),
    outputs: [{ name: output }],
  };
}

function onnxValue(name: string, shape: Shape): OnnxValue {
  return { name, shape: shape.map((size) => (typeof size === 'number' ? size : formatDim(size))) };
}
