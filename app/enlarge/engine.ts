/** The network that is open. There is one at a time, for a moment two: phones have little memory. */
import { type DeviceChoice, InputError, loadNetwork, type WebNetwork } from 'sisr/web';
import { messageOf } from '../shared/message-of.ts';
import type { NetworkState, Settings } from './state.ts';

type Wanted = Pick<Settings, 'device'> & { readonly weights: string | File };

interface Opened {
  readonly weights: string | File;
  readonly device: DeviceChoice;
  readonly network: Promise<WebNetwork>;
  users: number;
}

export class Engine {
  private readonly report: (state: NetworkState) => void;
  private current: Opened | undefined;

  constructor(report: (state: NetworkState) => void) {
    this.report = report;
  }

  /**
   * Opens a network unless it is open already, and closes the one before as soon as nobody uses it.
   *
   * @throws {InputError} where it cannot be opened
   */
  async open(wanted: Wanted): Promise<WebNetwork> {
    return this.take(wanted).network;
  }

  /**
   * Runs `action` with a network, which stays open meanwhile. A network that broke is not used again.
   *
   * @param signal ends the waiting for a network that is still loading; what comes then, `action` has to end
   */
  async use<T>(wanted: Wanted, signal: AbortSignal, action: (network: WebNetwork) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const opened = this.take(wanted);
    opened.users += 1;
    try {
      return await action(await Promise.race([opened.network, aborted(signal)]));
    } catch (error) {
      const harmless = error instanceof InputError || isAbort(error);
      if (!harmless && this.current === opened) this.current = undefined;
      throw error;
    } finally {
      opened.users -= 1;
      this.closeIfUnused(opened);
    }
  }

  private take({ weights, device }: Wanted): Opened {
    const { current } = this;
    if (current?.weights === weights && current.device === device) return current;
    const opened = { weights, device, network: loadNetwork(weights, { device }), users: 0 };
    this.current = opened;
    if (current) this.closeIfUnused(current);
    this.watch(opened);
    return opened;
  }

  private closeIfUnused(opened: Opened): void {
    if (opened === this.current || opened.users > 0) return;
    opened.network.then(
      (network) => network.dispose(),
      () => {},
    );
  }

  private async watch(opened: Opened): Promise<void> {
    this.report({ kind: 'opening' });
    try {
      const facts = await opened.network;
      if (this.current === opened) this.report({ kind: 'open', facts });
    } catch (error) {
      if (this.current !== opened) return;
      this.current = undefined;
      this.report({ kind: 'failed', message: messageOf(error) });
    }
  }
}

/** Fails with the signal's reason. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
