/** Trainings over HTTP: what the page is told while they go on, and what nobody gets. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRunDirectory } from '../../src/node/run-directory.ts';
import { createServer } from '../../src/node/server/server.ts';
import { readJson } from '../../src/train/json.ts';
import type { RunDirectory } from '../../src/train/run.ts';
import { photo } from '../cli/pictures.ts';
import { temporaryFolder } from '../cli/run.ts';
import { stateOf } from './runs.ts';
import { expectError, rawExchange, startServer } from './server.ts';

const outside = temporaryFolder();
const root = join(outside, 'runs');
const server = await startServer({ runs: root });

function open(name: string, resume = false): Promise<RunDirectory> {
  const command = ['sisr', 'train', '--name', name];
  return createRunDirectory({ root, name, resume, options: { lr: 1e-4 }, command, note: () => {} });
}

/** A run with two evaluations that goes on. */
async function openTrained(name: string): Promise<RunDirectory> {
  const run = await open(name);
  run.event({ event: 'start', step: 0, epoch: 1 });
  run.event({ event: 'step', step: 10, epoch: 1, loss: 9, lr: 1e-4 });
  run.event({ event: 'eval', step: 10, epoch: 1, psnr: 30.5, bicubic: 28 });
  run.event({ event: 'step', step: 20, epoch: 2, loss: Number.NaN, lr: 5e-5 });
  run.event({ event: 'eval', step: 20, epoch: 2, psnr: 30.25, bicubic: 28 });
  return run;
}

/** What an address below `/api/runs` gives; numbers that JSON does not have survive. */
async function get(path: string) {
  const response = await fetch(`${server.url}api/runs${path}`);
  expect({ path, status: response.status }).toEqual({ path, status: 200 });
  return readJson(await response.text()) as {
    runs: { name: string }[];
    events: { step: number }[];
    next: string;
    reset: boolean;
  };
}

/** Steps of the events of an answer. */
const steps = ({ events }: { events: { step: number }[] }) => events.map(({ step }) => step);

describe('the list', () => {
  it('tells how far each run has come', async () => {
    const run = await openTrained('going');
    const ended = await open('ended');
    ended.event({ event: 'step', step: 5, epoch: 1, loss: 3, lr: 1e-4 });
    ended.event({ event: 'end', step: 5, epoch: 1, reason: 'done' });
    await ended.close();
    mkdirSync(join(root, 'no run'));
    const found = new Map((await get('')).runs.map((entry) => [entry.name, entry]));
    expect([...found.keys()].sort()).toEqual(['ended', 'going']);
    expect(found.get('going')).toEqual({
      name: 'going',
      latest: false,
      running: true,
      finished: false,
      started: expect.stringMatching(/Z$/),
      changed: expect.stringMatching(/Z$/),
      step: 20,
      epoch: 2,
      loss: Number.NaN,
      lr: 5e-5,
      psnr: 30.25,
      bicubic: 28,
      best: { psnr: 30.5, step: 10, epoch: 1 },
    });
    expect(found.get('ended')).toMatchObject({
      latest: true,
      running: false,
      finished: true,
      step: 5,
      loss: 3,
    });
    run.event({ event: 'end', step: 20, epoch: 2, reason: 'interrupted' });
    await run.close();
    expect((await get('')).runs.find(({ name }) => name === 'going')).toMatchObject({
      running: false,
      finished: false,
    });
  });

  it('forgets a run that is gone, and follows another of its name from its beginning', async () => {
    await (await openTrained('again')).close();
    await get('');
    rmSync(join(root, 'again'), { recursive: true });
    expect((await get('')).runs.map(({ name }) => name)).not.toContain('again');
    const other = await open('again');
    other.event({ event: 'step', step: 3, loss: 1 });
    await other.close();
    const entry = (await get('')).runs.find(({ name }) => name === 'again');
    expect(entry).toMatchObject({ step: 3, loss: 1 });
    expect(entry).not.toHaveProperty('best');
  });

  it('is empty where there are no runs, and not there where none are shown', async () => {
    const early = await startServer({ runs: join(outside, 'later') });
    expect(await (await fetch(`${early.url}api/runs`)).json()).toEqual({ runs: [] });
    const without = await startServer();
    await expectError(fetch(`${without.url}api/runs`), 404, 'not_found', /shows no trainings \(--runs\)$/);
    await expectError(fetch(`${without.url}api/runs/x/metrics`), 404, 'not_found');
    const file = join(outside, 'file');
    writeFileSync(file, '');
    await expect(createServer({ port: 0, runs: file })).rejects.toThrow(
      /file: expected a folder of trainings/,
    );
  });
});

describe('one run', () => {
  it('tells its options, its commands and what it made', async () => {
    const run = await openTrained('one');
    await run.saveState({ ...stateOf(7), progress: { step: 7, epoch: 2, best: Number.POSITIVE_INFINITY } });
    await run.saveResult('SR', 'baby', 2, photo(8, 6));
    expect(await get('/one')).toEqual({
      name: 'one',
      options: { lr: 1e-4 },
      commands: ['sisr train --name one'],
      starts: [expect.objectContaining({ node: process.versions.node })],
      progress: { step: 7, epoch: 2, best: Number.POSITIVE_INFINITY },
      running: true,
      models: [],
      results: ['baby_x2_SR.png'],
    });
    const picture = await fetch(`${server.url}api/runs/one/results/baby_x2_SR.png`);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(picture.headers.get('cache-control')).toBe('no-cache');
    expect(picture.headers.get('etag')).not.toBe(null);
    await run.close();
  });

  it('gives what is new of its events', async () => {
    const run = await open('events');
    run.event({ event: 'step', step: 1 });
    const first = await get('/events/metrics');
    expect({ steps: steps(first), reset: first.reset }).toEqual({ steps: [1], reset: true });
    const nothing = await get(`/events/metrics?after=${first.next}`);
    expect(nothing).toEqual({ events: [], next: first.next, reset: false });
    run.event({ event: 'step', step: 2 });
    run.event({ event: 'step', step: 3 });
    const more = await get(`/events/metrics?after=${first.next}`);
    expect({ steps: steps(more), reset: more.reset }).toEqual({ steps: [2, 3], reset: false });
    await run.close();
  });

  it('begins its events again when it was taken up at an earlier step', async () => {
    const run = await open('resumed');
    run.event({ event: 'step', step: 1 });
    await run.saveState(stateOf(1));
    run.event({ event: 'step', step: 2 });
    const before = await get('/resumed/metrics');
    await run.close();
    const resumed = await open('resumed', true);
    await resumed.loadState();
    // More than was cut off: the length alone does not tell.
    for (const step of [2, 3, 4, 5]) resumed.event({ event: 'step', step });
    const after = await get(`/resumed/metrics?after=${before.next}`);
    expect({ steps: steps(after), reset: after.reset }).toEqual({ steps: [1, 2, 3, 4, 5], reset: true });
    await resumed.close();
  });

  it('may be called events', async () => {
    expect(await get('/events')).toMatchObject({ name: 'events' });
  });

  it.each(['x', '-1', 'a-b', '1-', '../x', '1-99999999999999999999'])('400 for after=%s', async (after) => {
    const refused = fetch(`${server.url}api/runs/events/metrics?after=${encodeURIComponent(after)}`);
    await expectError(refused, 400, 'bad_request', /^after: expected "next" of the answer before$/);
  });

  it('says what is damaged, but not where the server keeps it', async () => {
    mkdirSync(join(root, 'damaged'));
    writeFileSync(join(root, 'damaged/options.json'), '{"lr": 1e-');
    const message = /^damaged[/\\]options\.json: expected JSON, found something else$/;
    await expectError(fetch(`${server.url}api/runs/damaged`), 500, 'damaged_run', message);
  });

  it('404 for one that is not there', async () => {
    await expectError(
      fetch(`${server.url}api/runs/nothing`),
      404,
      'not_found',
      /^there is no run "nothing"$/,
    );
    await expectError(fetch(`${server.url}api/runs/nothing/metrics`), 404, 'not_found');
    await expectError(fetch(`${server.url}api/runs/one/results/nothing.png`), 404, 'not_found');
  });
});

describe('outside of the folder', () => {
  it('nothing is read', async () => {
    writeFileSync(join(outside, 'options.json'), '{"secret":1}');
    writeFileSync(join(outside, 'secret.png'), 'secret');
    mkdirSync(join(outside, 'other'));
    writeFileSync(join(outside, 'other/options.json'), '{"secret":1}');
    await (await open('real')).close();
    // A run that is a link, one with a link in it, and results that are links.
    symlinkSync(join(outside, 'other'), join(root, 'linked'));
    await (await open('leaky')).close();
    symlinkSync(join(outside, 'secret.png'), join(root, 'leaky/command-link.txt'));
    symlinkSync(join(outside, 'secret.png'), join(root, 'real/results/link.png'));
    const names = (await get('')).runs.map(({ name }) => name);
    expect(names).toContain('real');
    expect(names).not.toContain('linked');
    expect(names).not.toContain('leaky');
    for (const path of [
      'linked',
      'linked/metrics',
      'leaky',
      'leaky/metrics',
      'real/results/link.png',
      'real/results/..%2foptions.json',
      'real/results/..%2f..%2f..%2fsecret.png',
      'real/results/%2e%2e%2foptions.json',
      'real/results/..%5coptions.json',
      'real/results/link.png%00',
      'real%2fresults',
      '..',
      '%2e%2e',
      '..%2f',
      '..%2fother',
      '..%2fother/metrics',
      '%00',
      '.',
      'real/options.json',
      'real/state.safetensors',
      'real/../../options.json',
    ]) {
      const request = `GET /api/runs/${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
      const answer = await rawExchange(server, request);
      expect({ path, answer }).toEqual({ path, answer: expect.stringMatching(/^HTTP\/1\.1 404 /) });
    }
  });

  it('a link that stays inside is followed', async () => {
    await (await open('tidy')).close();
    symlinkSync(join(root, 'tidy/options.json'), join(root, 'tidy/settings.json'));
    expect(await get('/tidy')).toMatchObject({ name: 'tidy' });
  });
});

/** One event of a stream. */
interface News {
  event: string;
  id: string;
  data: { runs: { name: string; step: number }[] };
}

/** Listens, until the signal is aborted. */
async function* listen(signal: AbortSignal, headers: Record<string, string> = {}): AsyncGenerator<News> {
  const response = await fetch(`${server.url}api/runs/events`, {
    signal,
    headers: { Accept: 'text/event-stream', ...headers },
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: (.*)/s)),
      );
      text = text.slice(end + 2);
      if (fields.event) yield { event: fields.event, id: fields.id, data: JSON.parse(fields.data) };
    }
  }
}

/** The next event that satisfies a condition. */
async function until(news: AsyncGenerator<News>, right: (news: News) => boolean): Promise<News> {
  for (;;) {
    const { value } = await news.next();
    if (right(value)) return value;
  }
}

describe('live', () => {
  const stepOf = ({ data }: News, name: string) => data.runs.find((run) => run.name === name)?.step;

  it('sends the list at once, and again when something has changed', async () => {
    const client = new AbortController();
    const news = listen(client.signal);
    const { value } = await news.next();
    expect(value.event).toBe('runs');
    const run = await open('live');
    await until(news, (found) => stepOf(found, 'live') === 0);
    run.event({ event: 'step', step: 4 });
    await until(news, (found) => stepOf(found, 'live') === 4);
    rmSync(join(root, 'live'), { recursive: true });
    await until(news, (found) => stepOf(found, 'live') === undefined);
    client.abort();
  });

  it('tells a client that comes back only what it does not know', async () => {
    const before = new AbortController();
    const { value } = await listen(before.signal).next();
    before.abort();
    const after = new AbortController();
    const news = listen(after.signal, { 'Last-Event-ID': value.id });
    const next = news.next();
    const run = await open('meanwhile');
    const first = (await next).value;
    expect(first.id).not.toBe(value.id);
    expect(stepOf(first, 'meanwhile')).toBe(0);
    after.abort();
    await run.close();
  });

  it('listens to so many and no more, and to others when they are gone', async () => {
    const headers = { Accept: 'text/event-stream' };
    for (let head = 0; head < 70; head++)
      await fetch(`${server.url}api/runs/events`, { method: 'HEAD', headers });
    const client = new AbortController();
    const { signal } = client;
    const connect = () => fetch(`${server.url}api/runs/events`, { headers, signal });
    const responses = await Promise.all(Array.from({ length: 64 }, connect));
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    await expectError(connect(), 503, 'busy', /^64 pages listen already/);
    client.abort();
    for (let status = 503; status !== 200; ) {
      const response = await fetch(`${server.url}api/runs/events`, { headers });
      status = response.status;
      await response.body?.cancel();
    }
  });

  it('ends when the server stops', async () => {
    const stopping = await startServer({ runs: root });
    const headers = { Accept: 'text/event-stream' };
    const response = await fetch(`${stopping.url}api/runs/events`, { headers });
    await stopping.close(0);
    await expect(response.text()).rejects.toThrow('terminated');
  });
});
