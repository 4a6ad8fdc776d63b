/** What bench/browser.mjs calls: UpscalerJS with its default model, as its documentation shows. */
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import model from '@upscalerjs/default-model';
import Upscaler from 'upscaler';

let upscaler;

Object.assign(globalThis, {
  /** @param {string | undefined} backend of TensorFlow.js; its own choice where undefined */
  async open(backend) {
    setWasmPaths(new URL('wasm/', location.href).href);
    if (backend && !(await tf.setBackend(backend))) throw new Error(`${backend} does not start`);
    await tf.ready();
    upscaler = new Upscaler({ model: { ...model, path: new URL('models/model.json', location.href).href } });
    await upscaler.ready;
    return { backend: tf.getBackend() };
  },

  /** @param {string} file data URL of a picture */
  async enlarge(file) {
    const picture = new Image();
    picture.src = file;
    await picture.decode();
    const start = performance.now();
    const tensor = await upscaler.execute(picture, { output: 'tensor' });
    const values = await tensor.data();
    const seconds = (performance.now() - start) / 1000;
    const [height, width, channels] = tensor.shape;
    tensor.dispose();
    return { seconds, width, height, channels, samples: Array.from(Uint8ClampedArray.from(values)) };
  },
});
