/** The original program's options on a command of sisr: declaring them, and reading what was given. */
import { type Command, Option } from 'commander';
import {
  type Kind,
  NONE,
  ORIGINAL_NAMES,
  type OriginalName,
  type OriginalValues,
  originalOption,
  type Program,
} from './original-options.ts';
import {
  finiteNumber,
  fraction,
  integer,
  naturalNumber,
  oneOfAnyCase,
  positiveInteger,
  positiveNumber,
} from './values.ts';

const PARSERS: Readonly<Record<Exclude<Kind, 'flag' | 'text'>, (text: string) => number>> = {
  count: positiveInteger,
  natural: naturalNumber,
  integer,
  positive: positiveNumber,
  number: finiteNumber,
  fraction,
};

const PLACEHOLDERS: Readonly<Record<Exclude<Kind, 'flag'>, string>> = {
  text: 'text',
  count: 'count',
  natural: 'count',
  integer: 'number',
  positive: 'number',
  number: 'number',
  fraction: 'number',
};

const GROUP = 'Options of the original program:';

/**
 * Declares all options of the original except those in `own`, which the command declares itself. None has a default
 * there, so that a value is one that was given. Those that change nothing or cannot be had are left out of the help.
 */
export function addOriginalOptions(command: Command, program: Program, own: readonly OriginalName[]): void {
  for (const name of ORIGINAL_NAMES) {
    if (!own.includes(name)) command.addOption(declare(name, program).helpGroup(GROUP));
  }
  const idle = ORIGINAL_NAMES.filter((name) => originalOption(name).noEffect?.[program] !== undefined);
  command.addHelpText('after', `\nTaken with a warning, as they change nothing: ${idle.join(', ')}.`);
}

function declare(name: OriginalName, program: Program): Option {
  const option = originalOption(name);
  const { kind, meaning, short, placeholder, choices, noEffect, refused } = option;
  const initial = option.initially?.[program] ?? option[program];
  const text = kind === 'flag' || initial === NONE ? meaning : `${meaning} (default: ${initial})`;
  const flags = `${short === undefined ? '' : `-${short}, `}--${hyphenated(name)}`;
  const declared = new Option(
    kind === 'flag' ? flags : `${flags} <${placeholder ?? PLACEHOLDERS[kind]}>`,
    text,
  );
  if (choices) declared.argParser(oneOfAnyCase(choices));
  else if (kind !== 'flag' && kind !== 'text') declared.argParser(PARSERS[kind]);
  return declared.hideHelp((noEffect?.[program] ?? refused?.[program]) !== undefined);
}

/** As commander knows it. */
export function hyphenated(name: OriginalName): string {
  return name.replaceAll('_', '-');
}

/** Those values of a parsed command that are options of the original, under their original names. */
export function givenOriginals(parsed: object): Partial<OriginalValues> {
  const values = new Map(Object.entries(parsed));
  const given = ORIGINAL_NAMES.map((name) => [name, values.get(attributeName(name))] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Partial<OriginalValues>;
}

/** Under which name commander keeps an option's value. */
function attributeName(name: OriginalName): string {
  return new Option(`--${hyphenated(name)}`).attributeName();
}
