/** Calls that run one after the other, in the order in which they came, whether those before succeed or fail. */
export class CallsInTurn {
  #last: Promise<void> = Promise.resolve();

  add<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#last.then(call);
    // The next call waits for the end alone: results are pictures and weights, and would be kept until it comes.
    this.#last = result.then(ignore, ignore);
    return result;
  }
}

function ignore(): void {}
