/** One suite for every implementation of the runtime's seam. */
import { setTimeout } from 'node:timers/promises';
import * as ort from 'onnxruntime-web';
import { afterAll, describe, expect, it } from 'vitest';
import { writeOnnx } from '../../src/graph/onnx.ts';
import { add } from '../../src/graph/ops/add.ts';
import { expand } from '../../src/graph/ops/expand.ts';
import { multiply } from '../../src/graph/ops/multiply.ts';
import { symbol } from '../../src/graph/shape.ts';
import { input, parameter } from '../../src/graph/value.ts';
import { nodeRuntime } from '../../src/node/runtime.ts';
import { webRuntime } from '../../src/web/runtime.ts';

const RUNTIMES = [
  { name: 'onnxruntime-node', runtime: nodeRuntime },
  { name: 'onnxruntime-web (WebAssembly)', runtime: webRuntime(ort, { webgpu: false, wasm: '' }) },
];

/** y = 3x + x, z = 3x; with any length. */
function model(): Uint8Array {
  const x = input('x', [symbol('length')]);
  const z = multiply(x, parameter('three', [1]));
  return writeOnnx(
    { y: add(z, x), z },
    { parameters: new Map([['three', { data: Float32Array.of(3), dims: [1] }]]) },
  );
}

const vector = (...values: number[]) => ({ data: Float32Array.from(values), dims: [values.length] });

describe.each(RUNTIMES)('$name', ({ runtime }) => {
  const opened = runtime.createSession(model(), { device: 'cpu', threads: 1 });
  afterAll(async () => (await opened).dispose());

  it('computes every output', async () => {
    const outputs = await (await opened).run({ x: vector(1, -2, 0.5) });
    expect(outputs).toEqual({ y: vector(4, -8, 2), z: vector(3, -6, 1.5) });
  });

  it('takes sizes that change from run to run', async () => {
    const session = await opened;
    for (const length of [1, 5, 5, 2, 5]) {
      const { y } = await session.run({ x: vector(...Array(length).fill(length)) });
      expect(y).toEqual(vector(...Array(length).fill(4 * length)));
    }
  });

  it('leaves its input alone and gives outputs that later runs do not change', async () => {
    const session = await opened;
    const x = vector(1, 2);
    const first = await session.run({ x });
    await session.run({ x: vector(7, 7) });
    expect(x).toEqual(vector(1, 2));
    expect(first.y).toEqual(vector(4, 8));
  });

  it('keeps runs apart that are asked for at once', async () => {
    const session = await opened;
    const results = await Promise.all([1, 2, 3, 4].map((value) => session.run({ x: vector(value, value) })));
    expect(results.map(({ y }) => y!.data[0])).toEqual([4, 8, 12, 16]);
  });

  it('fails on a wrong input and goes on working', async () => {
    const session = await opened;
    await expect(session.run({ other: vector(1) })).rejects.toThrow();
    expect((await session.run({ x: vector(1) })).y).toEqual(vector(4));
  });

  it('tells where memory runs out', async () => {
    // More than the address space of any machine.
    const endless = writeOnnx({ y: expand(input('x', [1]), [2 ** 50]) });
    const session = await runtime.createSession(endless, { device: 'cpu', threads: 1 });
    await expect(session.run({ x: vector(1) })).rejects.toMatchObject({
      name: 'OutOfMemoryError',
      message: 'not enough memory',
      sessionLost: false,
    });
    await session.dispose();
  });

  it('fails on bytes that are no model', async () => {
    await expect(runtime.createSession(new Uint8Array(40).fill(7), { device: 'cpu' })).rejects.toThrow();
  });
});

describe('onnxruntime-node', () => {
  it('leaves the event loop free while it runs', async () => {
    const session = await nodeRuntime.createSession(model(), { device: 'cpu' });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await session.run({ x: { data: new Float32Array(20_000_000), dims: [20_000_000] } });
    clearInterval(timer);
    await session.dispose();
    expect(ticks).toBeGreaterThan(2);
  });

  it.each([0, 100])('ends runs that are under way when it is disposed, after %i ms', async (wait) => {
    const session = await nodeRuntime.createSession(model(), { device: 'cpu' });
    const x = { data: new Float32Array(5_000_000), dims: [5_000_000] };
    const runs = (async () => {
      for (;;) await session.run({ x });
    })();
    runs.catch(() => {});
    await setTimeout(wait);
    // Ended inside ONNX Runtime, the thread would take the process with it.
    await session.dispose();
    await expect(runs).rejects.toThrow('the session was disposed');
  });
});
