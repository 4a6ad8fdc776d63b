import { resolve } from 'node:path';
import ts from 'typescript';

/** What TypeScript finds wrong with a module that would lie at a path. */
export function problemsOf(file: string, code: string, settings: string): string[] {
  const path = resolve(file);
  const { config } = ts.readConfigFile(settings, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, '.');
  options.noUnusedLocals = false; // Some names are for the reader only.
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.readFile = (name) => (name === path ? code : readFile(name));
  const found = ts.getPreEmitDiagnostics(ts.createProgram([path], options, host));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
