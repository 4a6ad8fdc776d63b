import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph/differentiate.ts';
import { scalar } from '../../../src/graph/ops/constant.ts';
import { expand } from '../../../src/graph/ops/expand.ts';
import { input } from '../../../src/graph/value.ts';
import { relativeDifference } from '../../../src/tensor.ts';
import { lossTerms } from '../../../src/train/engine/loss.ts';
import { parseLoss } from '../../../src/train/loss-spec.ts';
import { relativeNorm } from '../../difference.ts';
import { runValues } from '../../run-value.ts';
import { below, recordedTensors } from './recorded.ts';

describe('losses of PyTorch and their gradients (scripts/record_training.py)', () => {
  const recorded = recordedTensors('losses');
  const pictures = { output: recorded.get('output')!, target: recorded.get('target')! };

  it.each([...below('terms.', recorded)])('%s', async (spec, expected) => {
    const output = input('output', pictures.output.dims);
    const terms = lossTerms(parseLoss(spec), output, input('target', pictures.target.dims), 255);
    const [gradient] = differentiate([{ value: terms, gradient: expand(scalar(1), terms.shape) }], [output]);
    const found = await runValues({ terms, gradient: gradient! }, pictures);
    expect(found.terms!.dims).toEqual(expected.dims);
    expect(relativeDifference(found.terms!.data, expected.data)).toBeLessThan(1e-4);
    const expectedGradient = recorded.get(`gradient.${spec}`)!;
    expect(relativeNorm(found.gradient!.data, expectedGradient.data)).toBeLessThan(1e-4);
  });
});
