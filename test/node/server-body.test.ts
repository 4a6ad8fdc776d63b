/** The bytes of a picture as they arrive. */
import { HonoRequest } from 'hono/request';
import { expect, it } from 'vitest';
import { readBody } from '../../src/node/server/body.ts';
import { GrowingBytes } from '../../src/node/server/growing-bytes.ts';

it('keeps none of the pieces that it gets', async () => {
  const piece = new Uint8Array(1);
  let next = 0;
  // The same piece again and again: who keeps it sees its last byte only.
  const source = {
    pull(controller: ReadableStreamDefaultController) {
      if (next === 1000) return controller.close();
      piece[0] = next++ % 251;
      controller.enqueue(piece);
    },
  };
  const body = new ReadableStream(source, { highWaterMark: 0 });
  const request = new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit);
  const bytes = await readBody(new HonoRequest(request), 1000, new AbortController().signal);
  expect(bytes).toEqual(Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251)));
});

it('takes memory when bytes come, and no more than the limit or what was announced', () => {
  const announced = new GrowingBytes(1000, 300);
  expect(announced.capacity).toBe(0);
  for (const capacity of [300, 300, 600, 600, 1000]) {
    expect(announced.add(new Uint8Array(150))).toBe(true);
    expect(announced.capacity).toBe(capacity);
  }
  expect(announced.add(new Uint8Array(251))).toBe(false);
  expect(announced.bytes().length).toBe(750);

  const unknown = new GrowingBytes(100_000);
  unknown.add(new Uint8Array(1));
  expect(unknown.capacity).toBe(64 * 1024);
  const boundless = new GrowingBytes(1000, 1e12);
  boundless.add(new Uint8Array(1));
  expect(boundless.capacity).toBe(1000);
});
