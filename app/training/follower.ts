/** Fetches what is shown of runs: their events as they come, and what is described of them when it may have changed. */
import { ApiError, fetchMetrics, fetchRun, type RunEntry } from './api.ts';
import { RunCurves } from './curves.ts';
import { type State, type TrainingStore, withEntry } from './state.ts';

export function follow(store: TrainingStore): void {
  const followed = new Map<string, FollowedRun>();
  store.subscribe(({ runs = [], shown, connection }) => {
    for (const entry of runs) {
      if (!shown.includes(entry.name) || connection.kind !== 'live') continue;
      const run = followed.get(entry.name) ?? new FollowedRun(store);
      followed.set(entry.name, run);
      run.keepUp(entry);
    }
  });
}

class FollowedRun {
  private readonly store: TrainingStore;
  private curves = new RunCurves();
  private next: string | undefined;
  /** What was known of the run when it was looked at last. */
  private known = { events: '', description: '' };
  private busy = false;

  constructor(store: TrainingStore) {
    this.store = store;
  }

  async keepUp(entry: RunEntry): Promise<void> {
    const { running, finished, started, epoch, psnr, best } = entry;
    const events = JSON.stringify(entry);
    const description = JSON.stringify({ running, finished, started, epoch, psnr, best });
    if (this.busy || this.known.events === events) return;
    this.busy = true;
    const before = this.known;
    this.known = { events, description };
    const change = await this.load(entry.name, description !== before.description).catch((error) =>
      this.failure(entry.name, error, before),
    );
    this.busy = false;
    // With it comes what has happened meanwhile.
    if (change) this.store.update(change());
  }

  private async load(name: string, described: boolean): Promise<() => Partial<State>> {
    const [metrics, description] = await Promise.all([
      fetchMetrics(name, this.next),
      described ? fetchRun(name) : undefined,
    ]);
    if (metrics.reset) this.curves = new RunCurves();
    for (const event of metrics.events) this.curves.add(event);
    this.next = metrics.next;
    return () => {
      const { curves, descriptions, failures } = this.store.state;
      return {
        curves: withEntry(curves, name, this.curves),
        ...(description && { descriptions: withEntry(descriptions, name, description) }),
        ...(failures.has(name) && {
          failures: new Map([...failures].filter(([other]) => other !== name)),
        }),
      };
    };
  }

  /** Without an answer there will be another try when the server is back. */
  private failure(
    name: string,
    error: unknown,
    before: FollowedRun['known'],
  ): (() => Partial<State>) | undefined {
    if (error instanceof ApiError)
      return () => ({ failures: withEntry(this.store.state.failures, name, error.message) });
    this.known = before;
    return undefined;
  }
}
