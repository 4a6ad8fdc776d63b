/** What a training step is given. */
import { InputError } from '../../errors.ts';
import { SSIM_SIDE } from '../../metrics/ssim.ts';
import { checkSize } from '../../models/check-size.ts';
import type { IdentifiedNetwork } from '../../models/registry.ts';
import { elementCount, formatDims, sameDims, type Tensor } from '../../tensor.ts';
import type { LossTerm } from '../loss-spec.ts';

/** Pictures on 0..valueRange: `input` [N, C, H, W], `target` [N, C, H * scale, W * scale]. */
export interface TrainingBatch {
  readonly input: Tensor;
  readonly target: Tensor;
}

/** The shape that the target has for an input of a shape [N, C, H, W]. */
export function targetDims(
  { architecture, options }: Pick<IdentifiedNetwork, 'architecture' | 'options'>,
  input: readonly number[],
): number[] {
  const factor = architecture.enlargedInput ? 1 : options.scale;
  return input.map((size, axis) => (axis < 2 ? size : size * factor));
}

/** @throws {InputError} for a batch that does not fit the network or the loss */
export function checkBatch(
  { architecture, options }: IdentifiedNetwork,
  loss: readonly LossTerm[],
  { input, target }: TrainingBatch,
): void {
  for (const [name, { data, dims }] of Object.entries({ input, target })) {
    if (dims.length !== 4 || dims[1] !== options.colors || data.length !== elementCount(dims))
      throw new InputError(
        `${name}: expected a tensor [N, ${options.colors}, H, W] with as many elements, found ${formatDims(dims)} with ${data.length}`,
      );
  }
  const [count = 0, , height = 0, width = 0] = input.dims;
  if (count < 1) throw new InputError('input: expected at least one picture, found none');
  checkSize(architecture, height, width);
  const expected = targetDims({ architecture, options }, input.dims);
  const [, , rows = 0, columns = 0] = expected;
  if (!sameDims(target.dims, expected))
    throw new InputError(
      `target: expected the shape ${formatDims(expected)}, found ${formatDims(target.dims)}`,
    );
  if (loss.some(({ type }) => type === 'SSIM') && Math.min(rows, columns) < SSIM_SIDE)
    throw new InputError(
      `the loss SSIM needs targets of at least ${SSIM_SIDE}×${SSIM_SIDE} pixels, found ${columns}×${rows}`,
    );
}
