/** A training on the terminal: the log's lines, and one line that tells how it goes. */
import cliProgress from 'cli-progress';
import type { Status, Watcher } from '../train/loop.ts';
import { ENDLESS_EPOCHS } from '../train/options.ts';
import { duration } from './progress.ts';

export interface TrainDisplay extends Watcher {
  /** A line of the run's log. */
  line(text: string): void;
  stop(): void;
}

/** Where a training is shown: on a terminal the line is updated, elsewhere it comes as plain lines. */
export interface DisplayOptions {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly printEvery: number;
  /** Leaves out what the log says: stdout belongs to JSON. */
  readonly json: boolean;
}

export function trainDisplay(options: DisplayOptions): TrainDisplay {
  return process.stderr.isTTY ? barDisplay(options) : plainDisplay(options);
}

function plainDisplay({ printEvery, stepsPerEpoch, json, epochs }: DisplayOptions): TrainDisplay {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  return {
    line: (text) => json || process.stdout.write(`${text}\n`),
    note: say,
    step(status) {
      const { step, epoch } = status.progress;
      if ((step - epoch * stepsPerEpoch) % printEvery !== 0) return;
      const all = epochs < ENDLESS_EPOCHS ? ` of ${epochs}` : '';
      say(`step ${step}, epoch ${epoch + 1}${all}: ${describe(status)}`);
    },
    stop: () => {},
  };
}

function barDisplay({ stepsPerEpoch, json, epochs }: DisplayOptions): TrainDisplay {
  const bars = new cliProgress.MultiBar({
    format: '{epoch} {bar} {text}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 10,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    linewrap: false,
  });
  const all = epochs < ENDLESS_EPOCHS ? `/${epochs}` : '';
  const bar = bars.create(epochs * stepsPerEpoch, 0, { epoch: `1${all}`, text: 'starting' });
  return {
    line: (text) => json || bars.log(`${text}\n`),
    note: (text) => bars.log(`${text}\n`),
    step(status) {
      const { step, epoch } = status.progress;
      bar.update(step, { epoch: `${epoch + 1}${all}`, text: describe(status) });
    },
    stop: () => bars.stop(),
  };
}

/** Ten years: nobody waits for that. */
const ENDLESS_SECONDS = 10 * 365 * 86400;

/** "loss 3.214 · best 36.51 dB · 45.2/s · waits 0.4% · 512 MiB · 2h10m left": with the bar within 80 columns. */
function describe({ result, progress, picturesPerSecond, waiting, secondsLeft }: Status): string {
  const bytes = process.memoryUsage.rss();
  return [
    `loss ${result.loss.toPrecision(4)}`,
    ...(progress.best ? [`best ${progress.best.psnr.toFixed(2)} dB`] : []),
    `${picturesPerSecond.toPrecision(3)}/s`,
    `waits ${(100 * waiting).toFixed(1)}%`,
    `${Math.round(bytes / 1024 ** 2)} MiB`,
    ...(secondsLeft < ENDLESS_SECONDS ? [`${duration(secondsLeft)} left`] : []),
  ].join(' · ');
}
