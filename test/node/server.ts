/** A server of the sources with a tiny network, and ways to talk to it that fetch has not. */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { networkMetadata } from '../../src/models/metadata.ts';
import { createServer, type Server, type ServerOptions } from '../../src/node/server/server.ts';
import { encodePicture } from '../../src/node/write-picture.ts';
import { photo } from '../cli/pictures.ts';
import { temporaryFolder } from '../cli/run.ts';
import { tinyRcan } from '../models/tiny.ts';

/** Writes a tiny RCAN ×2 as `tiny.safetensors`. */
export function tinyModel(folder: string): string {
  const { architecture, options, state } = tinyRcan();
  const file = join(folder, 'tiny.safetensors');
  writeFileSync(file, writeSafetensors(state, { metadata: networkMetadata(architecture, options) }));
  return file;
}

const servers: Server[] = [];

// Once for the file: hooks that a running test adds are never called.
afterAll(() => Promise.all(servers.map((server) => server.close(0))));

/** Starts a server whose default model is tiny; it is stopped after the test file. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const models = [tinyModel(temporaryFolder())];
  const server = await createServer({ port: 0, device: 'cpu', threads: 1, models, ...options });
  servers.push(server);
  return server;
}

/** A photograph of 16×16 pixels, or another size, as a PNG. */
export async function pngPhoto(width = 16, height = width): Promise<Buffer> {
  return (await encodePicture(photo(width, height), { format: 'png' })).bytes;
}

/** Posts a picture; `query` is what stands after the question mark. */
export function post(
  server: Pick<Server, 'url'>,
  body: RequestInit['body'],
  query = '',
  init: RequestInit = {},
): Promise<Response> {
  const headers = { 'Content-Type': 'image/png', ...init.headers };
  return fetch(`${server.url}api/upscale?${query}`, { ...init, method: 'POST', body, headers });
}

/** Waits until so many requests with pictures are inside, and so many of them wait for their turn. */
export async function inside(
  { url }: Pick<Server, 'url'>,
  pictures: number,
  waiting?: number,
): Promise<void> {
  for (;;) {
    const health = (await (await fetch(`${url}healthz`)).json()) as { pictures: number; waiting: number };
    if (health.pictures === pictures && health.waiting === (waiting ?? health.waiting)) return;
    await delay(10);
  }
}

/** Expects an answer that is an error: its status, its code, and one line that says why. */
export async function expectError(
  response: Response | Promise<Response>,
  status: number,
  code: string,
  message: RegExp = /./,
): Promise<void> {
  const answer = await response;
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect({ status: answer.status, code: error.code }).toEqual({ status, code });
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(/\n| at .*:\d+/);
}

/** A request with headers and a path that fetch would refuse or change. */
export function rawRequest(
  server: Pick<Server, 'url'>,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Sends bytes as they are, and gives what came back until the server closed the connection. */
export function rawExchange(server: Pick<Server, 'url'>, ...parts: (string | Uint8Array)[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      for (const part of parts) socket.write(part);
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
