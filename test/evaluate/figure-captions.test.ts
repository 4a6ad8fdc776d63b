import { describe, expect, it } from 'vitest';
import { footnoteText, type TextRun, valueLines } from '../../src/evaluate/figure-captions.ts';

const text = (line: TextRun[]) => line.map((run) => (run.bold ? `*${run.text}*` : run.text)).join('');

describe('valueLines', () => {
  it('prints as papers do, the best PSNR and the best SSIM in bold', () => {
    const lines = valueLines([
      { psnr: 22.101, ssim: 0.7374 },
      { psnr: 29.359, ssim: 0.93421 },
      { psnr: 29.2, ssim: 0.95 },
    ]);
    expect(lines.map(text)).toEqual(['22.10 / 0.7374', '*29.36* / 0.9342', '29.20 / *0.9500*']);
  });

  it('marks those that print alike', () => {
    const lines = valueLines([
      { psnr: 30.0011, ssim: 0.90001 },
      { psnr: 30.0012, ssim: 0.9 },
    ]);
    expect(lines.map(text)).toEqual(['*30.00* / *0.9000*', '*30.00* / *0.9000*']);
  });

  it('marks nothing where there is one candidate', () => {
    expect(valueLines([{ psnr: 30, ssim: 0.9 }]).map(text)).toEqual(['30.00 / 0.9000']);
    expect(footnoteText('rgb', 1)).toBe('PSNR (dB) / SSIM of the whole picture, protocol rgb.');
  });

  it('has equal pictures as the best', () => {
    const lines = valueLines([
      { psnr: Number.POSITIVE_INFINITY, ssim: 1 },
      { psnr: 50, ssim: 0.99999 },
    ]);
    expect(lines.map(text)).toEqual(['*inf* / *1.0000*', '50.00 / *1.0000*']);
    expect(footnoteText('rgb', 2)).toMatch(/protocol rgb; best in bold\.$/);
  });
});
