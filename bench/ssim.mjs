// @ts-check
// npm run build && node bench/ssim.mjs
import { ssim } from '../dist/metrics/ssim.js';
import { compareWithPython, HEIGHT, WIDTH } from './against-python.mjs';

/** @param {number} step */
const picture = (step) => ({
  width: WIDTH,
  height: HEIGHT,
  channels: /** @type {const} */ (3),
  data: new Uint8Array(WIDTH * HEIGHT * 3).map((_, i) => (i * step + (i >> 5) * 31) & 255),
});
const [first, second] = [picture(7919), picture(104729)];

compareWithPython('SSIM of all channels', () => ssim(first, second, { protocol: 'rgb' }), 'ssim.py');
