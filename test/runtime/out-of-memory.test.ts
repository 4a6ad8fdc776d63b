import { expect, it } from 'vitest';
import { OutOfMemoryError } from '../../src/errors.ts';
import { tellingOfMemory } from '../../src/runtime/out-of-memory.ts';

it.each([
  'std::bad_alloc',
  "Non-zero status code returned while running Conv node. Name:'Conv_2' Status Message: bfc_arena.cc:360 Failed to allocate memory for requested buffer of size 1099511627776",
  "Can't create a session. ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc",
  'CUDA failure 2: out of memory',
  'WebAssembly.Memory(): could not allocate memory',
  'Array buffer allocation failed',
  'Invalid typed array length: 4294967296',
])('recognises "%s"', async (message) => {
  const failed = tellingOfMemory(() => Promise.reject(new Error(message)));
  await expect(failed).rejects.toThrow(new OutOfMemoryError('not enough memory'));
});

it.each([
  new Error('the session was disposed'),
  new OutOfMemoryError('the graphics card failed', { sessionLost: true }),
])('leaves %s as it is', async (error) => {
  await expect(tellingOfMemory(() => Promise.reject(error))).rejects.toBe(error);
});
