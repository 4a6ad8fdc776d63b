/** docs/networks.md, and what networks cost. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { networksPage } from '../../scripts/networks-table.mjs';
import type { OnnxEmitter } from '../../src/graph/emitter.ts';
import { inOrder, type Value } from '../../src/graph/value.ts';
import { networkCost } from '../../src/models/cost.ts';
import { networkProgram } from '../../src/models/program.ts';
import { ARCHITECTURES, architectureById } from '../../src/models/registry.ts';
import { tinyNetworks } from './tiny.ts';

it('docs/networks.md is what the registry says (npm run build && node scripts/networks-table.mjs)', () => {
  expect(readFileSync('docs/networks.md', 'utf8')).toBe(networksPage());
});

describe('cost', () => {
  const cost = (id: string, options: object) => {
    const architecture = architectureById(id);
    return networkCost(architecture, { ...architecture.defaults, ...options });
  };

  it('of RCAN is that of its convolutions, counted by hand', () => {
    // 411 convolutions of 64→64 in the body, the head, the tail, and the mean shift on both sides.
    const body = 411 * 64 * 64 * 9;
    const tail = (scale: number) => scale ** 2 * (64 * 3 * 9 + 9);
    const head = 3 * 64 * 9 + 9;
    const x2 = body + head + 64 * 256 * 9 + tail(2);
    expect(cost('rcan', { scale: 2 })).toEqual({
      multiplyAddsPerInputPixel: x2,
      tmacPerInputMegapixel: x2 / 1e6,
      tmacPerOutputMegapixel: x2 / 4e6,
    });
    const x4 = body + head + 64 * 256 * 9 + 4 * 64 * 256 * 9 + tail(4);
    expect(cost('rcan', { scale: 4 }).multiplyAddsPerInputPixel).toBe(x4);
  });

  it('of SRCNN is that of the enlarged picture', () => {
    const perOutput = 81 * 64 + 64 * 32 + 25 * 32;
    const found = cost('srcnn', { scale: 3, middleKernel: 1 });
    expect(found.multiplyAddsPerInputPixel).toBe(9 * perOutput);
    expect(found.tmacPerOutputMegapixel).toBeCloseTo(perOutput / 1e6, 12);
  });

  it.each(tinyNetworks())(
    'of $architecture counts every operator that is a product',
    ({ architecture, options }) => {
      const program = networkProgram(architectureById(architecture).build(options), options);
      const products = computed(program).filter(isProduct);
      expect(products.length).toBeGreaterThan(2);
      for (const { operator } of products) expect(operator.multiplyAdds, operator.name).toBeDefined();
    },
  );

  it.each(ARCHITECTURES)('of $id is there for each of its sizes', (architecture) => {
    for (const { name, options } of architecture.configurations ?? [{ name: 'default', options: {} }])
      expect(cost(architecture.id, options).multiplyAddsPerInputPixel, name).toBeGreaterThan(1000);
  });
});

type Computed = Extract<Value, { kind: 'computed' }>;

function computed(program: Value): Computed[] {
  return inOrder([program]).filter((value) => value.kind === 'computed');
}

/** Whether an operator writes a node that multiplies matrices or convolves. */
function isProduct({ operator, operands, attributes }: Computed): boolean {
  const types = new Set<string>();
  const emitter: OnnxEmitter = {
    node(type, _, given = {}) {
      types.add(type);
      for (const attribute of Object.values(given)) {
        if ('body' in attribute) attribute.body.write(emitter, Array(attribute.body.inputs).fill('x'));
      }
      return 'x';
    },
  };
  operator.onnx(
    emitter,
    operands.map(() => 'x'),
    attributes,
  );
  return ['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'FusedMatMul', 'Einsum'].some((type) => types.has(type));
}
