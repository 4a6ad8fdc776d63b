/**
 * The worker thread that owns one ONNX Runtime session: `run` blocks the thread that it is called on. Tensors
 * cross in shared memory and are reused from run to run: buffers that are transferred become garbage that neither
 * thread's collector sees as pressing. This file is JavaScript so that the same one runs from the sources (in
 * tests) and from the build.
 */
import { workerData } from 'node:worker_threads';
import { expose } from 'comlink';
import * as ort from 'onnxruntime-node';

/** @typedef {Readonly<Record<string, { data: Float32Array, dims: readonly number[] }>>} SharedTensors */

// Failures reach the caller as errors; ONNX Runtime would also print them.
ort.env.logLevel = 'fatal';

/** Gives the arena's memory back after a run, so that it never holds more than the last shape needs. */
const SHRINK = { extra: { memory: { enable_memory_arena_shrinkage: 'cpu:0' } } };

/** @type {ort.InferenceSession | undefined} */
let session;

/**
 * The tensors of the last run, for the next one of the same shape.
 * @type {{ shape: string, feeds: Record<string, ort.Tensor>, results: ort.InferenceSession.ReturnType } | undefined}
 */
let last;

/** @type {Map<string, SharedArrayBuffer>} */
const shared = new Map();

export const host = {
  /**
   * @param {Uint8Array} model
   * @param {{ device: string, threads?: number | undefined }} options
   */
  async create(model, { device, threads }) {
    session = await ort.InferenceSession.create(model, {
      executionProviders: [device],
      intraOpNumThreads: threads ?? 0,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      // A pattern is one block for all activations, kept beside the arena: half as much memory again, no gain.
      enableMemPattern: false,
    });
  },

  /**
   * @param {SharedTensors} inputs
   * @returns {Promise<SharedTensors>} valid until the next run
   */
  async run(inputs) {
    if (!session) throw new Error('the session was not created');
    const shape = JSON.stringify(Object.values(inputs).map(({ dims }) => dims));
    if (last?.shape === shape) {
      for (const [name, { data }] of Object.entries(inputs)) floats(last.feeds[name]).set(data);
      last.results = await session.run(last.feeds, last.results);
    } else {
      /** @type {Record<string, ort.Tensor>} */
      const feeds = {};
      for (const [name, { data, dims }] of Object.entries(inputs))
        feeds[name] = new ort.Tensor('float32', data.slice(), dims);
      last = { shape, feeds, results: await session.run(feeds, SHRINK) };
    }
    return share(last.results);
  },
};

/**
 * @param {ort.InferenceSession.ReturnType} results
 * @returns {SharedTensors}
 */
function share(results) {
  /** @type {Record<string, { data: Float32Array, dims: readonly number[] }>} */
  const outputs = {};
  for (const [name, result] of Object.entries(results)) {
    const values = floats(result);
    let buffer = shared.get(name);
    if (buffer?.byteLength !== values.byteLength) {
      buffer = new SharedArrayBuffer(values.byteLength);
      shared.set(name, buffer);
    }
    const data = new Float32Array(buffer);
    data.set(values);
    outputs[name] = { data, dims: result.dims };
  }
  return outputs;
}

/** @param {ort.Tensor | undefined} tensor */
function floats(tensor) {
  return /** @type {Float32Array} */ (tensor?.data);
}

expose(host, workerData.port);
