/** Which request gets which answer. What a route does stands in a file of its own. */
import { fileURLToPath } from 'node:url';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Admission } from './admission.ts';
import { findFile, notFound, pathBelow, sendFile } from './files.ts';
import { answerError, HttpError } from './http-error.ts';
import type { Networks } from './networks.ts';
import { type OwnNames, ownHost, ownOrigin, protectedHeaders } from './protection.ts';
import { runRoutes } from './run-routes.ts';
import type { Runs } from './runs.ts';
import { type UpscaleLimits, upscaleRoute } from './upscale-route.ts';

export type App = Hono<{ Bindings: HttpBindings }>;

export interface AppParts {
  networks: Networks;
  admission: Admission;
  limits: UpscaleLimits;
  /** The trainings to show, if any. */
  runs: Runs | undefined;
  /** Folder of the page. */
  page: string;
  /** How requests may name the server. */
  names: OwnNames;
  /** Is told of errors that are no request's fault. */
  onError: (error: unknown) => void;
}

/** The models that ship, from the sources and from the build. */
const MODELS = fileURLToPath(new URL('../../../models/', import.meta.url));

export function createApp({ networks, admission, limits, runs, page, names, onError }: AppParts): App {
  const app: App = new Hono();
  app.onError((error, c) => answerError(c, error, onError));
  app.notFound((c) => answerError(c, onlyReading(c), onError));
  app.use(protectedHeaders(), ownHost(names), ownOrigin());

  app.get('/healthz', (c) => c.json({ status: 'ok', pictures: admission.count, waiting: admission.waiting }));
  app.get('/api/models', (c) => c.json({ models: networks.models, trainings: runs !== undefined }));
  app.post('/api/upscale', upscaleRoute(networks, admission, limits));
  app.all('/api/upscale', () => {
    throw new HttpError('method_not_allowed', 'expected POST with a picture', { Allow: 'POST' });
  });
  app.route('/api/runs', runRoutes(runs));
  app.get('/api/*', () => {
    throw notFound();
  });
  app.get('/models/*', async (c) => sendFile(c, await findFile(MODELS, pathBelow(c, '/models/'))));
  app.get('/weights/*', async (c) => sendFile(c, await networks.weights(pathBelow(c, '/weights/'))));
  app.get('*', (c) => sendPage(c, page));
  return app;
}

async function sendPage(c: Context, folder: string): Promise<Response> {
  const path = pathBelow(c, '/');
  const file = await findFile(folder, path === '' || path.endsWith('/') ? `${path}index.html` : path);
  if (!file && path === '') throw notFound('the page is not built here; the API is under /api/');
  // Bundlers put a digest of the content into these names.
  return sendFile(c, file, path.startsWith('assets/') ? 'never changes' : 'may change');
}

function onlyReading(c: Context): HttpError {
  return new HttpError('method_not_allowed', `expected GET or HEAD, found ${c.req.method}`, {
    Allow: 'GET, HEAD',
  });
}
