import { add } from '../graph/ops/add.ts';
import { multiplyConstant } from '../graph/ops/multiply-constant.ts';
import { type Block, block, sequential } from './block.ts';

/** Blocks one after the other, their result times `resScale`, plus the input. */
export function skip(body: readonly Block[], resScale = 1): Block {
  return block({
    children: { body: sequential(body) },
    forward(x, own) {
      const deep = own.child('body')(x);
      return add(resScale === 1 ? deep : multiplyConstant(deep, resScale), x);
    },
  });
}
