import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Curves } from '../../src/train/curves.ts';
import type { RunEvent } from '../../src/train/metrics.ts';
import { lossPlot, psnrPlot } from '../../src/train/plot.ts';

const step = (at: number, loss: number): RunEvent => ({ event: 'step', step: at, loss });
const score = (epoch: number, psnr: number, more: Partial<RunEvent> = {}): RunEvent => ({
  event: 'eval',
  step: epoch * 1000,
  epoch,
  set: 'Set5',
  scale: 2,
  psnr,
  ...more,
});

const attributes = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map((match) => match[1]);
const labels = (svg: string) => attributes(svg, /<text[^>]*>([^<]*)</g);

describe('Curves', () => {
  it('takes losses and scores out of events, each set at each scale by itself', () => {
    const curves = new Curves([
      { event: 'start', step: 0 },
      step(100, 5),
      score(1, 30, { bicubic: 29 }),
      score(1, 28, { scale: 4 }),
      { event: 'eval', step: 1000, psnr: 31 },
      step(200, 4),
      { event: 'end', step: 200 },
    ]);
    expect([curves.steps, curves.losses]).toEqual([
      [100, 200],
      [5, 4],
    ]);
    expect([...curves.scores]).toEqual([
      ['Set5 ×2', [{ step: 1000, epoch: 1, psnr: 30, bicubic: 29 }]],
      ['Set5 ×4', [{ step: 1000, epoch: 1, psnr: 28, bicubic: undefined }]],
      ['validation', [{ step: 1000, epoch: undefined, psnr: 31, bicubic: undefined }]],
    ]);
  });

  it('replaces what a training that went back repeats', () => {
    const curves = new Curves([step(1, 9), step(2, 8), step(3, 99), score(1, 20), score(2, 21)]);
    for (const event of [step(2, 7), step(3, 6), score(1, 22)]) curves.add(event);
    expect([curves.steps, curves.losses]).toEqual([
      [1, 2, 3],
      [9, 7, 6],
    ]);
    expect(curves.scores.get('Set5 ×2')!.map(({ psnr }) => psnr)).toEqual([22]);
  });
});

describe('lossPlot', () => {
  it('has a logarithmic axis where losses are far apart, and says where the mean is', () => {
    const svg = lossPlot(new Curves([step(1000, 100), step(2000, 10), step(3000, 1)]), 'my run')!;
    expect(labels(svg)).toEqual(expect.arrayContaining(['my run: loss', '100', '10', '1', '3K', 'step']));
    const [low, middle, high] = ['1', '10', '100'].map((label) =>
      Number(new RegExp(`y="([\\d.]+)"[^>]*>${label}<`).exec(svg)![1]),
    );
    expect(low! - middle!).toBeCloseTo(middle! - high!, 0);
    // Weights 0.64, 0.8 and 1: the mean is over five points.
    expect(svg).toContain('running mean, now 29.92');
  });

  it('has a linear axis where they are close, or not positive', () => {
    const close = lossPlot(new Curves([step(1, 5), step(2, 6)]), 'run')!;
    expect(labels(close)).toEqual(expect.arrayContaining(['5.0', '5.2', '6.0']));
    const zero = lossPlot(new Curves([step(1, 0), step(2, 100)]), 'run')!;
    expect(labels(zero)).toEqual(expect.arrayContaining(['0', '20', '100']));
  });

  it('leaves out what is no number', () => {
    const curves = new Curves([step(1, 5), step(2, Number.NaN), step(3, Infinity), step(4, 4)]);
    const svg = lossPlot(curves, 'run')!;
    expect(svg).toBe(lossPlot(new Curves([step(1, 5), step(4, 4)]), 'run'));
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('stays small however long the run was, and shows the outlier', () => {
    const events = Array.from({ length: 200_000 }, (_, i) => step(i + 1, i === 77_777 ? 5000 : 5 + (i % 7)));
    const svg = lossPlot(new Curves(events), 'long')!;
    expect(svg.length).toBeLessThan(20_000);
    expect(labels(svg)).toContain('1000');
    expect(labels(svg)).toContain('200K');
  });

  it('is nothing before the first step', () => {
    expect(lossPlot(new Curves(), 'run')).toBeUndefined();
    expect(lossPlot(new Curves([step(1, Number.NaN)]), 'run')).toBeUndefined();
  });
});

describe('psnrPlot', () => {
  const curves = new Curves([
    score(1, 30),
    score(2, 35, { bicubic: 33.66 }),
    score(3, 34.5, { bicubic: 33.66 }),
  ]);

  it('marks the best, and draws bicubic dashed', () => {
    const svg = psnrPlot(curves, 'my run')!;
    expect(svg).toContain('Set5 ×2, best 35.000 dB at epoch 2');
    expect(svg).toContain('bicubic 33.66 dB');
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    const [ring] = attributes(svg, /<circle cx="([\d.]+)" cy="[\d.]+" r="5"/g);
    const dots = attributes(svg, /<circle cx="([\d.]+)" cy="[\d.]+" r="2.5"/g);
    expect(dots).toHaveLength(3);
    expect(ring).toBe(dots[1]);
  });

  it('draws a picture on a ground of its own', async () => {
    const { data, info } = await sharp(Buffer.from(psnrPlot(curves, 'run')!))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => [...data.subarray(4 * (y * info.width + x)).subarray(0, 4)];
    expect([info.width, info.height]).toEqual([840, 420]);
    expect(at(0, 0)[3]).toBe(0);
    expect(at(10, 10)).toEqual([255, 255, 255, 255]);
    expect(
      [...data].filter((_, i) => i % 4 === 3 && data[i - 3] === 0x00 && data[i - 2] === 0x67),
    ).not.toEqual([]);
  });

  it('is not pressed together by a bad beginning', () => {
    const rest = Array.from({ length: 20 }, (_, i) => score(i + 2, 37 + i / 20));
    const svg = psnrPlot(new Curves([score(1, 8), ...rest]), 'run')!;
    expect(labels(svg)).toEqual(expect.arrayContaining(['37.2', '37.8']));
  });

  it('says each set of several, on steps where there are no epochs', () => {
    const sets = ['Set5', 'Set14', 'B100'].map(
      (set) => ({ ...score(1, 30), set, epoch: undefined }) as RunEvent,
    );
    const svg = psnrPlot(new Curves(sets), 'a<b & c')!;
    for (const set of ['Set5', 'Set14', 'B100'])
      expect(svg).toContain(`${set} ×2, best 30.000 dB at step 1000`);
    expect(svg).toContain('a&lt;b &amp; c: PSNR in dB');
    expect(svg).toContain('viewBox="0 0 840 438"');
  });

  it('is nothing before the first evaluation', () => {
    expect(psnrPlot(new Curves([step(1, 1)]), 'run')).toBeUndefined();
    expect(psnrPlot(new Curves([score(1, Infinity)]), 'run')).toBeUndefined();
  });
});
