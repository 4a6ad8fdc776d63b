/**
 * The worker thread that owns one ONNX Runtime session: `run` blocks the thread that it is called on. Tensors
 * cross in shared memory and are reused from run to run: buffers that are transferred become garbage that neither
 * thread's collector sees as pressing.
 */
import * as ort from 'onnxruntime-node';
import type { NamedTensors, SessionOptions } from '../runtime/runtime.ts';
import type { Tensor } from '../tensor.ts';
import { exposeHost } from './expose-host.ts';
import { createSession, floats } from './ort-session.ts';

/** Gives the arena's memory back after a run, so that it never holds more than the last shape needs. */
const SHRINK = { extra: { memory: { enable_memory_arena_shrinkage: 'cpu:0' } } };

let session: ort.InferenceSession | undefined;
/** The tensors of the last run, for the next one of the same shape. */
let last:
  | { shape: string; feeds: Record<string, ort.Tensor>; results: ort.InferenceSession.ReturnType }
  | undefined;
const shared = new Map<string, SharedArrayBuffer>();

const host = {
  async create(model: Uint8Array, options: SessionOptions): Promise<void> {
    session = await createSession(model, options);
  },

  /** @returns tensors that are valid until the next run */
  async run(inputs: NamedTensors): Promise<NamedTensors> {
    if (!session) throw new Error('the session was not created');
    const shape = JSON.stringify(Object.values(inputs).map(({ dims }) => dims));
    if (last?.shape === shape) {
      for (const [name, { data }] of Object.entries(inputs)) floats(last.feeds[name]!).set(data);
      last.results = await session.run(last.feeds, last.results);
    } else {
      const feeds: Record<string, ort.Tensor> = {};
      for (const [name, { data, dims }] of Object.entries(inputs))
        feeds[name] = new ort.Tensor('float32', data.slice(), dims);
      last = { shape, feeds, results: await session.run(feeds, SHRINK) };
    }
    return share(last.results);
  },
};

export type SessionHost = typeof host;

function share(results: ort.InferenceSession.ReturnType): NamedTensors {
  const outputs: Record<string, Tensor> = {};
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

exposeHost(host);
