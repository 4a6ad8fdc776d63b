/** How long the page waits for the service worker on its first visit. */
const PATIENCE_MS = 3000;

/** Lets the page work without a network from now on, where the browser can. Resolves when files are kept. */
export async function startOffline(): Promise<void> {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  if (!serviceWorker || import.meta.env.DEV) return;
  try {
    const controlled = new Promise((resolve) => {
      serviceWorker.addEventListener('controllerchange', resolve, { once: true });
      setTimeout(resolve, PATIENCE_MS);
    });
    await serviceWorker.register('service-worker.js');
    if (!serviceWorker.controller) await controlled;
  } catch {
    // Private windows of some browsers have none.
  }
}
