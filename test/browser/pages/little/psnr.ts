/** A module that uses little of the library. */
export { psnr } from '../../../../src/index.ts';
