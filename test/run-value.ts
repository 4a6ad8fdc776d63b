import { writeOnnx } from '../src/graph/onnx.ts';
import type { Value } from '../src/graph/value.ts';
import { nodeRuntime } from '../src/node/runtime.ts';
import type { NamedTensors } from '../src/runtime/runtime.ts';
import type { StateDict, Tensor } from '../src/tensor.ts';

/** Computes values on the CPU. */
export async function runValues(
  values: Readonly<Record<string, Value>>,
  inputs: NamedTensors,
  parameters: StateDict = new Map(),
): Promise<NamedTensors> {
  const session = await nodeRuntime.createSession(writeOnnx(values, { parameters }), { device: 'cpu' });
  try {
    return await session.run(inputs);
  } finally {
    await session.dispose();
  }
}

/** Computes one value on the CPU. */
export async function runValue(
  value: Value,
  inputs: NamedTensors,
  parameters: StateDict = new Map(),
): Promise<Tensor> {
  return (await runValues({ result: value }, inputs, parameters)).result!;
}
