/** The check that an exported model passes before it is kept. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { exportOnnx } from '../../src/models/export-onnx.ts';
import { type IdentifiedNetwork, identify } from '../../src/models/registry.ts';
import { nodeRuntime } from '../../src/node/runtime.ts';
import { checkOnnx } from '../../src/upscale/check-onnx.ts';
import { type TinyNetwork, tinyNetworks, tinyRcan } from '../models/tiny.ts';

function identified({ architecture, options, state }: TinyNetwork): IdentifiedNetwork {
  return identify(state, { architecture, options });
}

const rcan = tinyRcan();

function check(change: (model: ModelProto) => void): Promise<void> {
  const model = fromBinary(ModelProtoSchema, exportOnnx(rcan));
  change(model);
  return checkOnnx(toBinary(ModelProtoSchema, model), identified(rcan), nodeRuntime);
}

it('exports what identify gives', () => {
  expect(exportOnnx(identify(rcan.state))).toEqual(exportOnnx(rcan));
});

describe('an exported model', () => {
  it.each(tinyNetworks())('of $architecture is kept', async (network) => {
    await checkOnnx(exportOnnx(network), identified(network), nodeRuntime);
  });

  it('with other weights is not', async () => {
    const changed = check(({ graph }) => {
      graph!.initializer[4]!.rawData[0]! ^= 1;
    });
    await expect(changed).rejects.toThrow('does not hold what was to be stored in it, so it was not kept');
  });

  it('with other options is not', async () => {
    const options = JSON.stringify({ ...rcan.options, valueRange: 1 });
    const changed = check(({ metadataProps }) => {
      metadataProps.find(({ key }) => key === 'sisr.options')!.value = options;
    });
    await expect(changed).rejects.toThrow('does not hold what was to be stored in it');
  });

  it('with another output is not', async () => {
    const changed = check(({ graph }) => {
      graph!.node.find(({ opType }) => opType === 'Relu')!.opType = 'Abs';
    });
    await expect(changed).rejects.toThrow(
      /not kept: on random input \[1, 3, 24, 20\] expected the output of the source, \[1, 3, 48, 40\], found .* away$/,
    );
  });
});
