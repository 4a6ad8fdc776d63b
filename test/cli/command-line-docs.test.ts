/** docs/command-line.md: its commands are run, one after another, and what they print has the fields of its examples. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/failure.ts';
import { runCli, temporaryFolder } from './run.ts';
import { tinyTraining, trainingPictures } from './training.ts';

const docs = readFileSync('docs/command-line.md', 'utf8');
const EXAMPLE = /^```sh\nsisr (?<command>[^\n]*)\n```\n\n```json\n(?<document>.*?)^```/gms;
const examples = [...docs.matchAll(EXAMPLE)].map(
  ({ groups }) => [groups!.command!, groups!.document!] as const,
);
const folder = temporaryFolder();

beforeAll(async () => {
  mkdirSync(join(folder, 'hr'));
  await sharp('examples/cat.png').resize(64, 48).toFile(join(folder, 'hr/cat.png'));
  copyFileSync('models/rcan-light-x2.safetensors', join(folder, 'rcan-light-x2.safetensors'));
});

/** On a machine where every device works, there is none. */
const REASON = '.devices[].reason: string';

/** Where values are in a document, and of which type: `.outputs[].width: number`. */
function fields(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fields(item, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [`${at}: ${typeof value}`];
  return Object.entries(value).flatMap(([name, part]) => fields(part, `${at}.${name}`));
}

function distinctFields(document: string): string[] {
  return [...new Set(fields(JSON.parse(document)))].filter((field) => field !== REASON).sort();
}

it('has a command before every document', () => {
  expect(docs.match(/^```json$/gm)).toHaveLength(examples.length);
});

it.each(examples)('sisr %s', (command, document) => {
  const { status, stdout } = runCli(command.split(' '), { cwd: folder });
  expect(status).toBe(0);
  expect(distinctFields(stdout)).toEqual(distinctFields(document));
});

it('lists the fields of the events of a training', async () => {
  const [, example] = /^```jsonl\n(.*?)^```/ms.exec(docs)!;
  const hr = await trainingPictures(join(folder, 'training'));
  const args = [...tinyTraining(hr), '--epochs', '1', '--val-hr', hr, '--json'];
  const { stdout } = runCli(args, { cwd: folder });
  const events = (lines: string) =>
    new Set(
      lines
        .trim()
        .split('\n')
        .map((line) => describeEvent(line)),
    );
  expect([...events(stdout)]).toEqual([...events(example!)]);
});

function describeEvent(line: string): string {
  return `${(JSON.parse(line) as { event: string }).event} ${distinctFields(line).join()}`;
}

it('lists every exit code', () => {
  const codes = [...docs.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(EXIT));
});
