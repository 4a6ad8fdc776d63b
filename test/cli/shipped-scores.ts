import { expect, it } from 'vitest';
import { describeShared, shared } from '../shared.ts';
import { runCli } from './run.ts';

type Row = readonly [set: string, scale: number, psnr: string, ssim: string];

/** `sisr eval` of the models that ship, against what their cards say. */
export function describeShippedScores(rows: readonly Row[]): void {
  describeShared('sisr eval with the models that ship', () => {
    it.each(rows)('%s ×%d', (set, scale, psnr, ssim) => {
      const root = shared('datasets/benchmark');
      const { stdout } = runCli([
        ...['eval', '--hr', `${root}/HR/${set}/x${scale}`, '--lr', `${root}/LR/LRBI/${set}/x${scale}`],
        ...['--scale', `${scale}`, '--device', 'cpu', '--json'],
      ]);
      const { mean, lr } = JSON.parse(stdout);
      expect([mean.psnr.toFixed(3), mean.ssim.toFixed(4)]).toEqual([psnr, ssim]);
      expect(lr).toHaveLength(1);
      expect(lr[0]).toMatch(/MATLAB's bicubic \(BI\) with a (replicate|symmetric) border, bit for bit$/);
    });
  });
}
