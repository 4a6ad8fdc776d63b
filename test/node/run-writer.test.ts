import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadNetwork } from '../../src/node/load-network.ts';
import { readPicture } from '../../src/node/picture.ts';
import { readEvents } from '../../src/node/run-events.ts';
import { openRun } from '../../src/node/run-writer.ts';
import { tinyRcan } from '../models/tiny.ts';
import { stateOf, step, useRuns } from './runs.ts';

const runs = useRuns();

it.skipIf(!existsSync('/proc/self/fd'))('a run without a log leaves no file open', async () => {
  const folder = join(runs.root, 'x');
  mkdirSync(join(folder, 'log.txt'), { recursive: true });
  await expect(openRun(folder, 'lock', () => {})).rejects.toThrow(/log\.txt/);
  const open = readdirSync('/proc/self/fd').flatMap((file) => {
    // The folder that is listed is closed by now.
    return existsSync(`/proc/self/fd/${file}`) ? [readlinkSync(`/proc/self/fd/${file}`)] : [];
  });
  expect(open.filter((path) => path.startsWith(folder))).toEqual([]);
});

describe('what a run writes', () => {
  it('models under official names, which tell their options', async () => {
    const run = await runs.open('x');
    const { architecture, options, state: weights } = tinyRcan({ valueRange: 1, scale: 3 });
    const paths = [];
    for (const model of ['latest', 'best', 12] as const)
      paths.push(await run.saveModel(model, weights, { architecture, options }));
    expect(paths).toEqual(
      ['latest', 'best', '12'].map((name) => join(runs.root, `x/model/model_${name}.pt`)),
    );
    const network = await loadNetwork(paths[1]!, { device: 'cpu' });
    expect([network.architecture, network.options, network.notes]).toEqual(['rcan', options, []]);
    expect([...network.state]).toEqual([...weights]);
    await network.dispose();
  });

  it('pictures under names that never collide', async () => {
    const run = await runs.open('x');
    const image = (value: number) =>
      ({ width: 2, height: 1, channels: 3, data: new Uint8Array(6).fill(value) }) as const;
    const paths = [
      await run.saveResult('SR', 'baby', 2, image(1)),
      await run.saveResult('LR', 'baby', 2, image(2)),
      await run.saveResult('HR', 'baby', 2, image(3)),
      await run.saveResult('SR', '../b:a', 4, image(4)),
      await run.saveResult('SR', '../b-a', 4, image(5)),
    ];
    expect(paths.map((path) => path.slice(run.folder.length + 1))).toEqual([
      'results/baby_x2_SR.png',
      'results/baby_x2_LR.png',
      'results/baby_x2_HR.png',
      'results/-b-a_x4_SR.png',
      'results/-b-a-2_x4_SR.png',
    ]);
    const values = await Promise.all(paths.map(async (path) => (await readPicture(path)).image.data[0]));
    expect(values).toEqual([1, 2, 3, 4, 5]);
    await run.saveResult('SR', 'baby', 2, image(9));
    expect((await readPicture(paths[0]!)).image.data[0]).toBe(9);
  });

  it('plots, also of what was before it was resumed', async () => {
    const run = await runs.open('x');
    await run.drawPlots();
    expect(existsSync(join(runs.root, 'x/loss.svg'))).toBe(false);
    run.event(step(1));
    run.event({ event: 'eval', step: 1, epoch: 1, set: 'Set5', scale: 2, psnr: 30 });
    await run.saveState(stateOf(1));
    await run.close();
    const again = await runs.open('x', { resume: true });
    await again.loadState();
    again.event(step(2));
    await again.drawPlots();
    expect(runs.read('x/loss.svg')).toContain('<title>x: loss</title>');
    expect(runs.read('x/loss.svg').match(/r="2.5"/g)).toHaveLength(4);
    expect(runs.read('x/psnr.svg')).toContain('best 30.000 dB at epoch 1');
  });

  it('events with their time, which can be read while it runs', async () => {
    const run = await runs.open('x');
    run.event(step(1));
    const first = await readEvents(run.folder);
    expect(first.events).toEqual([{ ...step(1), time: expect.stringMatching(/^\d{4}-.*Z$/) }]);
    run.event(step(2));
    run.event(step(3));
    const second = await readEvents(run.folder, first.end);
    expect(second.events.map((event) => event.step)).toEqual([2, 3]);
    writeFileSync(join(runs.root, 'x/metrics.jsonl'), '{"event":"st', { flag: 'a' });
    expect(await readEvents(run.folder, second.end)).toEqual({ events: [], end: second.end });
    writeFileSync(join(runs.root, 'x/metrics.jsonl'), 'ep","step":4}\n', { flag: 'a' });
    expect((await readEvents(run.folder, second.end)).events).toEqual([{ event: 'step', step: 4 }]);
    expect((await readEvents(run.folder, 10 ** 6)).events).toHaveLength(4);
    expect(await readEvents(runs.root)).toEqual({ events: [], end: 0 });
  });
});

describe('a run that was killed', () => {
  it('is cut back to its state, and nothing is lost', async () => {
    const run = await runs.open('x');
    run.event({ event: 'start', step: 0 });
    for (const at of [1, 2]) run.event(step(at));
    run.log('whole');
    await run.saveState(stateOf(2));
    for (const at of [3, 4]) run.event(step(at));
    await run.close();
    for (const file of ['metrics.jsonl', 'log.txt'])
      writeFileSync(join(runs.root, 'x', file), '{"event":"half', { flag: 'a' });

    const again = await runs.open('x', { resume: true });
    expect((await again.loadState())?.progress).toEqual({ step: 2, epoch: 1 });
    again.event(step(3));
    again.log('[Epoch 2]');
    const { events } = await readEvents(again.folder);
    expect(events.map((event) => event.step)).toEqual([0, 1, 2, 3]);
    expect(runs.read('x/log.txt')).toBe('whole\n{"event":"half\n[Epoch 2]\n');
    const discarded = runs.read('x/metrics.discarded.jsonl').split('\n');
    expect(
      discarded.map((line) => (line.startsWith('{"event":"step"') ? JSON.parse(line).step : line)),
    ).toEqual([3, 4, '{"event":"half', '']);
  });

  it('before its first state begins anew', async () => {
    const run = await runs.open('x');
    run.event({ event: 'start', step: 0 });
    run.event(step(1));
    await run.close();
    const again = await runs.open('x', { resume: true });
    expect(await again.loadState()).toBeUndefined();
    expect((await readEvents(again.folder)).events.map((event) => event.event)).toEqual(['start']);
  });
});
