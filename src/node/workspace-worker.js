/**
 * The worker thread behind a workspace: the programs of a training, and the tensors that go from one to the next.
 * On the CPU, results are written into buffers that are used again as soon as their tensor is given up, so that
 * memory does not wait for the garbage collector. On a graphics card they stay there.
 */
import { workerData } from 'node:worker_threads';
import { expose } from 'comlink';
import * as ort from 'onnxruntime-node';

/** @typedef {import('../runtime/workspace.ts').Call} Call */
/** @typedef {Readonly<Record<string, { data: Float32Array, dims: readonly number[] }>>} Tensors */

ort.env.logLevel = 'fatal';

/** @type {{ device: string, threads?: number | undefined }} */
let settings = { device: 'cpu' };
const onCard = () => settings.device !== 'cpu';

/**
 * Gives its vector `x` back as `y`: onto a graphics card, and from it to the CPU. (A tensor's own `getData` ended the
 * process in ONNX Runtime 1.30.)
 * @type {{ up: ort.InferenceSession, down: ort.InferenceSession } | undefined}
 */
let copies;

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
  /**
   * @param {typeof settings} options
   * @param {Uint8Array} copy the model of `copies`
   */
  async open(options, copy) {
    settings = options;
    if (onCard()) copies = { up: await createSession(copy, true), down: await createSession(copy, false) };
  },

  /**
   * @param {string} name
   * @param {Uint8Array} model
   */
  async define(name, model) {
    programs.set(name, await createSession(model, onCard()));
  },

  /** @param {Tensors} given */
  async write(given) {
    for (const [name, { data, dims }] of Object.entries(given)) {
      const tensor = blank(dims);
      floats(tensor).set(data);
      // What is of one run only is copied when that run begins.
      const stays = copies !== undefined && dims.length === 1;
      assign(name, stays ? await copied(copies?.up, tensor) : tensor);
    }
  },

  /** @param {readonly Call[]} calls */
  async run(calls) {
    for (const { program, inputs, outputs, free = [] } of calls) {
      const session = programs.get(program);
      if (!session) throw new Error(`the workspace has no program ${program}`);
      const feeds = Object.fromEntries(Object.entries(inputs).map(([input, name]) => [input, find(name)]));
      const blanks = Object.entries(outputs).map(([output, { dims }]) => [output, blank(dims)]);
      const results = onCard()
        ? await session.run(feeds)
        : await session.run(feeds, Object.fromEntries(blanks));
      for (const [output, { tensor }] of Object.entries(outputs))
        assign(tensor, /** @type {ort.Tensor} */ (results[output]));
      for (const name of free) release(name);
    }
  },

  /**
   * @param {readonly string[]} names
   * @returns {Promise<Tensors>}
   */
  async read(names) {
    /** @type {Record<string, { data: Float32Array, dims: readonly number[] }>} */
    const read = {};
    for (const name of names) {
      const tensor = copies ? await copied(copies.down, find(name)) : find(name);
      const data = new Float32Array(new SharedArrayBuffer(4 * tensor.size));
      data.set(floats(tensor));
      read[name] = { data, dims: tensor.dims };
    }
    return read;
  },
};

/**
 * @param {Uint8Array} model
 * @param {boolean} stays whether results stay on the graphics card
 */
function createSession(model, stays) {
  return ort.InferenceSession.create(model, {
    executionProviders: [settings.device],
    intraOpNumThreads: settings.threads ?? 0,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    enableMemPattern: false,
    ...(stays && { preferredOutputLocation: /** @type {const} */ ('gpu-buffer') }),
    // Threads that wait for work in a loop would take the cores of the program that runs next.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

/**
 * @param {ort.InferenceSession | undefined} copy
 * @param {ort.Tensor} tensor
 * @returns {Promise<ort.Tensor>}
 */
async function copied(copy, tensor) {
  const { y } = (await copy?.run({ x: tensor })) ?? {};
  return /** @type {ort.Tensor} */ (y);
}

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
  const tensor = find(name);
  tensors.delete(name);
  if (tensor.location !== 'cpu') return tensor.dispose();
  const data = floats(tensor);
  const alike = spare.get(data.length) ?? [];
  alike.push(data);
  spare.set(data.length, alike);
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
