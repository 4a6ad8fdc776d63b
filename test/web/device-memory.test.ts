import { expect, it } from 'vitest';
import { tileMemory } from '../../src/web/device-memory.ts';

const MIB = 2 ** 20;

it.each([
  ['a computer that tells', { deviceMemory: 8, maxTouchPoints: 0 }, 1024],
  ['a large computer', { deviceMemory: 32, maxTouchPoints: 0 }, 1024],
  ['a phone that tells', { deviceMemory: 4, maxTouchPoints: 5 }, 512],
  ['a small phone', { deviceMemory: 0.5, maxTouchPoints: 5 }, 256],
  ['a computer that does not tell', { maxTouchPoints: 0 }, 1024],
  ['a phone that does not tell', { maxTouchPoints: 5 }, 256],
])('gives tiles what %s can spare', (_, navigator, mebibytes) => {
  expect(tileMemory(navigator)).toBe(mebibytes * MIB);
});
