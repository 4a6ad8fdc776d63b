/** ONNX Runtime as all worker threads use it. */
import * as ort from 'onnxruntime-node';
import type { SessionOptions } from '../runtime/runtime.ts';

// Failures reach the caller as errors; ONNX Runtime would also print them.
ort.env.logLevel = 'fatal';

/** @param further options that not all sessions have */
export function createSession(
  model: Uint8Array,
  { device, threads }: SessionOptions,
  further: ort.InferenceSession.SessionOptions = {},
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(model, {
    executionProviders: [device],
    intraOpNumThreads: threads ?? 0,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    // A pattern is one block for all activations, kept beside the arena: half as much memory again, no gain.
    enableMemPattern: false,
    ...further,
  });
}

/** The values of a tensor on the CPU. */
export function floats(tensor: ort.Tensor): Float32Array {
  return tensor.data as Float32Array;
}
