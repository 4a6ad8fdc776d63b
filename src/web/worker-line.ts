/** Calls from the page to its worker. */
import { type Remote, wrap } from 'comlink';
import { CallsInTurn } from '../runtime/calls-in-turn.ts';
import { PendingCalls } from '../runtime/pending-calls.ts';
import { errorOf, type Failure, isFatal } from './failure.ts';
import type { Facts, Host, Opening } from './worker.ts';

interface Connection {
  readonly host: Remote<Host>;
  /** What was asked of the worker; fails when it ends, for whatever reason. */
  readonly calls: PendingCalls;
  end(reason: unknown): void;
}

/** One call at a time. After a failure that the worker cannot survive, the next call opens another one. */
export class WorkerLine {
  private readonly start: () => Promise<Worker>;
  private readonly opening: Opening;
  private readonly told: (facts: Facts) => void;
  private connection: Connection | undefined;
  private closed = false;
  private readonly queue = new CallsInTurn();

  constructor(start: () => Promise<Worker>, opening: Opening, told: (facts: Facts) => void) {
    this.start = start;
    this.opening = opening;
    this.told = told;
  }

  /** @throws {InputError} as `loadNetwork` */
  open(): Promise<void> {
    return this.call(async () => {});
  }

  call<T>(action: (host: Remote<Host>) => Promise<T>): Promise<T> {
    return this.queue.add(() => this.perform(action));
  }

  close(): void {
    this.closed = true;
    this.disconnect(disposed());
  }

  private async perform<T>(action: (host: Remote<Host>) => Promise<T>): Promise<T> {
    if (this.closed) throw disposed();
    try {
      const { host, calls } = this.connection ?? (await this.connect());
      return await calls.add(action(host));
    } catch (thrown) {
      if (isFatal(thrown)) this.disconnect(thrown);
      throw errorOf(thrown);
    }
  }

  private async connect(): Promise<Connection> {
    const connection = connectTo(await this.start());
    this.connection = connection;
    if (this.closed) this.close();
    try {
      this.told(await connection.calls.add(connection.host.open(this.opening)));
      return connection;
    } catch (thrown) {
      this.disconnect(thrown);
      throw thrown;
    }
  }

  private disconnect(reason: unknown): void {
    this.connection?.end(reason);
    this.connection = undefined;
  }
}

const disposed = () => new Error('the network was disposed');

function connectTo(worker: Worker): Connection {
  const calls = new PendingCalls();
  worker.addEventListener('error', ({ message }) => {
    const what = message
      ? `the worker failed: ${message}`
      : `the worker could not be loaded: expected sisr's workers beside ${import.meta.url}`;
    calls.end({ kind: 'other', message: what } satisfies Failure);
  });
  return {
    host: wrap<Host>(worker),
    calls,
    end(reason) {
      worker.terminate();
      calls.end(reason);
    },
  };
}
