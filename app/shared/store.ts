/** State that changes only through `update`. Whoever shows it is told after each change. */
export class Store<S extends object> {
  private current: S;
  private readonly listeners: ((state: S) => void)[] = [];

  constructor(initial: S) {
    this.current = initial;
  }

  get state(): S {
    return this.current;
  }

  update(change: Partial<S>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener(this.current);
  }

  /** Calls the listener at once, and after each change. */
  subscribe(listener: (state: S) => void): void {
    this.listeners.push(listener);
    listener(this.current);
  }
}
