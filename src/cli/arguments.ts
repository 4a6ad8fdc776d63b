/** What is done to a command line before commander reads it. */
import type { Command } from 'commander';
import { UsageError } from './failure.ts';
import { hyphenated } from './original-command.ts';
import { ORIGINAL_NAMES } from './original-options.ts';

/** The commands that stand for the original program: argparse lets its options be abbreviated. */
const ABBREVIATING: readonly string[] = ['train', 'test'];

/** The arguments as commander knows its options: with hyphens, and without abbreviations. */
export function commanderArguments(argv: readonly string[], program: Command): string[] {
  const args = argv.map(withHyphens);
  const name = args.find((argument) => !argument.startsWith('-'));
  const command = program.commands.find((candidate) => candidate.name() === name);
  return command && ABBREVIATING.includes(command.name()) ? completeAbbreviations(args, command) : args;
}

/** `--n_resblocks` means `--n-resblocks`: the original program spells its options with underscores. */
function withHyphens(argument: string, index: number, argv: readonly string[]): string {
  const [name = '', ...value] = argument.split('=');
  const isOption = /^--\w/.test(name) && !argv.slice(0, index).includes('--');
  return isOption ? [name.replaceAll('_', '-'), ...value].join('=') : argument;
}

const LONG_NAMES: readonly string[] = ORIGINAL_NAMES.map((name) => `--${hyphenated(name)}`);

/**
 * Completes argparse's abbreviations: `--patch 96` is `--patch-size 96` where no other option of the original begins
 * so. sisr's own options cannot be abbreviated, so that a new one never changes what an old command means.
 *
 * @param args with hyphens within the names of options
 * @throws {UsageError} where several options begin so
 */
function completeAbbreviations(args: readonly string[], command: Command): string[] {
  const end = args.indexOf('--');
  return args.map((argument, index) => {
    const [, name, value = ''] = /^(--[A-Za-z][\w-]*)(=.*)?$/s.exec(argument) ?? [];
    if (name === undefined || (end >= 0 && index > end)) return argument;
    return complete(name, command) + value;
  });
}

function complete(name: string, command: Command): string {
  if (command.options.some(({ long }) => long === name)) return name;
  const candidates = LONG_NAMES.filter((long) => long.startsWith(name));
  if (candidates.length > 1)
    throw new UsageError(`${name} is ambiguous: it could be ${candidates.join(', ')}`);
  return candidates[0] ?? name;
}
