/**
 * Keeps the page for times without a network, and isolates it from other sites on servers that do not: browsers
 * allow threads to isolated pages only. What the page needs to start is fetched at once; ONNX Runtime and the
 * weights, of which a visitor needs few, are kept when they pass by.
 */
declare const self: ServiceWorkerGlobalScope;

/** Put in front of this script by `offline-plugin.ts`: paths relative to the page, and a digest of everything. */
declare const FIRST: readonly string[];
declare const LATER: readonly string[];
declare const VERSION: string;

const CACHE = `sisr ${VERSION}`;

/** The models that ship, with the digests of their weights. */
const MODELS = 'models/index.json';

/** What `sisr serve` offers changes without the page. */
const OFFERED = 'api/models';

self.addEventListener('install', (event) => {
  event.waitUntil(keepFirst());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(replaceOlder().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  if (request.method !== 'GET' || path === undefined) return;
  if (neverChanges(path)) event.respondWith(kept(event, path).then(isolated));
  else if (FIRST.includes(path) || path === OFFERED) event.respondWith(newest(event, path).then(isolated));
});

async function keepFirst(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(FIRST.map((path) => new Request(path, { cache: 'no-cache' })));
}

/** Takes over what did not change, and deletes the rest. */
async function replaceOlder(): Promise<void> {
  const cache = await caches.open(CACHE);
  const listed = (await (await cache.match(MODELS))?.text()) ?? '';
  const stays = (path: string) => {
    const [, digest] = /^models\/[^?]+\?(\w+)$/.exec(path) ?? [];
    return LATER.includes(path) || (digest !== undefined && listed.includes(digest));
  };
  const names = await caches.keys();
  for (const name of names.filter((other) => other.startsWith('sisr ') && other !== CACHE)) {
    const older = await caches.open(name);
    for (const request of await older.keys()) {
      const path = pathOf(request.url);
      const response = path !== undefined && stays(path) ? await older.match(request) : undefined;
      if (response) await cache.put(request, response);
    }
    await caches.delete(name);
  }
}

/** Relative to the page, with the query; undefined outside of its folder. */
function pathOf(url: string): string | undefined {
  const { scope } = self.registration;
  const path = url.startsWith(scope) ? url.slice(scope.length).replace(/#.*$/, '') : undefined;
  return path === 'index.html' || path === '' ? './' : path;
}

/** The names of built files hold a digest; the address of weights holds one as its query. */
function neverChanges(path: string): boolean {
  return path.startsWith('assets/') || /^(models|weights)\/[^?]+\?\w+$/.test(path);
}

async function kept(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetchAndKeep(event, path);
}

async function newest(event: FetchEvent, path: string): Promise<Response> {
  try {
    return await fetchAndKeep(event, path);
  } catch (error) {
    const cache = await caches.open(CACHE);
    const response = await cache.match(path);
    if (response) return response;
    throw error;
  }
}

async function fetchAndKeep(event: FetchEvent, path: string): Promise<Response> {
  const response = await fetch(event.request);
  if (response.status === 200) event.waitUntil(keep(path, response.clone()));
  return response;
}

async function keep(path: string, response: Response): Promise<void> {
  try {
    const cache = await caches.open(CACHE);
    await cache.put(path, response);
  } catch {
    // Where there is no room, the page works all the same, with a network.
  }
}

function isolated(response: Response): Response {
  // A host that answers `index.html` by sending to another address: the browser has to follow it by itself.
  if (response.type === 'opaqueredirect') return response;
  if (response.headers.has('Cross-Origin-Embedder-Policy')) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
