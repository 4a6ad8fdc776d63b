/**
 * The worker for browsers without WebGPU: ONNX Runtime's smallest build. The workers are JavaScript so that their
 * address is the same in the sources and in the build.
 */
import * as ort from 'onnxruntime-web/wasm';
import { serve } from './worker.ts';

serve(ort, { webgpu: false, wasm: 'ort-wasm-simd-threaded.wasm' });
