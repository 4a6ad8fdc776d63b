import { describe, expect, it } from 'vitest';
import { readJson, writeJson } from '../../src/train/json.ts';
import { cutEvents, formatEvent, parseEvents, type RunEvent } from '../../src/train/metrics.ts';

const STEP: RunEvent = { event: 'step', step: 100, epoch: 1, loss: 12.25, lr: 1e-4, waiting: 0.01 };
const EVAL: RunEvent = { event: 'eval', step: 1000, epoch: 1, set: 'Set5', scale: 2, psnr: 37.5 };

describe('events', () => {
  it('are one line of JSON each', () => {
    expect(formatEvent(STEP)).toBe(
      '{"event":"step","step":100,"epoch":1,"loss":12.25,"lr":0.0001,"waiting":0.01}\n',
    );
    expect(parseEvents(formatEvent(STEP) + formatEvent(EVAL))).toEqual([STEP, EVAL]);
  });

  it.each([
    ['half a line', '{"event":"step","step":200,"lo'],
    ['zeros, as a power cut leaves them', '\0\0\0\0'],
    ['JSON that is no event', '[1,2]\n{"step":3}\n{"event":"step"}\nnull\n7\n'],
    ['an empty line', '\n'],
  ])('are read past %s', (_, rest) => {
    expect(parseEvents(formatEvent(STEP) + rest)).toEqual([STEP]);
    expect(parseEvents(rest)).toEqual([]);
  });

  it('keep numbers that JSON does not know', () => {
    const event = { ...STEP, loss: Number.NaN, psnr: Number.POSITIVE_INFINITY };
    expect(formatEvent(event)).toContain('"loss":"nan"');
    expect(parseEvents(formatEvent(event))).toEqual([event]);
  });
});

describe('cutEvents', () => {
  const line = (step: number) => formatEvent({ ...STEP, step });

  it('keeps what was written up to the step, in order, and loses no line', () => {
    const text = `${line(100)}${line(200)}not an event\n${line(300)}${line(200)}{"event":"st`;
    expect(cutEvents(text, 200)).toEqual({
      kept: line(100) + line(200) + line(200),
      cut: `not an event\n${line(300)}{"event":"st\n`,
    });
  });

  it('changes nothing where nothing is to be cut', () => {
    expect(cutEvents(line(100) + line(200), 200)).toEqual({ kept: line(100) + line(200), cut: '' });
    expect(cutEvents('', 0)).toEqual({ kept: '', cut: '' });
  });
});

describe('JSON with every number', () => {
  it('gives back what it was given, nested, to the last bit', () => {
    const value = {
      best: -Infinity,
      list: [Number.NaN, Infinity, 0.1 + 0.2, -1e-300],
      text: 'Infinity',
      no: null,
    };
    expect(readJson(writeJson(value))).toEqual(value);
    expect(readJson(writeJson(value, 2))).toEqual(value);
  });
});
