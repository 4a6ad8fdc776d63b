/** The worker for browsers with WebGPU. This build of ONNX Runtime is the one that also runs where JSPI is missing. */
import * as ort from 'onnxruntime-web/webgpu';
import { serve } from './worker.ts';

serve(ort, { webgpu: true, wasm: 'ort-wasm-simd-threaded.asyncify.wasm' });
