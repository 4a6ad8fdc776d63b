/** The page and the models: what is served, with which headers, and what nobody gets. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { findFile, sendFile } from '../../src/node/server/files.ts';
import { ownNames } from '../../src/node/server/protection.ts';
import { shippedModels } from '../../src/node/shipped-models.ts';
import { temporaryFolder } from '../cli/run.ts';
import { expectError, rawExchange, rawRequest, startServer, tinyModel } from './server.ts';

const root = temporaryFolder();
const page = join(root, 'page');
mkdirSync(join(page, 'assets'), { recursive: true });
mkdirSync(join(page, 'training'));
writeFileSync(join(root, 'secret.txt'), 'secret');
const FILES: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html>page',
  'training/index.html': '<!doctype html>training',
  'assets/index-BxQk3_-a.js': 'export {}',
  'assets/runtime-0123abcd.wasm': '\0asm',
  'sw.js': '/* worker */',
  'manifest.webmanifest': '{}',
  'a b.txt': 'blank',
  '.hidden': 'hidden',
};
for (const [name, content] of Object.entries(FILES)) writeFileSync(join(page, name), content);
symlinkSync(join(root, 'secret.txt'), join(page, 'link.txt'));
symlinkSync(root, join(page, 'up'));
symlinkSync(join(page, 'sw.js'), join(page, 'inner.js'));

const server = await startServer({ page });
const { port } = new URL(server.url);

describe('the page', () => {
  it.each([
    ['', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['index.html', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['training/', 'training/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['sw.js', 'sw.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['manifest.webmanifest', 'manifest.webmanifest', 'application/manifest+json', 'no-cache'],
    ['a%20b.txt', 'a b.txt', 'text/plain; charset=utf-8', 'no-cache'],
    [
      'assets/index-BxQk3_-a.js',
      'assets/index-BxQk3_-a.js',
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
    [
      'assets/runtime-0123abcd.wasm',
      'assets/runtime-0123abcd.wasm',
      'application/wasm',
      'public, max-age=31536000, immutable',
    ],
  ])('/%s is %s', async (path, file, type, caching) => {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('cache-control')).toBe(caching);
    expect(await response.text()).toBe(FILES[file]);
  });

  it('is sent again only when it has changed', async () => {
    const etag = (await fetch(`${server.url}sw.js`)).headers.get('etag')!;
    const again = await fetch(`${server.url}sw.js`, { headers: { 'If-None-Match': `"other", ${etag}` } });
    expect({ status: again.status, text: await again.text() }).toEqual({ status: 304, text: '' });
    utimesSync(join(page, 'sw.js'), 1, 1);
    const changed = await fetch(`${server.url}sw.js`, { headers: { 'If-None-Match': etag } });
    expect({ status: changed.status, text: await changed.text() }).toEqual({
      status: 200,
      text: FILES['sw.js'],
    });
  });

  it('is one file from its length to its last byte, whatever takes its name meanwhile', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'a.txt');
    writeFileSync(file, 'first');
    const replace = (content: string) => {
      writeFileSync(join(folder, 'b.txt'), content);
      renameSync(join(folder, 'b.txt'), file);
    };
    const app = new Hono().get('/', async (c) => {
      const found = await findFile(folder, 'a.txt');
      replace('the second, which is longer');
      const answer = await sendFile(c, found);
      replace('3');
      return answer;
    });
    const answer = await app.request('/');
    const text = await answer.text();
    expect({ text, length: Number(answer.headers.get('content-length')) }).toEqual({
      text: 'the second, which is longer',
      length: 27,
    });
  });

  it('follows no link that takes the name of a file, and knows files of no bytes', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'a.txt');
    writeFileSync(file, '');
    const app = new Hono().get('/', async (c) => sendFile(c, file)).onError((_, c) => c.text('none', 404));
    const empty = await app.request('/');
    expect([empty.status, empty.headers.get('content-length'), await empty.text()]).toEqual([200, '0', '']);
    rmSync(file);
    symlinkSync(join(root, 'secret.txt'), file);
    expect((await app.request('/')).status).toBe(404);
  });

  it('tells HEAD the length without sending it', async () => {
    const { status, headers, body } = await rawRequest(server, '/', { method: 'HEAD' });
    expect({ status, length: headers['content-length'], body }).toEqual({
      status: 200,
      length: '19',
      body: '',
    });
  });

  it('says what is wrong where it is not built', async () => {
    const bare = await startServer({ page: join(root, 'nothing') });
    await expectError(fetch(bare.url), 404, 'not_found', /^the page is not built here/);
  });
});

describe('the models', () => {
  it('come with their list and their cards', async () => {
    const models = await (await fetch(`${server.url}models/index.json`)).json();
    expect(models).toEqual(shippedModels());
    const card = await fetch(`${server.url}models/${shippedModels()[0]!.name}.md`);
    expect(card.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(await card.text()).toBe(readFileSync(`models/${shippedModels()[0]!.name}.md`, 'utf8'));
  });

  it.each(shippedModels())('$name, byte for byte', async ({ name, sha256 }) => {
    const response = await fetch(`${server.url}models/${name}.safetensors`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  });

  it('gives the weights that it was told to offer, and no other file by that way', async () => {
    const bytes = Buffer.from(await (await fetch(`${server.url}weights/tiny`)).arrayBuffer());
    expect(bytes).toEqual(readFileSync(tinyModel(temporaryFolder())));
    await expectError(fetch(`${server.url}weights/..%2fpackage.json`), 404, 'not_found', /nothing under/);
  });
});

/** Ways to a file that no folder here holds. */
const WAYS_OUT = [
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/%252e%252e/secret.txt',
  '/assets/../../secret.txt',
  '/assets/%2e%2e/%2e%2e/secret.txt',
  '/assets//../../secret.txt',
  '/models/../secret.txt',
  '/models/..%2fpackage.json',
  '/models/%2e%2e/package.json',
  '/up/secret.txt',
  '/up/page/index.html',
  '/link.txt',
  '/inner.js',
  '/link.txt%00.js',
  '/%00',
  '/index.html%00',
  '/.hidden',
  '/./.hidden',
  '/%2ehidden',
  '/assets',
  '/assets/',
  '/C:/secret.txt',
  '/index.html::$DATA',
  '//secret.txt',
  `/${join(root, 'secret.txt')}`,
  `/${encodeURIComponent(join(root, 'secret.txt'))}`,
  `file://${join(root, 'secret.txt')}`,
  '/%',
  '/%zz',
  '/%ff',
  '/%c0%ae%c0%ae/secret.txt',
  `/${'a'.repeat(5000)}`,
  `/${'a/'.repeat(3000)}`,
];

describe('nothing else', () => {
  it.each(WAYS_OUT)('%s', async (path) => {
    const answer = await rawExchange(
      server,
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
    expect(answer).not.toMatch(/secret$|hidden$|sisr"/);
  });

  it('folders, pipes and links are no files', async () => {
    expect(await findFile(page, 'sw.js')).toBe(join(page, 'sw.js'));
    for (const name of [
      '',
      'assets',
      'link.txt',
      'up/secret.txt',
      'up',
      'inner.js',
      '../secret.txt',
      'sw.js/',
      '/sw.js',
    ])
      expect(await findFile(page, name)).toBeUndefined();
    expect(await findFile(join(root, 'nothing'), 'sw.js')).toBeUndefined();
  });

  it('a folder that is reached through a link is a folder all the same', async () => {
    symlinkSync(page, join(root, 'linked'));
    expect(await findFile(join(root, 'linked'), 'sw.js')).toBe(join(page, 'sw.js'));
  });
});

describe('every answer', () => {
  it.each([
    ['the page', ''],
    ['JSON', 'api/models'],
    ['an error', 'nothing'],
  ])('carries the headers that protect: %s', async (_, path) => {
    const { headers } = await fetch(server.url + path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
    expect(headers.has('strict-transport-security')).toBe(false);
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });
});

it('what is no valid request gets the headers that protect, too', async () => {
  const answer = await rawExchange(server, 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*"bad_request","message":"not a valid request/s);
  expect(answer).toMatch(/^content-security-policy: default-src 'none';/im);
  expect(answer).toMatch(/^cross-origin-embedder-policy: require-corp/im);
});

describe('requests of other web sites', () => {
  const own = `127.0.0.1:${port}`;
  it.each([
    [own, 200],
    ['127.0.0.1', 200],
    [`localhost:${port}`, 200],
    ['LOCALHOST', 200],
    [`[::1]:${port}`, 200],
    ['evil.example', 421],
    [`evil.example:${port}`, 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example', 421],
    ['192.168.1.5', 421],
  ])('the host %s: %i', async (host, status) => {
    expect((await rawRequest(server, '/healthz', { headers: { Host: host } })).status).toBe(status);
  });

  it.each(['evil.example@127.0.0.1', '127.0.0.1/', '127.0.0.1#', '', 'a b'])(
    'the host "%s" is none',
    async (host) => {
      const answer = await rawExchange(
        server,
        `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (400|421) /);
    },
  );

  it.each([
    [`http://${own}`, 415],
    ['http://evil.example', 403],
    [`http://evil.example:${port}`, 403],
    ['http://127.0.0.1:1', 403],
    ['null', 403],
    ['', 403],
  ])('a picture sent from a page of "%s": %i', async (origin, status) => {
    // The type would be refused next: no picture is needed to see who was let in.
    const headers = { Origin: origin, 'Content-Type': 'text/plain' };
    expect((await rawRequest(server, '/api/upscale', { method: 'POST', headers })).status).toBe(status);
  });

  it('names that a proxy passes on can be allowed', async () => {
    const proxied = await startServer({ allowedHosts: ['Pictures.example'] });
    const status = async (host: string, origin: string) => {
      const headers = { Host: host, Origin: origin, 'Content-Type': 'text/plain' };
      return (await rawRequest(proxied, '/api/upscale', { method: 'POST', headers })).status;
    };
    expect(await status('pictures.example', 'https://pictures.example')).toBe(415);
    expect(await status('pictures.example', 'https://evil.example')).toBe(403);
    expect(await status('evil.example', 'https://evil.example')).toBe(421);
  });

  it('where other machines can reach the server, addresses and the names of the machine are right', async () => {
    const open = await startServer({ host: '0.0.0.0', allowedHosts: ['allowed.example'] });
    expect(open.loopback).toBe(false);
    const status = async (host: string) =>
      (await rawRequest(open, '/healthz', { headers: { Host: host } })).status;
    const short = hostname().split('.')[0]!;
    for (const host of ['192.168.1.5', '10.0.0.1:8080', '[fe80::1]', '[2001:db8::1]:80', 'localhost'])
      expect([host, await status(host)]).toEqual([host, 200]);
    for (const host of [hostname(), hostname().toUpperCase(), `${short}.local:80`, 'allowed.example'])
      expect([host, await status(host)]).toEqual([host, 200]);
    for (const host of ['evil.example', '192.168.1.5.evil.example', 'evil.local'])
      expect([host, await status(host)]).toEqual([host, 421]);
    const refused = await rawRequest(open, '/healthz', { headers: { Host: 'evil.example' } });
    // The page of another site would read it: it does not learn what the server is called.
    expect(refused.body).toMatch(/does not go by the name of evil\.example: .*--allow-host/);
    expect(refused.body).not.toContain('allowed.example');
  });

  it('what is no name cannot be allowed', () => {
    expect(ownNames('127.0.0.1', true, ['no name', 'Box.example:80']).names).toEqual([
      'localhost',
      '127.0.0.1',
      '[::1]',
      '127.0.0.1',
      'box.example',
    ]);
  });
});
