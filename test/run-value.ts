import { writeOnnx } from '../src/graph/onnx.ts';
import type { Value } from '../src/graph/value.ts';
import { nodeRuntime } from '../src/node/runtime.ts';
import type { NamedTensors } from '../src/runtime/runtime.ts';
import type { StateDict, Tensor } from '../src/tensor.ts';

/** Computes one value on the CPU. */
export async function runValue(
  value: Value,
  inputs: NamedTensors,
  parameters: StateDict = new Map(),
): Promise<Tensor> {
  const session = await nodeRuntime.createSession(writeOnnx({ result: value }, { parameters }), {
    device: 'cpu',
  });
  try {
    return (await session.run(inputs)).result!;
  } finally {
    await session.dispose();
  }
}
