/** Fetches what the service worker keeps on its way, so that it is there without a network, too. */
export async function keepForLater(addresses: readonly string[]): Promise<void> {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (connection?.saveData) return;
  try {
    for (const address of addresses) await (await fetch(address, { priority: 'low' })).arrayBuffer();
  } catch {
    // Without a network it is too late; whoever needs them is told.
  }
}

/** Lets the page work without a network from now on, where the browser can. Gives whether files are kept. */
export async function startOffline(): Promise<boolean> {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  if (!serviceWorker || import.meta.env.DEV) return false;
  try {
    const { installing } = await serviceWorker.register('service-worker.js');
    if (!serviceWorker.controller && installing) await settled(serviceWorker, installing);
    return serviceWorker.controller !== null;
  } catch {
    // Private windows of some browsers have none.
    return false;
  }
}

/** Until the first service worker serves the page, or has failed. */
function settled(container: ServiceWorkerContainer, installing: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    container.addEventListener('controllerchange', () => resolve(), { once: true });
    installing.addEventListener('statechange', () => {
      if (installing.state === 'redundant') resolve();
    });
  });
}
