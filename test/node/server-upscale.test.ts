import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { loadNetwork } from '../../src/node/load-network.ts';
import { decodePicture } from '../../src/node/picture.ts';
import { createServer } from '../../src/node/server/server.ts';
import { encodePicture } from '../../src/node/write-picture.ts';
import { photo } from '../cli/pictures.ts';
import { temporaryFolder } from '../cli/run.ts';
import { expectError, pngPhoto, post, rawExchange, rawRequest, startServer, tinyModel } from './server.ts';

const server = await startServer({ limitBytes: 20_000, limitPixels: 64 * 48 });
const png = await pngPhoto();

/** A form with the given files and fields. */
function form(entries: Record<string, Blob | string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(entries)) data.append(name, value);
  return data;
}

function postForm(data: FormData): Promise<Response> {
  return fetch(`${server.url}api/upscale`, { method: 'POST', body: data });
}

describe('POST /api/upscale', () => {
  it('gives the same picture as the library', async () => {
    const network = await loadNetwork(tinyModel(temporaryFolder()), { device: 'cpu', threads: 1 });
    const expected = await network.upscale(photo(20, 14));
    await network.dispose();
    const response = await post(server, await pngPhoto(20, 14));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'sisr-model': 'tiny',
      'sisr-width': '40',
      'sisr-height': '28',
      'sisr-seconds': expect.stringMatching(/^\d+\.\d{3}$/),
      'cache-control': 'no-store',
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect((await decodePicture(bytes)).image).toEqual(expected);
  });

  it.each([
    ['tile=48', { tile: 48 }],
    ['ensemble=true', { ensemble: true }],
  ])('enlarges with %s as the library does', async (query, options) => {
    const network = await loadNetwork(tinyModel(temporaryFolder()), { device: 'cpu', threads: 1 });
    const image = photo(60, 40);
    const [expected, plain] = [await network.upscale(image, options), await network.upscale(image)];
    await network.dispose();
    expect(expected).not.toEqual(plain);
    const response = await post(server, await pngPhoto(60, 40), query);
    expect((await decodePicture(Buffer.from(await response.arrayBuffer()))).image).toEqual(expected);
  });

  it.each([
    ['png', 'png'],
    ['jpeg', 'jpeg'],
    ['jpg', 'jpeg'],
    ['webp', 'webp'],
  ])('answers in format=%s', async (format, type) => {
    const response = await post(server, png, `format=${format}`);
    expect(response.headers.get('content-type')).toBe(`image/${type}`);
    const { format: found, width } = await sharp(await response.arrayBuffer()).metadata();
    expect({ found, width }).toEqual({ found: type, width: 32 });
  });

  it('takes every parameter, and a smaller quality gives a smaller file', async () => {
    const size = async (quality: number) => {
      const query = `scale=2&model=tiny&format=jpeg&tile=48&ensemble=true&quality=${quality}`;
      return (await (await post(server, await pngPhoto(60, 40), query)).arrayBuffer()).byteLength;
    };
    expect(await size(20)).toBeLessThan(await size(95));
  });

  it('uses the model that is named, or what suits the picture at its scale', async () => {
    const response = await post(server, png, 'scale=4');
    expect(response.headers.get('sisr-model')).toBe('rcan-light-x4');
    expect(response.headers.get('sisr-width')).toBe('64');
    const jpeg = await sharp(png).jpeg().toBuffer();
    expect((await post(server, jpeg, 'scale=4')).headers.get('sisr-model')).toBe('rcan-light-photo-x4');
    expect((await post(server, jpeg, 'scale=2')).headers.get('sisr-model')).toBe('tiny');
    expect((await post(server, png, 'model=rcan-light-x2')).headers.get('sisr-model')).toBe('rcan-light-x2');
  });

  it('prefers a model that was named, also one that ships, whatever the picture', async () => {
    const named = await startServer({ models: ['rcan-light-x2'] });
    const jpeg = await sharp(png).jpeg().toBuffer();
    expect((await post(named, jpeg)).headers.get('sisr-model')).toBe('rcan-light-x2');
    const { models } = (await (await fetch(`${named.url}api/models`)).json()) as { models: object[] };
    expect(models[0]).toMatchObject({ name: 'rcan-light-x2', named: true });
  });

  it.each(['image/jpeg', 'application/octet-stream', 'IMAGE/PNG; name=x'])(
    'takes the type %s',
    async (type) => {
      expect((await post(server, png, '', { headers: { 'Content-Type': type } })).status).toBe(200);
    },
  );

  it('takes one file in a form', async () => {
    const response = await postForm(form({ picture: new Blob([png]) }));
    expect(response.status).toBe(200);
    expect((await decodePicture(Buffer.from(await response.arrayBuffer()))).image.width).toBe(32);
  });

  it('says what the format could not hold', async () => {
    const alpha = { width: 4, height: 4, channels: 4 as const, data: new Uint8Array(64).fill(90) };
    const { bytes } = await encodePicture(alpha, { format: 'png' });
    const response = await post(server, bytes, 'format=jpeg');
    expect(decodeURIComponent(response.headers.get('sisr-notes') ?? '')).toBe(
      'jpg has no alpha: put on white',
    );
  });

  it('serves pictures one after the other, and loads a network once', async () => {
    const responses = await Promise.all([0, 1, 2, 3].map(() => post(server, png)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const bodies = await Promise.all(responses.map((response) => response.arrayBuffer()));
    for (const body of bodies) expect(Buffer.from(body).equals(Buffer.from(bodies[0]!))).toBe(true);
  });
});

describe('what is refused', () => {
  it.each([
    ['scale=5', /^scale: the models offered here can enlarge ×2, 3, 4 or 8, not ×5$/],
    ['scale=x', /^scale: expected a whole number, found "x"$/],
    ['scale=0', /^scale: /],
    ['scale=2&scale=4', /^scale is given 2 times$/],
    ['model=nothing', /^model: expected one of tiny, .*, found nothing$/],
    ['model=tiny&scale=4', /^scale: tiny can enlarge ×2, not ×4$/],
    ['model=../../etc/passwd', /^model: /],
    ['format=bmp', /^format: expected png, jpeg or webp, found "bmp"$/],
    ['format=constructor', /^format: /],
    ['quality=101', /^quality: /],
    ['tile=off', /^tile: expected auto or a whole number from 48 to 256, found "off"$/],
    ['tile=4096', /^tile: /],
    ['ensemble=perhaps', /^ensemble: expected true or false/],
    ['size=2', /^unknown parameter size: expected scale, model/],
    ['__proto__=2', /^unknown parameter __proto__/],
  ])('400 for ?%s', async (query, message) => {
    await expectError(post(server, png, query), 400, 'bad_request', message);
  });

  it('400 for an empty body', async () => {
    await expectError(post(server, ''), 400, 'bad_request', /found nothing$/);
  });

  it.each([
    ['no file', form({ text: 'x' }), /found no file$/],
    ['two files', form({ a: new Blob([png]), b: new Blob([png]) }), /one file and nothing else: /],
    ['a file and a field', form({ a: new Blob([png]), scale: '2' }), /one file and nothing else: /],
  ])('400 for a form with %s', async (_, data, message) => {
    await expectError(postForm(data), 400, 'bad_request', message);
  });

  it.each([
    ['multipart/form-data', 'x'],
    ['multipart/form-data; boundary=b', 'x'],
    ['multipart/form-data; boundary=b', '--b\r\n\r\nabc'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="\xff"; filename="a"\r\n\r\nabc\r\n--b--',
    ],
  ])('400 for a form that is none: %s, %j', async (type, text) => {
    const headers = { 'Content-Type': type };
    await expectError(post(server, Buffer.from(text, 'latin1'), '', { headers }), 400, 'bad_request', /form/);
  });

  it('404 and 405 for other addresses and methods', async () => {
    await expectError(fetch(`${server.url}api/nothing`), 404, 'not_found');
    const get = await fetch(`${server.url}api/upscale`);
    expect(get.headers.get('allow')).toBe('POST');
    await expectError(get, 405, 'method_not_allowed', /^expected POST/);
    const put = await fetch(`${server.url}healthz`, { method: 'PUT', body: 'x' });
    expect(put.headers.get('allow')).toBe('GET, HEAD');
    await expectError(put, 405, 'method_not_allowed');
  });

  it('413 for a length over the limit, without reading the body', async () => {
    const answer = await rawExchange(
      server,
      'POST /api/upscale HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 99999999\r\n\r\nabc',
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('the limit of a picture is 20000 bytes (--limit-size)');
  });

  it('413 for a body of unknown length that grows over the limit', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(4096)) });
    await expectError(post(server, endless, '', { duplex: 'half' } as RequestInit), 413, 'too_large');
  });

  it('413 for a file in a form, too', async () => {
    await expectError(postForm(form({ picture: new Blob([Buffer.alloc(20_001)]) })), 413, 'too_large');
  });

  it.each(['text/html', 'application/json', 'application/x-www-form-urlencoded', 'imagex/png'])(
    '415 for %s',
    async (type) => {
      const refused = post(server, png, '', { headers: { 'Content-Type': type } });
      await expectError(refused, 415, 'unsupported_type', new RegExp(`^expected image/.*, found ${type}$`));
    },
  );

  it('415 for a body that is compressed', async () => {
    const refused = post(server, png, '', { headers: { 'Content-Encoding': 'gzip' } });
    await expectError(refused, 415, 'unsupported_type', /Content-Encoding, found gzip$/);
  });

  it('422 for what is no picture, is damaged, or has too many pixels', async () => {
    await expectError(
      post(server, 'this is a text'),
      422,
      'bad_picture',
      /^expected a picture .*, found text/,
    );
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';
    await expectError(post(server, svg), 422, 'bad_picture', /, found svg$/);
    const cut = png.subarray(0, png.length / 2);
    await expectError(post(server, cut), 422, 'bad_picture', /damaged or incomplete/);
    const large = await pngPhoto(65, 48);
    await expectError(post(server, large), 422, 'bad_picture', /65×48 = 3120 pixels; the limit is 3072/);
  });

  it('requests that are not HTTP, and addresses that are none', async () => {
    expect(await rawExchange(server, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    const answer = await rawExchange(
      server,
      'GET /a\\b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 .*"bad_request"/s);
  });
});

describe('GET', () => {
  it('/healthz', async () => {
    const response = await fetch(`${server.url}healthz`);
    expect(await response.json()).toEqual({ status: 'ok', pictures: 0, waiting: 0 });
  });

  it('/api/models lists the named ones first, without paths of this machine', async () => {
    const { models } = (await (await fetch(`${server.url}api/models`)).json()) as { models: object[] };
    expect(models[0]).toEqual({
      name: 'tiny',
      architecture: 'rcan',
      scale: 2,
      parameters: expect.any(Number),
      url: '/weights/tiny',
      named: true,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(models[1]).toMatchObject({
      name: 'rcan-light-x2',
      scale: 2,
      degradation: 'BI',
      scores: { Set5: { psnr: expect.any(Number), ssim: expect.any(Number) } },
      url: '/models/rcan-light-x2.safetensors',
      named: false,
    });
    expect(JSON.stringify(models)).not.toContain('/tmp/');
  });

  it('HEAD gives the headers alone', async () => {
    const { status, body } = await rawRequest(server, '/healthz', { method: 'HEAD' });
    expect({ status, body }).toEqual({ status: 200, body: '' });
  });
});

describe('what keeps the server from starting', () => {
  it.each([
    ['a model that is not there', { models: ['nothing.pt'] }, /^nothing\.pt: no such file/],
    [
      'a host that is not there',
      { host: 'nothing.invalid' },
      /^host "nothing\.invalid": expected an address/,
    ],
    [
      'a port that there is not',
      { port: 70_000 },
      /^port: expected a whole number from 0 to 65535, found 70000$/,
    ],
    [
      'a queue of no number',
      { queue: Number.NaN },
      /^queue: expected a whole number of 0 or more, found NaN$/,
    ],
    ['no seconds', { seconds: 0 }, /^seconds: expected a finite number above 0, found 0$/],
    [
      'bytes of no number',
      { limitBytes: Number.NaN },
      /^limitBytes: expected a finite number above 0, found NaN$/,
    ],
    ['no threads', { threads: 0 }, /^threads: expected a whole number of 1 or more, found 0$/],
    ['a host of no name', { host: '' }, /^host "": expected an address/],
    ['a port in use', { port: Number(new URL(server.url).port) }, /^port \d+ of 127\.0\.0\.1 is in use/],
  ])('%s', async (_, options, message) => {
    await expect(createServer({ port: 0, ...options })).rejects.toThrow(message);
  });

  it('two models of one name, and a file that is no model', async () => {
    const models = [tinyModel(temporaryFolder()), tinyModel(temporaryFolder())];
    await expect(createServer({ port: 0, models })).rejects.toThrow(/another model of the name tiny/);
    const file = join(temporaryFolder(), 'no-model.pt');
    writeFileSync(file, 'nothing');
    await expect(createServer({ port: 0, models: [file] })).rejects.toThrow(/^\S+no-model\.pt: /);
  });
});
