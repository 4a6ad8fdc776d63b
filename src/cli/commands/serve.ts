import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { createServer, SERVER_DEFAULTS, type Server } from '../../node/server/server.ts';
import { firstLine } from '../../runtime/choose-device.ts';
import type { DeviceOptions } from '../device-options.ts';
import { oneLine } from '../failure.ts';
import { interruptSignal } from '../interrupt.ts';
import { addMachineOptions, findModel } from '../network-options.ts';
import { limitPixelsOption } from '../picture-options.ts';
import { byteSize, integerBetween, naturalNumber, positiveNumber } from '../values.ts';

interface Options extends DeviceOptions {
  host: string;
  port: number;
  allowHost?: string[];
  model?: string[];
  runs?: string;
  limitPixels: number;
  /** Bytes. */
  limitSize: number;
  queue: number;
  /** Seconds. */
  timeout: number;
  open?: boolean;
  /** Bytes. */
  memory: number;
}

const { host, port, limitPixels, queue, seconds } = SERVER_DEFAULTS;

export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('serve the page, and an HTTP API that enlarges pictures')
    .option('--host <name>', 'address to listen on; only this machine can reach the default', host)
    .option('--port <number>', '0 takes a free one', integerBetween(0, 65535), port)
    .option('--allow-host <name...>', 'other names of the server, such as that of a proxy before it')
    .option('-m, --model <model...>', 'models before those that ship: their names, or checkpoint files')
    .option('--runs <folder>', 'show the trainings in this folder, live')
    .addOption(limitPixelsOption('taken', limitPixels))
    .addOption(
      new Option('--limit-size <size>', 'largest picture file that is taken')
        .argParser(byteSize)
        .default(SERVER_DEFAULTS.limitBytes, '32M'),
    )
    .option('--queue <count>', 'pictures that may wait while one is enlarged', naturalNumber, queue)
    .option('--timeout <seconds>', 'for a picture to wait, and again to be enlarged', positiveNumber, seconds)
    .option('--open', 'open the page in the browser');
  addMachineOptions(command, 'what the process stays under while it enlarges').action(run);
}

async function run(options: Options): Promise<void> {
  for (const model of options.model ?? []) findModel({ model });
  const server = await createServer({
    ...options,
    allowedHosts: options.allowHost ?? [],
    models: options.model ?? [],
    limitBytes: options.limitSize,
    seconds: options.timeout,
    onError: (error) => process.stderr.write(`error: ${oneLine(error)}\n`),
  });
  const signal = interruptSignal('stopping when the current picture is done, in 5 seconds at most');
  announce(server);
  if (options.open) await openPage(server.url);
  if (!signal.aborted) await once(signal, 'abort');
  await server.close(5);
}

function announce({ url, networkUrls, loopback }: Server): void {
  process.stdout.write(`${url}\n`);
  if (loopback) return;
  process.stderr.write(
    'warning: other machines can reach this address. Whoever can may enlarge pictures on this machine, fetch the\n' +
      '  weights of -m and see the trainings of --runs: there is no login and no encryption. Put a proxy that has\n' +
      '  both before it, or leave out --host. Names other than those of this machine need --allow-host.\n',
  );
  for (const address of networkUrls) process.stderr.write(`  for other machines: ${address}\n`);
}

/** A browser that cannot be opened is no reason to stop: the address is on the screen. */
async function openPage(url: string): Promise<void> {
  const tell = (error: unknown) => process.stderr.write(`no browser could be opened: ${firstLine(error)}\n`);
  try {
    const { default: open } = await import('open');
    const browser = await open(url);
    browser.once('error', tell);
  } catch (error) {
    tell(error);
  }
}
