import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { InputError, OutOfMemoryError } from '../../src/errors.ts';
import { answerError } from '../../src/node/server/http-error.ts';

/** What a client gets where an error ends its request, and what the server's log gets. */
async function answerTo(thrown: Error): Promise<{ status: number; body: unknown; reported: unknown[] }> {
  const reported: unknown[] = [];
  const app = new Hono();
  app.get('/', () => {
    throw thrown;
  });
  app.onError((error, c) => answerError(c, error, (unforeseen) => void reported.push(unforeseen)));
  const response = await app.request('/');
  return { status: response.status, body: await response.json(), reported };
}

it('tells of wrong pictures and of memory that ran out, and keeps to itself what nobody foresaw', async () => {
  expect(await answerTo(new InputError('x.png: is no picture'))).toEqual({
    status: 422,
    body: { error: { code: 'bad_picture', message: 'x.png: is no picture' } },
    reported: [],
  });
  expect(await answerTo(new OutOfMemoryError('not enough memory to enlarge 9×9 pixels'))).toEqual({
    status: 503,
    body: { error: { code: 'out_of_memory', message: 'not enough memory to enlarge 9×9 pixels' } },
    reported: [],
  });
  const secret = new Error('/home/someone/secret');
  expect(await answerTo(secret)).toEqual({
    status: 500,
    body: { error: { code: 'internal', message: 'something went wrong inside sisr' } },
    reported: [secret],
  });
});
