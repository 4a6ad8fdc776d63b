import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Border } from '../../src/image/axis.ts';
import { degrade } from '../../src/image/degrade.ts';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { describeShared, hasShared, shared } from '../shared.ts';
import { differing, pairs } from './helpers.ts';

const GOLDEN = 'goldens/imresize-matlab';

interface Case {
  readonly name: string;
  readonly input: string;
  readonly size: [height: number, width: number];
  readonly antialiasing: boolean;
}

/** As doubles, which `parseSafetensors` does not keep. */
function readDoubles(path: string): (name: string) => { data: Float64Array; shape: number[] } {
  const bytes = new Uint8Array(readFileSync(path)).buffer;
  const headerSize = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, headerSize)));
  return (name) => {
    const { dtype, shape, data_offsets } = header[name];
    const part = bytes.slice(8 + headerSize + data_offsets[0], 8 + headerSize + data_offsets[1]);
    const data = dtype === 'U8' ? new Uint8Array(part) : new Float64Array(part);
    return { data: Float64Array.from(data), shape };
  };
}

describeShared("MATLAB's own imresize in double precision", () => {
  const cases: Case[] = hasShared ? JSON.parse(readFileSync(shared(`${GOLDEN}.json`), 'utf8')).cases : [];
  const read = hasShared ? readDoubles(shared(`${GOLDEN}.safetensors`)) : undefined;

  it('has 16 cases', () => expect(cases).toHaveLength(16));

  it.each(cases)('$name', ({ name, input, size, antialiasing }) => {
    const { data, shape } = read!(input);
    const [height, width, channels = 1] = shape as [number, number, 1 | 3];
    const values = input.includes('uint8') ? data.map((value) => value / 255) : data;
    const image: Image = { width, height, channels, data: values };
    const result = imresize(image, { height: size[0], width: size[1] }, { antialias: antialiasing });
    const expected = read!(`${name}.output`).data;
    expect(result.data).toHaveLength(expected.length);
    const error = expected.reduce((worst, value, i) => Math.max(worst, Math.abs(value - result.data[i]!)), 0);
    expect(error).toBeLessThan(1e-12);
  });
});

describeShared('the published LR pictures, bit for bit', () => {
  it.each<[string, number, Border, number]>([
    ['Set5', 2, 'replicate', 5],
    ['Set5', 3, 'replicate', 5],
    ['Set5', 4, 'replicate', 5],
    ['Set5', 8, 'symmetric', 5],
    ['Set14', 2, 'symmetric', 14],
    ['Set14', 4, 'symmetric', 14],
  ])('LRBI of %s ×%d with a %s border', async (set, scale, border, count) => {
    const found = await pairs(set, scale, 'LR/LRBI', 'LRBI');
    const result = found.map(({ name, hr, other }) => {
      return [name, differing(degrade(hr, { degradation: 'BI', scale, border }), other)];
    });
    expect(result).toEqual(found.map(({ name }) => [name, 0]));
    expect(result).toHaveLength(count);
  });

  it('LRBD of Set5 ×3', async () => {
    const found = await pairs('Set5', 3, 'LR/LRBD', 'LRBD');
    const result = found.map(({ hr, other }) =>
      differing(degrade(hr, { degradation: 'BD', scale: 3 }), other),
    );
    expect(result).toEqual([0, 0, 0, 0, 0]);
  });
});
