/** The values in the index of the models that ship, measured again. */
import { expect, it } from 'vitest';
import { shippedModels } from '../../src/node/shipped-models.ts';
import { describeShared, shared } from '../shared.ts';
import { runCli } from './run.ts';

export function describeShippedScores(set: string): void {
  describeShared('sisr eval with the models that ship', () => {
    it.each(shippedModels().filter(({ scores }) => set in scores))(
      `$name on ${set}`,
      ({ name, scale, scores }) => {
        const root = shared('datasets/benchmark');
        const { stdout } = runCli([
          ...[
            'eval',
            '-m',
            name,
            '--hr',
            `${root}/HR/${set}/x${scale}`,
            '--lr',
            `${root}/LR/LRBI/${set}/x${scale}`,
          ],
          ...['--scale', `${scale}`, '--device', 'cpu', '--json'],
        ]);
        const { mean, lr } = JSON.parse(stdout);
        expect(mean.psnr).toBeCloseTo(scores[set]!.psnr, 2);
        expect(mean.ssim).toBeCloseTo(scores[set]!.ssim, 4);
        expect(lr).toHaveLength(1);
        expect(lr[0]).toMatch(/MATLAB's bicubic \(BI\) with a (replicate|symmetric) border, bit for bit$/);
      },
    );
  });
}
