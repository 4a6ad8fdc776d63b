/**
 * The worker thread behind a workspace: the programs of a training, and the tensors that go from one to the next.
 * On the CPU, results are written into buffers that are used again as soon as their tensor is given up, so that
 * memory does not wait for the garbage collector. On a graphics card they stay there.
 */
import * as ort from 'onnxruntime-node';
import type { NamedTensors, SessionOptions } from '../runtime/runtime.ts';
import type { Call } from '../runtime/workspace.ts';
import { elementCount, type Tensor } from '../tensor.ts';
import { exposeHost } from './expose-host.ts';
import { createSession, floats } from './ort-session.ts';

let settings: SessionOptions = { device: 'cpu' };
const onCard = () => settings.device !== 'cpu';
/**
 * Gives its vector `x` back as `y`: onto a graphics card, and from it to the CPU. (A tensor's own `getData` ended the
 * process in ONNX Runtime 1.30.)
 */
let copies: { up: ort.InferenceSession; down: ort.InferenceSession } | undefined;
const programs = new Map<string, ort.InferenceSession>();
const tensors = new Map<string, ort.Tensor>();
/** Buffers without a tensor, by their number of elements. */
const spare = new Map<number, Float32Array[]>();

const host = {
  /** @param copy the model of `copies` */
  async open(options: SessionOptions, copy: Uint8Array): Promise<void> {
    settings = options;
    if (onCard()) copies = { up: await compile(copy, true), down: await compile(copy, false) };
  },

  async define(name: string, model: Uint8Array): Promise<void> {
    programs.set(name, await compile(model, onCard()));
  },

  async write(given: NamedTensors): Promise<void> {
    for (const [name, { data, dims }] of Object.entries(given)) {
      const tensor = blank(dims);
      floats(tensor).set(data);
      // What has more axes is of one run only, and is copied when that run begins.
      assign(name, copies && dims.length === 1 ? await copied(copies.up, tensor) : tensor);
    }
  },

  async run(calls: readonly Call[]): Promise<void> {
    for (const { program, inputs, outputs, free = [] } of calls) {
      const session = programs.get(program);
      if (!session) throw new Error(`the workspace has no program ${program}`);
      const feeds = Object.fromEntries(Object.entries(inputs).map(([input, name]) => [input, find(name)]));
      const results = await (onCard() ? session.run(feeds) : session.run(feeds, blanks(outputs)));
      for (const [output, { tensor }] of Object.entries(outputs))
        assign(tensor, results[output] as ort.Tensor);
      for (const name of free) release(name);
    }
  },

  async read(names: readonly string[]): Promise<NamedTensors> {
    const read: Record<string, Tensor> = {};
    for (const name of names) {
      const tensor = copies ? await copied(copies.down, find(name)) : find(name);
      const data = new Float32Array(new SharedArrayBuffer(4 * tensor.size));
      data.set(floats(tensor));
      read[name] = { data, dims: tensor.dims };
    }
    return read;
  },
};

export type WorkspaceHost = typeof host;

/** @param stays whether results stay on the graphics card */
function compile(model: Uint8Array, stays: boolean): Promise<ort.InferenceSession> {
  return createSession(model, settings, {
    ...(stays && { preferredOutputLocation: 'gpu-buffer' }),
    // Threads that wait for work in a loop would take the cores of the program that runs next.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

async function copied(copy: ort.InferenceSession, x: ort.Tensor): Promise<ort.Tensor> {
  const { y } = await copy.run({ x });
  return y as ort.Tensor;
}

function blanks(outputs: Call['outputs']): Record<string, ort.Tensor> {
  return Object.fromEntries(Object.entries(outputs).map(([output, { dims }]) => [output, blank(dims)]));
}

function blank(dims: readonly number[]): ort.Tensor {
  const size = elementCount(dims);
  return new ort.Tensor('float32', spare.get(size)?.pop() ?? new Float32Array(size), dims);
}

function assign(name: string, tensor: ort.Tensor): void {
  if (tensors.has(name)) release(name);
  tensors.set(name, tensor);
}

function release(name: string): void {
  const tensor = find(name);
  tensors.delete(name);
  if (tensor.location !== 'cpu') {
    tensor.dispose();
    return;
  }
  const data = floats(tensor);
  const alike = spare.get(data.length) ?? [];
  alike.push(data);
  spare.set(data.length, alike);
}

function find(name: string): ort.Tensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`the workspace has no tensor ${name}`);
  return tensor;
}

exposeHost(host);
