/**
 * Clients of all kinds at once, against the built server in a process of its own: whole pictures and damaged ones,
 * wrong types, too much, too slow, byte by byte, given up half-way, and answers that nobody reads.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ServerOptions } from '../../src/node/server/server.ts';
import { temporaryFolder } from '../cli/run.ts';
import { expectError, inside, pngPhoto, post, rawExchange, tinyModel } from './server.ts';

const SCRIPT = fileURLToPath(new URL('load-server.mjs', import.meta.url));

const LIMIT_BYTES = 200_000;
const TRANSFER_SECONDS = 1;
/** A file of the page; the buffers of the system do not take it whole. */
const LARGE_FILE = 'large.bin';
const LARGE_FILE_BYTES = 64 * 1024 ** 2;

interface Target {
  readonly url: string;
  /** A small picture, and its result. */
  readonly small: Buffer;
  readonly enlarged: Buffer;
  /** One that takes seconds. */
  readonly long: Buffer;
}

/** Every answer may also be that the server is busy, with a time to come back. */
async function refusal(response: Response, status: number, code: string): Promise<void> {
  if (response.status !== 503) return expectError(response, status, code);
  expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  await expectError(response, 503, 'busy');
}

/** Asks again while the server is busy: in the end everyone gets the right picture. */
async function wholePicture(
  target: Target,
  query = '',
  body: (target: Target) => RequestInit['body'] = ({ small }) => small,
): Promise<void> {
  for (;;) {
    const response = await post(target, body(target), query, { duplex: 'half' } as RequestInit);
    if (response.status === 200) {
      const bytes = Buffer.from(await response.arrayBuffer());
      if (query === '') expect(bytes.equals(target.enlarged)).toBe(true);
      else expect(response.headers.get('sisr-width')).toBe('32');
      return;
    }
    await refusal(response, 503, 'busy');
    await delay(50);
  }
}

async function form(target: Target): Promise<void> {
  const body = new FormData();
  body.append('picture', new Blob([target.small]));
  const response = await fetch(`${target.url}api/upscale`, { method: 'POST', body });
  if (response.status === 200) await response.arrayBuffer();
  else await refusal(response, 503, 'busy');
}

function head({ small }: Target): string {
  return `POST /api/upscale HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: ${small.length}\r\n\r\n`;
}

/** Goes away in the middle of its picture. */
async function truncated(target: Target): Promise<void> {
  const socket = await connected(target);
  socket.write(head(target));
  await new Promise((sent) => socket.write(target.small.subarray(0, target.small.length / 2), sent));
  socket.destroy();
}

/** Sends a byte now and then, until it is cut off. */
async function slow(target: Target): Promise<void> {
  const socket = await connected(target);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(head(target));
  for (let at = 0; !socket.destroyed; at++) {
    socket.write(target.small.subarray(at, at + 1));
    await delay(50 * TRANSFER_SECONDS);
  }
  const answer = Buffer.concat(chunks).toString('latin1');
  expect(answer).toMatch(/^HTTP\/1\.1 (408 .*"slow_transfer"|503 .*"busy")/s);
}

/** Byte by byte, each in a chunk of its own. */
function tinyChunks({ small }: Target): ReadableStream {
  return ReadableStream.from([...small].map((byte) => Buffer.of(byte)));
}

/** Takes nothing of a large file for a while: it is cut off, or served late where the server was slow itself. */
async function slowReader(target: Target): Promise<void> {
  const socket = (await connected(target)).pause();
  socket.write(`GET /${LARGE_FILE} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  await delay(4000 * TRANSFER_SECONDS);
  const closed = once(socket, 'close');
  socket.resume();
  await closed;
  expect(socket.bytesRead).toBeGreaterThan(0);
}

async function connected({ url }: Target): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function givenUp(target: Target): Promise<void> {
  const signal = AbortSignal.timeout(30);
  const response = await post(target, target.long, 'tile=48&ensemble', { signal }).catch(
    (error: Error) => error,
  );
  if (response instanceof Error) expect(response.name).toBe('TimeoutError');
  else await refusal(response, 503, 'busy').catch((error: Error) => expect(error.name).toBe('TimeoutError'));
}

async function nonsense(target: Target): Promise<void> {
  expect(await rawExchange(target, '\0\0GET nothing\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
}

const typed = (type: string) => ({ headers: { 'Content-Type': type } });

/** What the clients do in turn. */
const KINDS: readonly ((target: Target) => Promise<void>)[] = [
  (target) => wholePicture(target),
  truncated,
  (target) => wholePicture(target, 'format=webp&quality=80'),
  async (target) => refusal(await post(target, 'no picture'), 422, 'bad_picture'),
  form,
  async (target) => refusal(await post(target, target.small.subarray(0, 300)), 422, 'bad_picture'),
  givenUp,
  async (target) => expectError(post(target, target.small, '', typed('text/html')), 415, 'unsupported_type'),
  async (target) => expectError(post(target, new Uint8Array(LIMIT_BYTES + 1)), 413, 'too_large'),
  (target) => wholePicture(target, 'ensemble&tile=48'),
  slow,
  (target) => wholePicture(target, '', tinyChunks),
  slowReader,
  async (target) => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
    await refusal(await post(target, endless, '', { duplex: 'half' } as RequestInit), 413, 'too_large');
  },
  async (target) => expectError(post(target, target.small, 'scale=7'), 400, 'bad_request'),
  nonsense,
  async (target) => expect((await fetch(`${target.url}healthz`)).status).toBe(200),
];

/** Peak memory of a process in MiB, where the system tells it. */
function peakMemory(pid: number): number | undefined {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

async function startProcess(options: ServerOptions) {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(options)]);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer | number];
  if (!(line instanceof Buffer)) throw new Error(`the server ended with ${line}: ${errors}`);
  return { child, url: line.toString().trim(), errors: () => errors };
}

/** Registers a test of so many requests from so many clients at once. */
export function describeLoad(requests: number, clients: number, limitMiB: number): void {
  describe(`${requests} requests of ${clients} clients at once`, () => {
    it('all get an answer that is right or a clear no; memory stays small, and the process lives', async () => {
      const models = [tinyModel(temporaryFolder())];
      const page = temporaryFolder();
      writeFileSync(join(page, LARGE_FILE), '');
      truncateSync(join(page, LARGE_FILE), LARGE_FILE_BYTES);
      const limits = {
        limitBytes: LIMIT_BYTES,
        limitPixels: 256 * 256,
        queue: 5,
        transferSeconds: TRANSFER_SECONDS,
      };
      const { child, url, errors } = await startProcess({
        port: 0,
        device: 'cpu',
        threads: 1,
        models,
        page,
        ...limits,
      });
      const small = await pngPhoto();
      const enlarged = Buffer.from(await (await post({ url }, small)).arrayBuffer());
      const target = { url, small, enlarged, long: await pngPhoto(250) };

      let next = 0;
      const client = async () => {
        for (let index = next++; index < requests; index = next++) await KINDS[index % KINDS.length]!(target);
      };
      await Promise.all(Array.from({ length: clients }, client));

      await wholePicture(target);
      await inside(target, 0);
      const peak = peakMemory(child.pid!);
      if (peak !== undefined) expect(peak).toBeLessThan(limitMiB);
      expect(child.exitCode).toBe(null);
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      expect({ code, errors: errors() }).toEqual({ code: 0, errors: '' });
    });
  });
}
