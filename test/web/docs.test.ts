/** docs/web.md: its examples, one after another, are a program that fits the package. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { problemsOf } from '../problems-of.ts';

const docs = readFileSync('docs/web.md', 'utf8');
const examples = [...docs.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!);

it('begins with the example', () => {
  expect(examples[0]).toBe(readFileSync('examples/web/main.ts', 'utf8'));
});

it('has examples that fit the package', () => {
  expect(problemsOf('docs/example.ts', examples.join(''), 'tsconfig.web.json')).toEqual([]);
});
