/** README.md: each of its TypeScript examples is a program that fits the package. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { problemsOf } from './problems-of.ts';

const examples = [...readFileSync('README.md', 'utf8').matchAll(/^```ts\n(.*?)^```/gms)];

it.each(examples.map(([, code]) => code!))('has examples that fit the package: %#', (code) => {
  expect(problemsOf('example.ts', code, 'tsconfig.json')).toEqual([]);
});
