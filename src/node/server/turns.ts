/** One task at a time, first come first served. */
export class Turns {
  private busy = false;
  private readonly waiting: (() => void)[] = [];

  /**
   * Waits for its turn, runs the task, and passes the turn on when the task has ended. A waiting task leaves the
   * line, with all that it holds, as soon as the signal is aborted; a running one has to watch the signal itself.
   *
   * @param keep may keep the turn longer than the task, while its result takes too much room for another beside it
   * @throws the signal's reason where it is aborted before the task begins
   */
  async run<T>(
    signal: AbortSignal,
    task: () => Promise<T>,
    keep: (result: T) => Promise<void> | undefined = () => undefined,
  ): Promise<T> {
    signal.throwIfAborted();
    if (this.busy) await this.wait(signal);
    this.busy = true;
    let kept: Promise<void> | undefined;
    try {
      const result = await task();
      kept = keep(result);
      return result;
    } finally {
      if (kept) kept.finally(() => this.pass());
      else this.pass();
    }
  }

  private pass(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.busy = false;
  }

  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(begin), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(begin);
    });
  }
}
