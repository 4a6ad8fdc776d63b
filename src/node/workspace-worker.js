/**
 * The worker thread behind a workspace: the programs of a training, and the tensors that go from one to the next.
 * Results are written into buffers that are used again as soon as their tensor is given up, so that memory does
 * not wait for the garbage collector.
 */
import { workerData } from 'node:worker_threads';
import { expose } from 'comlink';
import * as ort from 'onnxruntime-node';

/** @typedef {import('../runtime/workspace.ts').Call} Call */
/** @typedef {Readonly<Record<string, { data: Float32Array, dims: readonly number[] }>>} Tensors */

ort.env.logLevel = 'fatal';

/** @type {{ device: string, threads?: number | undefined }} */
let settings = { device: 'cpu' };

/** @type {Map<string, ort.InferenceSession>} */
const programs = new Map();

/** @type {Map<string, ort.Tensor>} */
const tensors = new Map();

/**
 * Buffers without a tensor, by their number of elements.
 * @type {Map<number, Float32Array[]>}
 */
const spare = new Map();

export const host = {
  /** @param {typeof settings} options */
  async open(options) {
    settings = options;
  },

  /**
   * @param {string} name
   * @param {Uint8Array} model
   */
  async define(name, model) {
    const program = await ort.InferenceSession.create(model, {
      executionProviders: [settings.device],
      intraOpNumThreads: settings.threads ?? 0,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      enableMemPattern: false,
      // Threads that wait for work in a loop would take the cores of the program that runs next.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    programs.set(name, program);
  },

  /** @param {Tensors} given */
  async write(given) {
    for (const [name, { data, dims }] of Object.entries(given)) {
      const tensor = blank(dims);
      floats(tensor).set(data);
      assign(name, tensor);
    }
  },

  /** @param {readonly Call[]} calls */
  async run(calls) {
    for (const { program, inputs, outputs, free = [] } of calls) {
      const named = Object.entries(inputs).map(([input, name]) => [input, find(name)]);
      const results = Object.entries(outputs).map(([output, { dims }]) => [output, blank(dims)]);
      const session = programs.get(program);
      if (!session) throw new Error(`the workspace has no program ${program}`);
      const fetches = Object.fromEntries(results);
      await session.run(Object.fromEntries(named), fetches);
      for (const [output, { tensor }] of Object.entries(outputs)) assign(tensor, fetches[output]);
      for (const name of free) release(name);
    }
  },

  /**
   * @param {readonly string[]} names
   * @returns {Promise<Tensors>}
   */
  async read(names) {
    return Object.fromEntries(
      names.map((name) => {
        const tensor = find(name);
        const data = new Float32Array(new SharedArrayBuffer(4 * tensor.size));
        data.set(floats(tensor));
        return [name, { data, dims: tensor.dims }];
      }),
    );
  },
};

/** @param {readonly number[]} dims */
function blank(dims) {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return new ort.Tensor('float32', spare.get(size)?.pop() ?? new Float32Array(size), dims);
}

/**
 * @param {string} name
 * @param {ort.Tensor} tensor
 */
function assign(name, tensor) {
  if (tensors.has(name)) release(name);
  tensors.set(name, tensor);
}

/** @param {string} name */
function release(name) {
  const data = floats(find(name));
  const alike = spare.get(data.length) ?? [];
  alike.push(data);
  spare.set(data.length, alike);
  tensors.delete(name);
}

/** @param {string} name */
function find(name) {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`the workspace has no tensor ${name}`);
  return tensor;
}

/** @param {ort.Tensor} tensor */
function floats(tensor) {
  return /** @type {Float32Array} */ (tensor.data);
}

expose(host, workerData.port);
