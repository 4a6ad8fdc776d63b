/** The files of ONNX Runtime that networks run with. The bundler gives those of the workers the same addresses. */
const OF_PROCESSOR = new URL('onnxruntime-web/ort-wasm-simd-threaded.wasm', import.meta.url);
const OF_CARD = new URL('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm', import.meta.url);

/** Every one that a choice of device may need here: without a graphics card, all take the processor's. */
export async function runtimeFiles(): Promise<string[]> {
  const { gpu }: { gpu?: GPU } = navigator;
  const card = await gpu?.requestAdapter().catch(() => null);
  return [OF_PROCESSOR, ...(card ? [OF_CARD] : [])].map(({ href }) => href);
}
