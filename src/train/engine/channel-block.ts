/**
 * Convolutions on blocks of channels. ONNX Runtime's fastest kernels on the CPU keep some channels of a pixel together,
 * as many as the processor computes at once. Its optimiser uses them only where kernels never change, so training
 * asks for them itself; how many channels they take has to be found out, as nothing tells it.
 */

import { writeOnnx } from '../../graph/onnx.ts';
import { blockedConv2d } from '../../graph/ops/blocked-conv2d.ts';
import { conv2d, isConv2d } from '../../graph/ops/conv2d.ts';
import { knownSize } from '../../graph/shape.ts';
import { rewrite, withOperands } from '../../graph/substitute.ts';
import { apply, input, type Operator, type Value } from '../../graph/value.ts';
import type { NamedTensors } from '../../runtime/runtime.ts';
import type { Workspace } from '../../runtime/workspace.ts';
import type { Program } from './stage-programs.ts';

/** A multiple of all blocks that there are. */
const CHANNELS = 64;
const TOLERANCE = 1e-4;

/** The program with all convolutions that fit on blocks of channels. */
export function withChannelBlocks(program: Program, block: number): Program {
  const fits = (value: Value) =>
    isConv2d(value) &&
    value.operands[1]!.shape.slice(0, 2).every((channels) => knownSize(channels) % block === 0);
  const rewritten = rewrite(Object.values(program), (value, operands) => {
    if (!isConv2d(value) || !fits(value)) return withOperands(value, operands);
    const [x, weight, bias] = operands;
    return blockedConv2d(x!, weight!, bias, { ...value.attributes, block });
  });
  return Object.fromEntries(Object.keys(program).map((name, i) => [name, rewritten[i]!]));
}

/** The number of channels in a block on this processor; undefined where there are no such kernels. */
export async function findChannelBlock(workspace: Workspace): Promise<number | undefined> {
  if (workspace.device !== 'cpu') return undefined;
  try {
    const block = await measureBlock(workspace);
    return block !== undefined && (await agrees(workspace, block)) ? block : undefined;
  } catch {
    // A build of ONNX Runtime without these operators refuses the program: plain convolutions do.
    return undefined;
  }
}

const reorder: Operator<undefined> = {
  name: 'reorder',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('com.microsoft.nchwc.ReorderInput', operands),
};

/** Of two pixels in one row the second comes after the first one's block. */
async function measureBlock(workspace: Workspace): Promise<number | undefined> {
  const dims = [1, CHANNELS, 1, 2];
  const data = Float32Array.from({ length: 2 * CHANNELS }, (_, i) => i);
  const { y } = await compute(
    workspace,
    { y: apply(reorder, [input('x', dims)], undefined) },
    { x: { data, dims } },
  );
  const block = y!.data.indexOf(1);
  return block > 1 && CHANNELS % block === 0 ? block : undefined;
}

/** Whether a convolution on blocks gives what the plain one gives. */
async function agrees(workspace: Workspace, block: number): Promise<boolean> {
  const [x, w, b] = [[2, CHANNELS, 5, 4], [CHANNELS, CHANNELS, 3, 3], [CHANNELS]] as const;
  const tensors = Object.fromEntries(
    Object.entries({ x, w, b }).map(([name, dims]) => {
      const size = dims.reduce((product: number, dim) => product * dim, 1);
      return [name, { dims, data: Float32Array.from({ length: size }, (_, i) => Math.sin(7 * i)) }];
    }),
  );
  const plain = conv2d(input('x', x), input('w', w), input('b', b), { padding: 1 });
  const blocked = withChannelBlocks({ plain }, block).plain!;
  const found = await compute(workspace, { plain, blocked }, tensors);
  return found.plain!.data.every(
    (value, i) => Math.abs(value - found.blocked!.data[i]!) < TOLERANCE * CHANNELS,
  );
}

/** Runs a program once. What it leaves in the workspace is small. */
async function compute(workspace: Workspace, program: Program, given: NamedTensors): Promise<NamedTensors> {
  const name = `probe of ${Object.keys(program).join(' and ')}`;
  const outputs = Object.entries(program).map(([output, { shape }]) => [
    output,
    { tensor: output, dims: shape.map(knownSize) },
  ]);
  await workspace.define(name, writeOnnx(program));
  await workspace.write(given);
  const inputs = Object.fromEntries(Object.keys(given).map((input) => [input, input]));
  await workspace.run([
    { program: name, inputs, outputs: Object.fromEntries(outputs), free: Object.keys(given) },
  ]);
  return workspace.read(Object.keys(program));
}
