/** Parts of the training page that need no browser. */
import { describe, expect, it } from 'vitest';
import { parseNumbers, type RunEntry, type RunEvent } from '../../app/training/api.ts';
import { Curve, RunCurves, runningMean } from '../../app/training/curves.ts';
import { compare, select, withRuns } from '../../app/training/state.ts';
import { durationText, lossText, placeText, psnrText } from '../../app/training/text.ts';
import {
  aroundBest,
  aroundLogarithmic,
  logarithmicTicks,
  roundTicks,
  timeTicks,
} from '../../app/training/ticks.ts';
import { Curves } from '../../src/train/curves.ts';
import { writeJson } from '../../src/train/json.ts';
import { lossPlot } from '../../src/train/plot.ts';

describe('curves', () => {
  const at = (seconds: number) => new Date(1000 * seconds).toISOString();
  const step = (step: number, seconds: number, loss = 1): RunEvent => ({
    event: 'step',
    step,
    loss,
    time: at(seconds),
  });

  it('count the time of training, and not that between an end and the next start', () => {
    const run = new RunCurves();
    const events: RunEvent[] = [
      { event: 'start', step: 0, time: at(100) },
      step(1, 110),
      step(2, 125),
      { event: 'end', step: 2, time: at(126) },
      { event: 'start', step: 2, time: at(5000) },
      step(3, 5004),
    ];
    for (const event of events) run.add(event);
    expect(run.loss.time).toEqual([10, 25, 30]);
    expect(run.seconds).toBe(30);
  });

  it('replace what a run repeats, and leave gaps for what is no number', () => {
    const run = new RunCurves();
    for (const event of [step(1, 1, 5), step(2, 2, Number.NaN), step(3, 3, 3), step(2, 4, 4)]) run.add(event);
    expect(run.loss.step).toEqual([1, 2]);
    expect(run.loss.values).toEqual([5, 4]);
    run.add(step(3, 5, Number.POSITIVE_INFINITY));
    expect(run.loss.values).toEqual([5, 4, null]);
  });

  it('find the point that is nearest', () => {
    const curve = new Curve();
    expect(curve.nearest('step', 5)).toBe(0);
    for (const step of [10, 20, 40]) curve.add(step, 0, 1);
    const places = [-5, 10, 14, 16, 29, 31, 39, 100];
    expect(places.map((place) => curve.nearest('step', place))).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
  });

  it('are smoothed as in the plot that the run draws', () => {
    const values = Array.from({ length: 300 }, (_, i) => 10 / (1 + i / 20) + Math.sin(i * i));
    const plot = lossPlot(new Curves(values.map((loss, i) => ({ event: 'step', step: i + 1, loss }))), 'x');
    const last = runningMean(values).at(-1)!;
    expect(plot).toContain(`running mean, now ${lossText(last)}`);
    expect(runningMean([4, null, 4])).toEqual([4, null, 4]);
  });
});

describe('ticks', () => {
  it('are round', () => {
    expect(roundTicks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(roundTicks([33.4, 34.9], 4)).toEqual([33.5, 34, 34.5]);
    expect(roundTicks([0, 30_000], 8)).toEqual([0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000]);
    expect(timeTicks([0, 4000], 5)).toEqual([0, 1800, 3600]);
    expect(timeTicks([0, 20 * 86_400], 5)).toEqual([0, 4, 8, 12, 16, 20].map((days) => days * 86_400));
  });

  it('of a logarithmic scale are 1, 2 and 5, or powers, or round where these are too few', () => {
    expect(logarithmicTicks([0.8, 30], 6)).toEqual([1, 2, 5, 10, 20]);
    expect(logarithmicTicks([0.008, 300], 6)).toEqual([0.01, 0.1, 1, 10, 100]);
    expect(logarithmicTicks([3.1, 4.4], 6)).toEqual([3.5, 4]);
  });

  it('leave room around values, and first validations out', () => {
    const [low, high] = aroundBest([5, 36, 36.5, 36.8, 37], [33.7]);
    expect(low).toBeGreaterThan(30);
    expect(low).toBeLessThan(33.7);
    expect(high).toBeGreaterThan(37);
    for (const range of [
      aroundBest([], []),
      aroundBest([30], []),
      aroundLogarithmic([]),
      aroundLogarithmic([2]),
    ])
      expect(range[1]).toBeGreaterThan(range[0]);
    expect(aroundLogarithmic([-1, 0, 2, 4])[0]).toBeGreaterThan(1);
  });
});

describe('which runs are shown', () => {
  const run = (name: string, started: string) => ({ name, started }) as RunEntry;
  const names = ({ shown, selected }: { shown: readonly string[]; selected: string | undefined }) =>
    [shown.join(), selected] as const;

  it('one takes the place of another, and joins several', () => {
    const one = { shown: ['a'], selected: 'a' };
    expect(names(select(one, 'b'))).toEqual(['b', 'b']);
    const two = compare(one, 'b', true);
    expect(names(two)).toEqual(['a,b', 'a']);
    expect(names(select(two, 'b'))).toEqual(['a,b', 'b']);
    expect(names(select(two, 'c'))).toEqual(['a,b,c', 'c']);
    expect(names(compare(two, 'a', false))).toEqual(['b', 'b']);
    expect(names(compare(two, 'b', false))).toEqual(['a', 'a']);
  });

  it('those that are gone are not, and one always is', () => {
    const runs = [run('old', '2026-01-01'), run('new', '2026-01-02')];
    const found = withRuns({ shown: ['gone', 'new'], selected: 'gone' }, runs);
    expect(names(found)).toEqual(['new', 'new']);
    expect(found.runs?.map(({ name }) => name)).toEqual(['new', 'old']);
    // The first of the server's list was written to last.
    expect(names(withRuns({ shown: [], selected: undefined }, runs))).toEqual(['old', 'old']);
    expect(names(withRuns({ shown: ['gone'], selected: 'gone' }, []))).toEqual(['', undefined]);
  });
});

describe('words', () => {
  it('say durations, places and values', () => {
    const durations = [0, 42.4, 61, 754, 3600, 7500, 90_000, 266_400].map(durationText);
    expect(durations).toEqual([
      '0 s',
      '42 s',
      '1 min 1 s',
      '12 min',
      '1 h',
      '2 h 5 min',
      '1 d 1 h',
      '3 d 2 h',
    ]);
    expect([placeText('step', 1200), placeText('time', 90)]).toEqual(['step 1,200', '1 min 30 s']);
    expect([lossText(0.0123456), lossText(Number.NaN), psnrText(undefined)]).toEqual(['0.01235', '–', '–']);
  });

  it('read the numbers that JSON does not have', () => {
    const best = { psnr: Number.POSITIVE_INFINITY, step: 1 };
    const runs = ['nan', 'inf', '-inf'].map((name) => ({ name, loss: Number.NaN, lr: 1, best }));
    expect(parseNumbers(writeJson({ runs }))).toEqual({ runs });
  });
});
