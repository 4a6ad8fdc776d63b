#!/usr/bin/env node
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { commanderArguments } from './arguments.ts';
import { addCompare } from './commands/compare.ts';
import { addConvert } from './commands/convert.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEval } from './commands/eval.ts';
import { addInspect } from './commands/inspect.ts';
import { addMetrics } from './commands/metrics.ts';
import { addModels } from './commands/models.ts';
import { addPrepare } from './commands/prepare.ts';
import { addServe } from './commands/serve.ts';
import { addTest } from './commands/test.ts';
import { addTrain } from './commands/train.ts';
import { addUpscale } from './commands/upscale.ts';
import { EXIT, oneLine, UsageError } from './failure.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

function createProgram(): Command {
  const program = new Command('sisr')
    .description('Single-image super-resolution: enlarges pictures with RCAN and its family.')
    .version(version)
    .option('--debug', 'print the stack of an error')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
    .showHelpAfterError('(sisr <command> --help lists the options)');
  for (const add of [
    addUpscale,
    addEval,
    addInspect,
    addConvert,
    addMetrics,
    addPrepare,
    addTrain,
    addTest,
    addModels,
    addDoctor,
    addCompare,
    addServe,
  ])
    add(program);
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
    const program = createProgram();
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
