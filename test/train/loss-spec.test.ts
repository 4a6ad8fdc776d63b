import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { formatLoss, LOSS_TYPES, parseLoss } from '../../src/train/loss-spec.ts';

describe('parseLoss', () => {
  it.each([
    ['1*L1', [[1, 'L1']]],
    [
      '0.5*L1+0.5*MSE',
      [
        [0.5, 'L1'],
        [0.5, 'MSE'],
      ],
    ],
    [
      ' 2 * Charbonnier + .1*SSIM ',
      [
        [2, 'Charbonnier'],
        [0.1, 'SSIM'],
      ],
    ],
    [
      '1e+2*L1+1.e-1*MSE',
      [
        [100, 'L1'],
        [0.1, 'MSE'],
      ],
    ],
    [
      '1*L1+1*L1',
      [
        [1, 'L1'],
        [1, 'L1'],
      ],
    ],
  ])('reads %s', (spec, expected) => {
    const terms = parseLoss(spec);
    expect(terms.map(({ weight, type }) => [weight, type])).toEqual(expected);
    expect(parseLoss(formatLoss(terms))).toEqual(terms);
  });

  it.each([
    ['5*VGG54', /VGG54 cannot be had: .*VGG19, .*weights/],
    ['1*L1+0.1*VGG22', /VGG22 cannot be had/],
    ['1*L1+5e-3*WGAN_GP', /WGAN_GP cannot be had: .*discriminator/],
    ['1*GAN', /GAN cannot be had/],
    ['1*L1+1*L2', /unknown term "L2": expected L1, MSE, Charbonnier, SSIM/],
    ['1*l1', /unknown term "l1": .* Did you mean L1\?/],
    ['L1', /expected terms such as 1\*L1 .*, found "L1"/],
    ['', /found ""/],
    ['1*L1+', /found ""/],
    ['1*L1*2', /found "1\*L1\*2"/],
    ['-1*L1', /positive weights, found "-1\*L1"/],
    ['0*L1', /found "0\*L1"/],
    ['0x1*L1', /found "0x1\*L1"/],
    ['1e400*L1', /found "1e400\*L1"/],
    ['inf*L1', /found "inf\*L1"/],
  ])('refuses %s', (spec, message) => {
    expect(() => parseLoss(spec)).toThrow(InputError);
    expect(() => parseLoss(spec)).toThrow(message);
  });

  it('reads every term that there is', () => {
    expect(parseLoss(LOSS_TYPES.map((type) => `1*${type}`).join('+')).map(({ type }) => type)).toEqual(
      LOSS_TYPES,
    );
  });
});
