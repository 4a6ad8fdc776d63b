/** One task at a time, first come first served. */
export class Turns {
  private busy = false;
  private readonly waiting: (() => void)[] = [];

  /**
   * Waits for its turn, runs the task, and passes the turn on when the task has ended. A waiting task leaves the
   * line, with all that it holds, as soon as the signal is aborted; a running one has to watch the signal itself.
   *
   * @throws the signal's reason where it is aborted before the task begins
   */
  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.busy) await this.wait(signal);
    this.busy = true;
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.busy = false;
    }
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
