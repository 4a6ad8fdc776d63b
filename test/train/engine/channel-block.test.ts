import { describe, expect, it, onTestFinished } from 'vitest';
import { writeOnnx } from '../../../src/graph/onnx.ts';
import { input } from '../../../src/graph/value.ts';
import { architectureById } from '../../../src/models/registry.ts';
import { openWorkspace } from '../../../src/node/workspace.ts';
import type { Workspace } from '../../../src/runtime/workspace.ts';
import { findChannelBlock, withChannelBlocks } from '../../../src/train/engine/channel-block.ts';
import { lossTerms } from '../../../src/train/engine/loss.ts';
import { gather, parameterVectors } from '../../../src/train/engine/parameters.ts';
import { lossProgram, type Program } from '../../../src/train/engine/stage-programs.ts';
import { stagesOf } from '../../../src/train/engine/stages.ts';
import { relativeNorm } from '../../difference.ts';
import { tinyRcan } from '../../models/tiny.ts';
import { runValues } from '../../run-value.ts';
import { randomBatch } from './trainers.ts';

async function workspace(): Promise<Workspace> {
  const opened = await openWorkspace({ device: 'cpu' });
  onTestFinished(() => opened.dispose());
  return opened;
}

/** A training step of a tiny RCAN as one program, and what it is given. */
function trainingStep(features: number) {
  const { architecture, options, state } = tinyRcan({ features });
  const batch = randomBatch(1);
  const stages = stagesOf(architectureById(architecture).build(options), input('x', batch.input.dims), 500);
  const { all } = parameterVectors(stages, () => true);
  const l1 = (output: Parameters<typeof lossTerms>[1], target: typeof output) =>
    lossTerms([{ weight: 1, type: 'L1' }], output, target, 255);
  const program = lossProgram(stages[0]!, all, [false], l1);
  const given = { x0: batch.input, target: batch.target, w0: gather(all[0]!, (key) => state.get(key)) };
  return { program, given };
}

const usesBlocks = (program: Program) =>
  new TextDecoder('latin1').decode(writeOnnx(program)).includes('com.microsoft.nchwc');

describe('a training step with its convolutions on blocks of channels', () => {
  it('is the same', async ({ skip }) => {
    const block = await findChannelBlock(await workspace());
    if (!block) return skip('this processor has no such kernels');
    const { program, given } = trainingStep(2 * block);
    const blocked = withChannelBlocks(program, block);
    expect([usesBlocks(program), usesBlocks(blocked)]).toEqual([false, true]);
    const [expected, found] = [await runValues(program, given), await runValues(blocked, given)];
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, { data }] of Object.entries(expected))
      expect(relativeNorm(found[name]!.data, data), name).toBeLessThan(1e-5);
  });

  it('is left alone where channels do not fill blocks', () => {
    const { program } = trainingStep(12);
    expect(usesBlocks(withChannelBlocks(program, 16))).toBe(false);
  });
});

describe('there are no blocks', () => {
  it('where the runtime has not those operators', async () => {
    const without = await workspace();
    without.define = () =>
      Promise.reject(new Error('com.microsoft.nchwc:ReorderInput is not a registered function'));
    expect(await findChannelBlock(without)).toBeUndefined();
  });

  it('where they compute something else', async () => {
    const wrong = await workspace();
    const read = wrong.read.bind(wrong);
    wrong.read = async (names) => {
      const tensors = await read(names);
      tensors.blocked?.data.fill(0, 5, 6);
      return tensors;
    };
    expect(await findChannelBlock(wrong)).toBeUndefined();
  });

  it('on other devices', async () => {
    const opened = await workspace();
    const elsewhere = Object.assign(Object.create(opened) as Workspace, { device: 'webgpu' });
    expect(await findChannelBlock(elsewhere)).toBeUndefined();
  });
});
