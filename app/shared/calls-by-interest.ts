/** How much the result of a call matters. It may change while the call waits. */
export type Interest = 'urgent' | 'background' | 'none';

interface Call {
  interest(): Interest;
  perform(): Promise<void>;
  drop(): void;
}

/** One call at a time: what somebody waits for comes first, and what nobody wants any more is left out. */
export class CallsByInterest {
  private readonly waiting: Call[] = [];
  private busy = false;

  /** @throws {DOMException} an `AbortError`, where nobody wanted the result when its turn came */
  add<T>(call: () => Promise<T>, interest: () => Interest = () => 'urgent'): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push({
        interest,
        perform: () => call().then(resolve, reject),
        drop: () => reject(new DOMException('nobody wants the result any more', 'AbortError')),
      });
      this.work();
    });
  }

  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let call = this.take(); call; call = this.take()) await call.perform();
    this.busy = false;
  }

  private take(): Call | undefined {
    const urgent = this.waiting.findIndex(({ interest }) => interest() === 'urgent');
    const [call] = this.waiting.splice(Math.max(0, urgent), 1);
    if (call?.interest() !== 'none') return call;
    call.drop();
    return this.take();
  }
}
