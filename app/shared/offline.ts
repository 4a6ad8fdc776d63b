/**
 * How long the page waits for the service worker on its first visit: what is loaded before it is there is not kept.
 * On a slow line, what the worker fetches first is a small part of what the network needs anyway.
 */
const PATIENCE_MS = 15_000;

/** Fetches what the service worker keeps on its way, so that it is there without a network, too. */
export async function keepForLater(addresses: readonly string[]): Promise<void> {
  const { serviceWorker, connection } = navigator as {
    serviceWorker?: ServiceWorkerContainer;
    connection?: { saveData?: boolean };
  };
  if (!serviceWorker?.controller || connection?.saveData) return;
  try {
    for (const address of addresses) await (await fetch(address, { priority: 'low' })).arrayBuffer();
  } catch {
    // Without a network it is too late; whoever needs them is told.
  }
}

/** Lets the page work without a network from now on, where the browser can. Resolves when files are kept. */
export async function startOffline(): Promise<void> {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  if (!serviceWorker || import.meta.env.DEV) return;
  try {
    const { installing } = await serviceWorker.register('service-worker.js');
    if (serviceWorker.controller || !installing) return;
    await new Promise<void>((resolve) => {
      serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'redundant') resolve();
      });
      setTimeout(resolve, PATIENCE_MS);
    });
  } catch {
    // Private windows of some browsers have none.
  }
}
