/** What happens when pictures queue, take long, arrive slowly, are given up, or the server stops. */
import { subscribe } from 'node:diagnostics_channel';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Server } from '../../src/node/server/server.ts';
import { temporaryFolder } from '../cli/run.ts';
import { expectError, inside, pngPhoto, post, rawExchange, startServer } from './server.ts';

const small = await pngPhoto();
const large = await pngPhoto(500);

/** A picture that takes a minute, in steps of milliseconds. */
function postLong(server: Server, init: RequestInit = {}): Promise<Response> {
  return post(server, large, 'model=rcan-light-x2&tile=48&ensemble', init);
}

/** A page with a file of more bytes than the buffers of the system take. */
const page = temporaryFolder();
writeFileSync(join(page, 'huge.wasm'), '');
truncateSync(join(page, 'huge.wasm'), 64 * 1024 ** 2);
const GET_HUGE = 'GET /huge.wasm HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** Sends bytes, and reads nothing of what comes back. */
function unread(server: Server, bytes: string | Uint8Array): Socket {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).pause();
  socket.on('error', () => {});
  socket.write(bytes);
  return socket;
}

/** Posts the small picture, and never fetches its result: it comes after a file that is not read either. */
function postUnread(server: Server): Socket {
  const head = `POST /api/upscale HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${small.length}\r\n\r\n`;
  return unread(server, Buffer.concat([Buffer.from(GET_HUGE + head), small]));
}

it('refuses what finds no place, and cancels the picture of a client that goes away', async () => {
  const server = await startServer({ queue: 0 });
  const client = new AbortController();
  const long = postLong(server, { signal: client.signal }).catch((error: Error) => error.name);
  await inside(server, 1);
  const refused = await post(server, small);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  await expectError(refused, 503, 'busy', /^too many pictures are waiting; try again in \d+ s$/);
  client.abort();
  expect(await long).toBe('AbortError');
  await inside(server, 0);
  expect((await post(server, small)).status).toBe(200);
});

it('lets a picture wait for its turn, and forgets it when its client goes away', async () => {
  const server = await startServer({ queue: 2 });
  const [running, waiting] = [new AbortController(), new AbortController()];
  const long = postLong(server, { signal: running.signal }).catch((error: Error) => error.name);
  await inside(server, 1, 0);
  const given = post(server, small, '', { signal: waiting.signal }).catch((error: Error) => error.name);
  await inside(server, 2);
  const patient = post(server, small);
  await inside(server, 3, 2);
  await expectError(post(server, small), 503, 'busy');
  waiting.abort();
  expect(await given).toBe('AbortError');
  await inside(server, 2);
  running.abort();
  expect((await patient).status).toBe(200);
  expect(await long).toBe('AbortError');
});

it('cancels what takes too long', async () => {
  // Opening the tiny model takes none of these seconds: with a device that is named, a server opens its first at once.
  const server = await startServer({ seconds: 2 });
  await expectError(postLong(server), 504, 'timed_out', /^enlarging took longer than 2 s$/);
  await inside(server, 0);
  expect((await post(server, small)).status).toBe(200);
});

it('knows limits of months', async () => {
  const server = await startServer({ seconds: 1e7 });
  expect((await post(server, small)).status).toBe(200);
});

it('refuses what cannot be enlarged before it begins, whatever the tile', async () => {
  const server = await startServer({ memory: 270 * 1024 ** 2 });
  const query = 'tile=48&format=webp';
  const message = /^the pictures alone need \d+ MiB of memory, of 270 MiB$/;
  await expectError(post(server, await pngPhoto(1000), query), 422, 'bad_picture', message);
  const sides = /^webp holds 16383 pixels a side, found 16384×8: expected png$/;
  await expectError(post(server, await pngPhoto(8192, 4), query), 422, 'bad_picture', sides);
});

it('cuts off a picture that arrives slowly', async () => {
  const server = await startServer({ transferSeconds: 0.5, queue: 0 });
  const head = 'POST /api/upscale HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n';
  const answer = await rawExchange(
    server,
    `${head}Content-Length: ${small.length}\r\n\r\n`,
    small.subarray(0, 9),
  );
  expect(answer).toMatch(
    /^HTTP\/1.1 408 .*"slow_transfer","message":"the picture took longer than 0.5 s to arrive"/s,
  );
  await inside(server, 0);
});

it('lets a result leave that is larger than a picture may be before the next picture begins', async () => {
  const server = await startServer({ page, limitBytes: small.length });
  const elsewhere = await startServer();
  const lazy = postUnread(server);
  await inside(server, 1, 0);
  const other = post(server, small);
  await inside(server, 2, 1);
  // On a slow machine, too, the other picture would be at work by now.
  for (let i = 0; i < 10; i++) expect((await post(elsewhere, small)).status).toBe(200);
  const health = await (await fetch(`${server.url}healthz`)).json();
  expect(health).toEqual({ status: 'ok', pictures: 2, waiting: 1 });
  lazy.destroy();
  expect((await other).status).toBe(200);
});

it('lets nobody wait for a small result to leave', async () => {
  const server = await startServer({ page });
  const lazy = postUnread(server);
  await inside(server, 1, 0);
  expect((await post(server, small)).status).toBe(200);
  await inside(server, 1, 0);
  lazy.destroy();
  await inside(server, 0);
});

it('cuts off who takes nothing of an answer, but nobody who waits for one', async () => {
  const runs = temporaryFolder();
  const server = await startServer({ page, runs, transferSeconds: 0.5 });
  const news = await fetch(`${server.url}api/runs/events`, { headers: { Accept: 'text/event-stream' } });
  const reader = news.body!.getReader();
  expect(Buffer.from((await reader.read()).value!).toString()).toContain('{"runs":[]}');
  const cutOff = new Promise((resolve) => {
    subscribe('http.server.request.start', (message) => {
      const { request, socket } = message as { request: IncomingMessage; socket: Socket };
      if (request.url === '/huge.wasm') socket.once('close', resolve);
    });
  });
  unread(server, GET_HUGE);
  await cutOff;
  mkdirSync(join(runs, 'x'));
  writeFileSync(join(runs, 'x', 'options.json'), '{}');
  expect(Buffer.from((await reader.read()).value!).toString()).toContain('"name":"x"');
  await reader.cancel();
});

it('stops: waiting pictures are refused, the running one may finish, and then nobody listens', {
  timeout: 180_000,
}, async () => {
  const server = await startServer();
  const running = post(server, large, 'tile=256&ensemble');
  await inside(server, 1, 0);
  const waiting = post(server, small);
  await inside(server, 2);
  const closing = server.close(120);
  await expectError(waiting, 503, 'stopping');
  const answer = await running;
  expect({ status: answer.status, size: (await answer.arrayBuffer()).byteLength > 0 }).toEqual({
    status: 200,
    size: true,
  });
  await closing;
  await expect(post(server, small)).rejects.toThrow('fetch failed');
});

it('stops at once where it may not wait', async () => {
  const server = await startServer();
  const running = postLong(server);
  await inside(server, 1, 0);
  const closing = server.close(0);
  await expectError(running, 503, 'stopping');
  await closing;
  await expect(post(server, small)).rejects.toThrow('fetch failed');
});
