/** docs/web.md: its examples, one after another, are a program that fits the package. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const docs = readFileSync('docs/web.md', 'utf8');
const examples = [...docs.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!);

/** What TypeScript finds wrong with a module that lies in docs/. */
function problemsOf(code: string): string[] {
  const path = resolve('docs/example.ts');
  const { config } = ts.readConfigFile('tsconfig.web.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, '.');
  options.noUnusedLocals = false; // Some names are for the reader only.
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => file === path || fileExists(file);
  host.readFile = (file) => (file === path ? code : readFile(file));
  const found = ts.getPreEmitDiagnostics(ts.createProgram([path], options, host));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

it('begins with the example', () => {
  expect(examples[0]).toBe(readFileSync('examples/web/main.ts', 'utf8'));
});

it('has examples that fit the package', () => {
  expect(problemsOf(examples.join(''))).toEqual([]);
});
