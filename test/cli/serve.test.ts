import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { inside, pngPhoto, post, tinyModel } from '../node/server.ts';
import { expectFailure, startCli, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const model = tinyModel(folder);
const children: ReturnType<typeof startCli>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts `sisr serve` and waits for its address. */
async function serve(...args: string[]) {
  const child = startCli(['serve', '--port', '0', '--device', 'cpu', ...args]);
  children.push(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, url: line.toString().trim(), errors: () => errors };
}

it('prints its address, enlarges with the models that were named, and ends at SIGTERM', async () => {
  const { child, url, errors } = await serve('-m', model, '--limit-pixels', '1024', '--limit-size', '20K');
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const answer = await post({ url }, await pngPhoto());
  expect({ status: answer.status, model: answer.headers.get('sisr-model') }).toEqual({
    status: 200,
    model: 'tiny',
  });
  expect((await post({ url }, await pngPhoto(10, 200))).status).toBe(422);
  expect((await post({ url }, Buffer.alloc(20_481))).status).toBe(413);
  expect(errors()).toBe('');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('ends at once when it is told twice', async () => {
  const { child, url } = await serve();
  const long = post({ url }, await pngPhoto(600), 'ensemble').catch((error: Error) => error);
  await inside({ url }, 1, 0);
  child.kill('SIGINT');
  const [notice] = (await once(child.stderr, 'data')) as [Buffer];
  expect(notice.toString()).toContain('press Ctrl-C again to stop at once');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
  expect(await long).toBeInstanceOf(Error);
});

it('says what it means that other machines can reach it', async () => {
  const { child, url, errors } = await serve('--host', '0.0.0.0');
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect((await fetch(`${url}healthz`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(errors()).toMatch(/^warning: other machines can reach this address\..* no login and no encryption/s);
  const own = Object.values(networkInterfaces()).flat();
  for (const { address } of own.filter((found) => found?.family === 'IPv4' && !found.internal) as {
    address: string;
  }[])
    expect(errors()).toContain(`\n  for other machines: ${url.replace('127.0.0.1', address)}\n`);
});

it.each([
  [['-m', 'nothing.pt'], 2, /-m nothing\.pt: no such file, and no model of that name ships \(rcan-/],
  [
    ['--port', '70000'],
    2,
    /'--port <number>' argument '70000' is invalid\. Expected a whole number from 0 to 65535/,
  ],
  [['--host', 'nothing.invalid'], 1, /host "nothing\.invalid": expected an address, or a name that has one/],
  [['-m', model, model], 1, /there is another model of the name tiny/],
  [['--device', 'dml'], 1, /dml/],
])('refuses %j', (args, status, message) => {
  expectFailure(folder, ['serve', '--port', '0', ...args], status, message);
});
