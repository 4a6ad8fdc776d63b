/** Tiny networks that PyTorch ran once: `fixtures/<name>-tiny.{pt,json}`, written by scripts/record_*.py. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { readCheckpoint } from '../../src/formats/checkpoint.ts';
import { INPUT, networkProgram } from '../../src/models/program.ts';
import type { IdentifiedNetwork } from '../../src/models/registry.ts';
import { relativeDifference, type StateDict, type Tensor } from '../../src/tensor.ts';
import { runValue } from '../run-value.ts';

export interface Recorded {
  readonly state: StateDict;
  readonly input: Tensor;
  readonly output: Tensor;
}

export function readRecorded(name: string): Recorded {
  const { input, output } = JSON.parse(readFileSync(`test/models/fixtures/${name}-tiny.json`, 'utf8'));
  return {
    state: readCheckpoint(readFileSync(`test/models/fixtures/${name}-tiny.pt`)),
    input: { dims: input.dims, data: Float32Array.from(input.data) },
    output: { dims: output.dims, data: Float32Array.from(output.data) },
  };
}

/** Fails unless a network gives the recorded output. */
export async function expectRecorded(
  { network, options, state }: Pick<IdentifiedNetwork, 'network' | 'options' | 'state'>,
  { input, output }: Recorded,
): Promise<void> {
  const found = await runValue(networkProgram(network, options), { [INPUT]: input }, state);
  expect(found.dims).toEqual(output.dims);
  expect(relativeDifference(found.data, output.data)).toBeLessThan(1e-5);
}
