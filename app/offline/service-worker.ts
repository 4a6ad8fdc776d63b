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

/** How long the network may take before the answer is what is kept. */
const PATIENCE_MS = 3000;

/** What every page of sisr says in its head. */
const MARK = '<meta name="application-name" content="sisr"';

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
  if (neverChanges(path)) event.respondWith(kept(event, path));
  else if (FIRST.includes(path) || path === OFFERED) event.respondWith(newest(event, path));
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
  // Other projects have such a folder, too.
  const built = path.startsWith('assets/') && (FIRST.includes(path) || LATER.includes(path));
  return built || /^(models|weights)\/[^?]+\?[0-9a-f]{16}$/.test(path);
}

async function kept(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const response = await cache.match(path);
  return response ? isolated(response) : fetchAndKeep(event, path);
}

async function newest(event: FetchEvent, path: string): Promise<Response> {
  const answer = fetchAndKeep(event, path);
  // What comes too late is for the next time.
  event.waitUntil(answer.catch(() => {}));
  try {
    return await Promise.race([answer, tooLate()]);
  } catch (error) {
    const cache = await caches.open(CACHE);
    const response = await cache.match(path);
    // Only the list that `sisr serve` has may be missing: this is another server.
    if (response) return isolated(response);
    throw error;
  }
}

function tooLate(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('the network takes too long')), PATIENCE_MS);
  });
}

async function fetchAndKeep(event: FetchEvent, path: string): Promise<Response> {
  const response = await fetch(event.request);
  if (response.status === 200) {
    if (isPage(path) && !(await isOurs(response.clone()))) {
      await self.registration.unregister();
      return response;
    }
    event.waitUntil(keep(path, response.clone()));
  }
  return isolated(response);
}

function isPage(path: string): boolean {
  return path === './' || path.endsWith('.html');
}

/** Whether the page is not one of another project, which has come to stand at this address. */
async function isOurs(page: Response): Promise<boolean> {
  return (await page.text()).includes(MARK);
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
