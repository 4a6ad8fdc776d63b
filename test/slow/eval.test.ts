import { expect, it } from 'vitest';
import { runCli } from '../cli/run.ts';
import { describeShared, shared } from '../shared.ts';

describeShared('sisr eval with the models that ship', () => {
  it.each([
    ['Set14', 2, '32.650', '0.9089'],
    ['Set14', 4, '27.796', '0.7625'],
  ])('%s ×%d', (set, scale, psnr, ssim) => {
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
