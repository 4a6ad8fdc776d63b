import { readFileSync } from 'node:fs';
import type { StateDict } from '../../src/tensor.ts';

const FOLDER = new URL('./fixtures/', import.meta.url);

/** A tensor as PyTorch printed it; infinities and NaN are strings. */
interface ExpectedTensor {
  readonly dtype: string;
  readonly dims: number[];
  readonly values: (number | string)[];
}

export interface ExpectedFile {
  readonly container: string;
  readonly wrapper: string[];
  readonly tensors: [string, ExpectedTensor][];
}

/** The bytes of a file in fixtures/, which generate.py wrote with PyTorch. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}

/** What PyTorch holds in each readable fixture. */
export const expectedFiles: Record<string, ExpectedFile> = JSON.parse(
  readFileSync(new URL('expected.json', FOLDER), 'utf8'),
);

/** Python's spelling of the special values. */
function parseValue(value: number | string): number {
  if (typeof value === 'number') return value;
  if (value === 'nan') return Number.NaN;
  return value === 'inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/** The expected tensors in the form that the readers return. */
export function expectedTensors(file: ExpectedFile): StateDict {
  return new Map(
    file.tensors.map(([name, { dims, values }]) => [
      name,
      { data: Float32Array.from(values, parseValue), dims },
    ]),
  );
}
