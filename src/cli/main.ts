#!/usr/bin/env node
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { commanderArguments } from './arguments.ts';
import { EXIT, oneLine, UsageError } from './failure.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** Adds a command to the program. */
type Add = (program: Command) => void;

/** By name, in the order of the help. Each is loaded only where it is needed: together they take half a second. */
const COMMANDS: Record<string, () => Promise<Add>> = {
  upscale: async () => (await import('./commands/upscale.ts')).addUpscale,
  eval: async () => (await import('./commands/eval.ts')).addEval,
  inspect: async () => (await import('./commands/inspect.ts')).addInspect,
  convert: async () => (await import('./commands/convert.ts')).addConvert,
  metrics: async () => (await import('./commands/metrics.ts')).addMetrics,
  prepare: async () => (await import('./commands/prepare.ts')).addPrepare,
  train: async () => (await import('./commands/train.ts')).addTrain,
  test: async () => (await import('./commands/test.ts')).addTest,
  models: async () => (await import('./commands/models.ts')).addModels,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  bench: async () => (await import('./commands/bench.ts')).addBench,
  compare: async () => (await import('./commands/compare.ts')).addCompare,
  serve: async () => (await import('./commands/serve.ts')).addServe,
};

/** The program with the command that the arguments name, or with all where they name none: for help and errors. */
async function createProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command('sisr')
    .description('Single-image super-resolution: enlarges pictures with RCAN and its family.')
    .version(version)
    .option('--debug', 'print the stack of an error')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
    .showHelpAfterError('(sisr <command> --help lists the options)');
  const named = argv.find((argument) => !argument.startsWith('-')) ?? '';
  const loads = Object.hasOwn(COMMANDS, named) ? [COMMANDS[named]!] : Object.values(COMMANDS);
  for (const add of await Promise.all(loads.map((load) => load()))) add(program);
  for (const command of program.commands)
    command.option('--debug', 'print the stack of an error').exitOverride();
  return program;
}

/** `sisr … | head` closes the pipe early: nobody reads on, but the work is done all the same. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

async function main(argv: readonly string[]): Promise<void> {
  try {
    const program = await createProgram(argv);
    await program.parseAsync(commanderArguments(argv, program), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    process.stderr.write(`error: ${oneLine(error)}\n`);
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

await main(process.argv.slice(2));
