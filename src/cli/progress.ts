import cliProgress from 'cli-progress';

/** A progress bar with the time left, on stderr and only on a terminal. */
export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

export function startProgress(label: string): Progress {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar({
    format: '{label} {bar} {percentage}% · {duration_formatted}{left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  const start = performance.now();
  bar.start(1, 0, { label, left: '' });
  return {
    update(done, total) {
      bar.setTotal(total);
      // cli-progress estimates from the last few updates only, and prints infinity as "NFs".
      const seconds = ((performance.now() - start) / 1000) * (total / done - 1);
      bar.update(done, { left: done > 0 ? `, ${duration(seconds)} left` : '' });
    },
    stop: () => bar.stop(),
  };
}

/** "8s", "3m05s", "2h10m". */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
}
