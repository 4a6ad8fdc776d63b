import { add } from '../graph/ops/add.ts';
import { type Block, block, sequential } from './block.ts';
import { conv } from './layers.ts';
import { meanShift } from './mean-shift.ts';
import { upsampler } from './upsampler.ts';

interface DeepResidualOptions {
  scale: number;
  colors: number;
  valueRange: number;
  features: number;
}

/**
 * The frame of EDSR, which RCAN keeps: a convolution from colours to features, `members` and a convolution with
 * one skip around them, the upsampler and a convolution back to colours, all between two mean shifts.
 * [N, colors, H, W] → [N, colors, H * scale, W * scale], on values 0..valueRange.
 */
export function deepResidual(options: DeepResidualOptions, members: readonly Block[]): Block {
  const { scale, colors, valueRange, features } = options;
  return block({
    children: {
      sub_mean: meanShift(valueRange, -1),
      add_mean: meanShift(valueRange, 1),
      head: sequential([conv(colors, features, 3)]),
      body: sequential([...members, conv(features, features, 3)]),
      tail: sequential([upsampler(scale, features), conv(features, colors, 3)]),
    },
    forward: (x, own) => {
      const shallow = own.child('head')(own.child('sub_mean')(x));
      const deep = add(own.child('body')(shallow), shallow);
      return own.child('add_mean')(own.child('tail')(deep));
    },
  });
}
