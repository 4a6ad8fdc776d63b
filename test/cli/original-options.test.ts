import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  ORIGINAL_NAMES,
  type OriginalName,
  originalDefaults,
  originalOption,
} from '../../src/cli/original-options.ts';
import { describeShared, shared } from '../shared.ts';

interface Row {
  readonly names: readonly OriginalName[];
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Parsed by the original and never used. */
  readonly idle: boolean;
}

/** The table of §6.10: `| --name | type | train default | test default | meaning | effective? |`. */
function specified(): Row[] {
  const spec = readFileSync(shared('spec/06-training-and-evaluation.md'), 'utf8');
  const lines = spec.split('\n').filter((line) => line.startsWith('| --'));
  return lines.map((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [, option = '', , train = '', test = '', , effect = ''] = cells;
    const list = (cell: string) => cell.split(' / ').map((text) => text.replace(/^--/, ''));
    const names = list(option) as OriginalName[];
    return { names, train: list(train), test: list(test === 'same' ? train : test), idle: effect === '∅' };
  });
}

describeShared('the options of the original', () => {
  const rows = specified();

  it('are all there, in the order of the original', () => {
    expect(rows.flatMap(({ names }) => names)).toEqual(ORIGINAL_NAMES);
  });

  it.each(rows)('$names', ({ names, train, test, idle }) => {
    names.forEach((name, i) => {
      const { kind, noEffect } = originalOption(name);
      const value = (text = '') =>
        kind === 'flag' ? text === 'true' : kind === 'text' ? text : Number(text);
      const added = train[i] === 'not present';
      expect(originalDefaults('test')[name]).toBe(value(test[i]));
      if (!added) expect(originalDefaults('train')[name]).toBe(value(train[i]));
      // sisr prints the stack of an error with --debug.
      if (!idle || name === 'debug') return;
      expect(noEffect?.train).toMatch(/never/);
      expect(noEffect?.test).toMatch(/never/);
    });
  });
});
