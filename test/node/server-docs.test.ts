/** docs/http.md and the example of a server: what they say is run, and what they list is what there is. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRunDirectory } from '../../src/node/run-directory.ts';
import { STATUS } from '../../src/node/server/http-error.ts';
import { SERVER_DEFAULTS } from '../../src/node/server/server.ts';
import { NAMES } from '../../src/node/server/upscale-query.ts';
import { temporaryFolder } from '../cli/run.ts';
import { pngPhoto, startServer } from './server.ts';

const docs = readFileSync('docs/http.md', 'utf8');
const folder = temporaryFolder();
const root = join(folder, 'runs');
const run = await createRunDirectory({
  root,
  name: 'x',
  options: { lr: 1 },
  command: ['sisr'],
  note: () => {},
});
run.event({ event: 'eval', step: 3, psnr: 30 });
await run.close();
const server = await startServer({ runs: root });
writeFileSync(join(folder, 'photo.png'), await pngPhoto());

/** The code blocks of a language, for the server of this test. */
function blocks(language: string): string[] {
  const found = [...docs.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code]) => code!,
  );
  expect(found).not.toEqual([]);
  return found.map(forThisServer);
}

function forThisServer(code: string): string {
  return code.replaceAll('http://127.0.0.1:8080/', server.url);
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe.skipIf(!hasCurl)(
  hasCurl ? 'the examples with curl' : 'the examples with curl (skipped: no curl)',
  () => {
    it('work', async () => {
      const outputs: string[] = [];
      for (const code of blocks('sh'))
        outputs.push((await promisify(execFile)('sh', ['-ec', code], { cwd: folder })).stdout);
      expect(await size('photo_x2.png')).toEqual(['png', 32]);
      expect(await size('photo_x4.webp')).toEqual(['webp', 64]);
      const answers = outputs.join('');
      expect(answers).toContain('"name":"tiny"');
      expect(answers).toContain('{"status":"ok","pictures":0,"waiting":0}');
    });

    it('work in the README', async () => {
      const [, code] = /`(curl [^`]+)`/.exec(readFileSync('README.md', 'utf8'))!;
      const command = forThisServer(code!.replaceAll('\n', ' ').replace('photo.jpg', 'photo.png'));
      await promisify(execFile)('sh', ['-ec', command], { cwd: folder });
      expect(await size('large.png')).toEqual(['png', 32]);
    });
  },
);

describe('the examples with fetch', () => {
  it('work', async () => {
    const outputs: string[] = [];
    for (const code of blocks('js')) {
      writeFileSync(join(folder, 'example.mjs'), code);
      outputs.push((await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder })).stdout);
    }
    expect(await size('photo_x2.jpg')).toEqual(['jpeg', 32]);
    expect(outputs).toEqual(['32×32\n', 'x: 3 steps, 30 dB\n1 0 1 0\n']);
  });
});

async function size(file: string): Promise<[string, number]> {
  const { format, width } = await sharp(join(folder, file)).metadata();
  return [format, width];
}

describe('the tables', () => {
  /** First cells of the rows whose first cells match. */
  const rows = (pattern: RegExp) => [...docs.matchAll(pattern)].map(([, ...cells]) => cells);

  it('list every code with its status', () => {
    expect(rows(/^\| (\d{3}) \| `(\w+)` \|/gm)).toEqual(
      Object.entries(STATUS).map(([code, status]) => [String(status), code]),
    );
  });

  it('list every parameter', () => {
    expect(rows(/^\| `(\w+)` \| .* \| .* \|$/gm).flat()).toEqual(NAMES);
  });

  it('name the limits as they are', () => {
    const { limitBytes, limitPixels, queue, seconds, transferSeconds, port } = SERVER_DEFAULTS;
    const side = Math.sqrt(limitPixels);
    expect(docs).toContain(`\`--limit-size\` (${limitBytes / 1024 ** 2} MiB)`);
    expect(docs).toContain(`\`--limit-pixels\` (${side} × ${side})`);
    expect(docs).toContain(`\`--queue\` (${queue})`);
    expect(docs).toContain(`\`--timeout\` (${seconds / 60} minutes)`);
    expect(docs).toContain(`http://127.0.0.1:${port}/`);
    expect(docs).toContain('longer than a minute');
    expect(transferSeconds).toBe(60);
  });
});

describe('examples/server', () => {
  it('enlarges a picture, and says what is wrong with another body', async () => {
    const child = spawn(process.execPath, [resolve('examples/server/server.mjs')], {
      env: { ...process.env, PORT: '0' },
    });
    onTestFinished(() => void child.kill());
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const send = (body: RequestInit['body']) => fetch(line.toString().trim(), { method: 'POST', body });
    const { width } = await sharp(await (await send(await pngPhoto())).arrayBuffer()).metadata();
    expect(width).toBe(32);
    const refused = await send('nothing');
    expect({ status: refused.status, text: await refused.text() }).toEqual({
      status: 422,
      text: expect.stringMatching(/^expected a picture .*, found text/),
    });
  });
});
