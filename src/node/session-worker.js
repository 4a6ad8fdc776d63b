/**
 * The worker thread that owns one ONNX Runtime session: `run` blocks the thread that it is called on. This file
 * is JavaScript so that the same one runs from the sources (tests) and from the build.
 */
import { workerData } from 'node:worker_threads';
import { expose, transfer } from 'comlink';
import * as ort from 'onnxruntime-node';

// Failures reach the caller as errors; ONNX Runtime would also print them.
ort.env.logLevel = 'fatal';

/** @type {ort.InferenceSession | undefined} */
let session;

/** What the worker does for the other side; tensors cross as plain data and shape. */
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
      logSeverityLevel: 3,
      // Tiles differ in size: an arena that keeps every block it ever needed would outgrow the memory budget.
      enableCpuMemArena: false,
      enableMemPattern: false,
    });
  },

  /** @param {Readonly<Record<string, { data: Float32Array, dims: readonly number[] }>>} inputs */
  async run(inputs) {
    if (!session) throw new Error('the session was not created');
    /** @type {Record<string, ort.Tensor>} */
    const feeds = {};
    for (const [name, { data, dims }] of Object.entries(inputs)) {
      feeds[name] = new ort.Tensor('float32', data, dims);
    }
    const results = await session.run(feeds);
    /** @type {Record<string, { data: Float32Array, dims: readonly number[] }>} */
    const outputs = {};
    for (const [name, result] of Object.entries(results)) {
      // The tensor's own memory belongs to ONNX Runtime and cannot be transferred.
      outputs[name] = {
        data: new Float32Array(/** @type {Float32Array} */ (result.data)),
        dims: result.dims,
      };
      result.dispose();
    }
    return transfer(
      outputs,
      Object.values(outputs).map((output) => output.data.buffer),
    );
  },
};

expose(host, workerData.port);
