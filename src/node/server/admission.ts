/**
 * Who may come in. Each request with a picture holds a place from its first byte until its answer has left, so that
 * the places bound what memory holds: bodies that arrive, pictures that wait, results that are fetched slowly.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { abortable } from '../../runtime/abortable.ts';
import { HttpError } from './http-error.ts';

export interface AdmissionLimits {
  /** Requests inside at once. */
  places: number;
  /** Seconds for a picture to wait, and again for it to be enlarged. */
  seconds: number;
  /** Seconds for a picture to arrive, and again for its result to leave. */
  transferSeconds: number;
}

export class Admission {
  private readonly limits: AdmissionLimits;
  /** Each visit, and when it is over. */
  private readonly visits = new Map<Visit, Promise<void>>();
  private stopping = false;
  private lastSeconds = 1;

  constructor(limits: AdmissionLimits) {
    this.limits = limits;
  }

  /** Requests inside. */
  get count(): number {
    return this.visits.size;
  }

  /** Those whose pictures arrive, or wait for their turn. */
  get waiting(): number {
    return [...this.visits.keys()].filter((visit) => !visit.served).length;
  }

  /**
   * Does the work of one request. The result, or the reason why it was cut short, comes at once; the place is free
   * when the work has really ended and the answer has left.
   *
   * @throws {HttpError} where all places are taken, a time is over, the client is gone or the server stops
   */
  async admit<T>(outgoing: ServerResponse, work: (visit: Visit) => Promise<T>): Promise<T> {
    if (this.stopping) throw stopping();
    if (this.visits.size >= this.limits.places) throw busy(this.lastSeconds);
    const visit = new Visit(outgoing, this.limits);
    const working = work(visit).finally(() => visit.leaving());
    this.visits.set(
      visit,
      Promise.allSettled([working, visit.left]).then(() => this.leave(visit)),
    );
    return abortable(working, visit.signal);
  }

  /** Refuses whoever comes; sends away those who are not being served. */
  close(): void {
    this.stopping = true;
    for (const visit of this.visits.keys()) if (!visit.served) visit.abort(stopping());
  }

  /** Sends everyone away. */
  abort(): void {
    for (const visit of this.visits.keys()) visit.abort(stopping());
  }

  /** Waits until all who are inside have left. */
  async empty(): Promise<void> {
    await Promise.all(this.visits.values());
  }

  private leave(visit: Visit): void {
    visit.end();
    this.visits.delete(visit);
    this.lastSeconds = visit.servedSeconds ?? this.lastSeconds;
  }
}

/** One request inside: arriving, waiting, served, leaving. */
export class Visit {
  served = false;
  servedSeconds: number | undefined;
  /** Resolves when the answer has left, or never will. */
  readonly left: Promise<void>;
  private readonly outgoing: ServerResponse;
  private readonly limits: AdmissionLimits;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(outgoing: ServerResponse, limits: AdmissionLimits) {
    this.outgoing = outgoing;
    this.limits = limits;
    this.left = departure(outgoing).catch(() =>
      this.abort(new HttpError('client_gone', 'the client went away')),
    );
    const { transferSeconds } = limits;
    this.limit(
      transferSeconds,
      () => new HttpError('slow_transfer', `the picture took longer than ${transferSeconds} s to arrive`),
    );
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The picture is here, and waits for its turn. */
  arrived(): void {
    const { seconds } = this.limits;
    this.limit(seconds, () => busy(seconds, `the picture waited ${seconds} s for its turn`));
  }

  /** Does what the request came for. */
  async serve<T>(task: () => Promise<T>): Promise<T> {
    const { seconds } = this.limits;
    this.limit(seconds, () => new HttpError('timed_out', `enlarging took longer than ${seconds} s`));
    this.served = true;
    const start = performance.now();
    try {
      return await task();
    } finally {
      this.servedSeconds = (performance.now() - start) / 1000;
    }
  }

  leaving(): void {
    const { transferSeconds } = this.limits;
    this.limit(
      transferSeconds,
      () => new HttpError('slow_transfer', `the answer took longer than ${transferSeconds} s to leave`),
    );
  }

  abort(reason: HttpError): void {
    this.controller.abort(reason);
    const { headersSent, writableFinished, req } = this.outgoing;
    if (headersSent && !writableFinished) req.socket.destroy();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private limit(seconds: number, reason: () => HttpError): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.abort(reason()), Math.min(1000 * seconds, LONGEST_TIMER));
  }
}

/** Waits until an answer has left. @throws where its connection is closed before */
async function departure(outgoing: ServerResponse): Promise<void> {
  const over = new AbortController();
  // An answer behind another one on its connection does not learn by itself that the connection is closed.
  const closed = once(outgoing.req.socket, 'close', { signal: over.signal }).then(() => {
    if (!outgoing.writableFinished) throw new Error('closed');
  });
  try {
    await Promise.race([finished(outgoing), closed]);
  } finally {
    over.abort();
  }
}

/** Milliseconds; a longer timer would go off at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

function busy(retrySeconds: number, message = 'too many pictures are waiting'): HttpError {
  const seconds = Math.max(1, Math.ceil(retrySeconds));
  return new HttpError('busy', `${message}; try again in ${seconds} s`, { 'Retry-After': String(seconds) });
}

function stopping(): HttpError {
  return new HttpError('stopping', 'the server is stopping', { Connection: 'close' });
}
