// @ts-check
/** What bench/browser.mjs calls: `sisr/web` as any page uses it. */
import { decodePicture, loadNetwork } from 'sisr/web';

/** @type {Awaited<ReturnType<typeof loadNetwork>>} */
let network;

Object.assign(globalThis, {
  /**
   * @param {string} weights data URL
   * @param {object} settings of `loadNetwork`
   */
  async open(weights, settings) {
    await network?.dispose();
    network = await loadNetwork(await (await fetch(weights)).blob(), settings);
    return { device: network.device, threads: network.threads };
  },

  /** @param {string} file data URL of a picture */
  async enlarge(file) {
    const picture = await decodePicture(await (await fetch(file)).blob());
    const start = performance.now();
    const { width, height, data } = await network.upscale(picture);
    const seconds = (performance.now() - start) / 1000;
    return { seconds, width, height, channels: 4, samples: Array.from(data) };
  },
});
