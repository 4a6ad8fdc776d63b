/**
 * Calls to a worker that have no answer yet: all fail when it ends.
 *
 * Racing each against one promise of the end would be shorter, but a promise that stays open keeps the results of
 * all races that it ever took part in (nodejs/node#17469), and results here are pictures and weights.
 */
export class PendingCalls {
  readonly #rejects = new Set<(reason: unknown) => void>();
  #end: { readonly reason: unknown } | undefined;

  get size(): number {
    return this.#rejects.size;
  }

  /** @throws the reason of the end, where that comes first */
  add<T>(call: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#rejects.add(reject);
      call.finally(() => this.#rejects.delete(reject)).then(resolve, reject);
      if (this.#end) reject(this.#end.reason);
    });
  }

  /** The first reason counts. */
  end(reason: unknown): void {
    this.#end ??= { reason };
    for (const reject of this.#rejects) reject(this.#end.reason);
    this.#rejects.clear();
  }
}
