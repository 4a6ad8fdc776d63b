// @ts-check
// npm run build && node bench/imresize.mjs
import { imresize } from '../dist/image/imresize.js';
import { compareWithPython, HEIGHT, WIDTH } from './against-python.mjs';

const data = new Uint8Array(WIDTH * HEIGHT * 3).map((_, i) => (i * 7919 + (i >> 5) * 31) & 255);
const image = { width: WIDTH, height: HEIGHT, channels: /** @type {const} */ (3), data };

compareWithPython('imresize ×1/2, bicubic', () => imresize(image, 0.5), 'imresize.py');
